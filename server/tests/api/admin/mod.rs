//! The tag `admin`: what administrators do with everybody's things. One guarantee a test.

mod cleanup_keys;
mod keys;
mod overview;
mod requests;

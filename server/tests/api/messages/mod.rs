//! The tag `messages`: one file an operation, one guarantee a test.

mod list;
mod send;

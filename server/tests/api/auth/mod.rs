//! The tag `auth`, accounts and signing in: one file an operation, one guarantee a test. A new operation is a new file here.

mod get_me;
mod login;
mod refresh;
mod register;

//! The tag `sessions`, where an account is signed in: one file an operation, one guarantee a test. A new operation is a new file here.

mod list;
mod revoke;
mod revoke_all;

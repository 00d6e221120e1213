//! The tag `keys`, API keys: one file an operation, one guarantee a test. A new operation is a new file here.

mod create;
mod get;
mod list;
mod revoke;
mod signed;
mod update;
mod verify;

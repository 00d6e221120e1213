//! The tag `keys`, API keys: one file an operation, one guarantee a test. A new operation is a new file here.

mod children;
mod create;
mod expiring;
mod gate;
mod get;
mod list;
mod publishable;
mod report_leaked;
mod revoke;
mod revoke_keys;
mod rotate;
mod signed;
mod touch;
mod update;
mod usage;
mod verify;

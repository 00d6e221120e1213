//! Calls are counted once each and shown to their account alone. One file an operation.

mod export;
mod get;

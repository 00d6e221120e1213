//! One folder a tag, one file an operation, one guarantee a test.

mod auth;
mod keys;
mod oauth;
mod scopes;
mod sessions;

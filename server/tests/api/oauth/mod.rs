//! The tag `oauth`, what standard clients look for: one file an operation, one guarantee a test. A new operation is a new file here.

mod get_jwks;
mod get_key_jwks;
mod get_metadata;
mod introspect;
mod issue;
mod revoke;

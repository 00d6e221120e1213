//! The tag `scopes`, what a credential may do: one file an operation, one guarantee a test. A new operation is a new file here.

mod list;
mod plan;

//! Brands, as the API lists them. One file an operation.

mod list;

//! The tree of categories, as the API lists it. One file an operation.

mod list;

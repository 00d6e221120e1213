//! What everybody may see of items, and what only their seller may do. It knows the server by its API alone. One file an operation.

mod create;
mod delete;
mod events;
mod get;
mod if_match;
mod list;
mod search;
mod update;
mod walk;

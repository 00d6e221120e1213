//! What callers are told of their credential and of their limits. One file an operation.

mod get_current_user;
mod get_rate_limit;
mod list_my_items;
mod list_my_orders;

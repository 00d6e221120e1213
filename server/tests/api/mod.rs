//! One folder a tag, one file an operation, one guarantee a test.

mod admin;
mod applications;
mod audit;
mod auth;
mod brands;
mod categories;
mod channels;
mod deliveries;
mod events;
mod identities;
mod items;
mod keys;
mod me;
mod messages;
mod oauth;
pub mod orders;
mod practice;
mod projects;
mod requests;
mod scopes;
mod sessions;
mod system;
mod usage;
mod users;
mod vanish;
mod vault;
mod webhooks;

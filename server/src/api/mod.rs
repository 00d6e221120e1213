//! What each operation does: the traits of `generated`, implemented over `App`, one file a tag.
//!
//! An operation reads its input, asks the store, lets `domain` decide, writes, commits, tells the caches, and answers: 15
//! to 25 lines. It must not know HTTP: the gate has admitted its caller, and what it answers is a type of the contract or a
//! [`crate::problem::Problem`]. To add one: the contract, `cargo gen`, and the method that the compiler then misses.

mod accounts;
mod accounts_end;
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
mod key_jwks;
mod keys;
mod leaked_keys;
mod me;
mod messages;
mod names;
mod nullable;
mod oauth;
mod orders;
mod overview;
mod pages;
mod practice;
mod preconditions;
mod projects;
mod requests;
mod scopes;
mod sessions;
mod system;
mod usage;
mod users;
mod vanish;
mod vault;
mod webhook_health;
mod webhooks;

//! Nouns and decisions: what a thing is and what may be done with it.
//!
//! It must not know the store, the wire, the clock or any other room: time and randomness come in as arguments, a
//! decision goes out, and nothing here waits. To add a noun, add a file with its types, its rules and its error enum,
//! and its tests beside them.

pub mod applications;
pub mod audit;
pub mod catalogue;
pub mod channels;
pub mod cursor;
pub mod deliveries;
pub mod entity_tags;
pub mod events;
#[rustfmt::skip] // as prettyplease wrote it
pub mod generated;
pub mod guesses;
pub mod identities;
pub mod ids;
pub mod items;
pub mod keys;
pub mod leaks;
pub mod mail_links;
pub mod mails;
pub mod messages;
pub mod money;
pub mod names;
pub mod oauth;
pub mod orders;
pub mod passwords;
pub mod plan;
pub mod practice;
pub mod projects;
pub mod requests;
pub mod scopes;
pub mod sessions;
pub mod signing;
pub mod siwe;
pub mod time;
pub mod usage;
pub mod users;
pub mod vanish;
pub mod vault;
pub mod wallets;
pub mod webhooks;
pub mod windows;
pub mod words;
pub mod zones;

//! What is kept: one file a noun, each a handful of statements that both engines understand.
//!
//! It must not decide (that is `domain`) and must not know the wire, the caller or a clock. To add a noun: its table in
//! `tables.rs`, a migration (`migrations/NNNN_verb_noun.sql`), and a file here with a row type that derives `FromRow`
//! and the functions that ask. A function that reads takes `&mut Connection`, one that writes takes `&mut Tx`.
//!
//! Rules of the one dialect: TEXT, BIGINT, BOOLEAN, DOUBLE PRECISION; times are milliseconds in BIGINT; a unique rule is
//! a `CREATE UNIQUE INDEX` with a name, because that name is what [`StoreError::Conflict`] says. After a conflict the
//! transaction is over on PostgreSQL: roll back, do not go on.

pub mod applications;
pub mod audit;
pub mod belongings;
pub mod brands;
pub mod categories;
pub mod channels;
pub mod counters;
pub mod day_counts;
pub mod db;
pub mod deliveries;
pub mod dispatchers;
mod error;
pub mod events;
pub mod expired;
pub mod guesses;
pub mod idempotency;
pub mod identities;
pub mod items;
pub mod keys;
pub mod mail_links;
pub mod mails;
pub mod messages;
mod migrate;
pub mod orders;
pub mod passwords;
pub mod portal_sessions;
pub mod practice;
pub mod projects;
pub mod refresh_tokens;
pub mod requests;
pub mod revoked_tokens;
pub mod sessions;
pub mod signing_keys;
pub mod tables;
pub mod usage;
pub mod used_nonces;
pub mod users;
mod values;
pub mod vanish;
pub mod vault;
pub mod webhooks;
pub mod words;

#[cfg(test)]
pub(crate) mod scratch;
#[cfg(test)]
mod tests;

pub use db::{Connection, Db, Pools, Prepared, Read, Record, Tx};
pub use error::StoreError;

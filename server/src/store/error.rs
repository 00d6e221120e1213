//! What can go wrong in a store, the same on both engines.

use thiserror::Error;

/// A store's failure. Its text is for the operator's log, never for a caller.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database is away, full, locked or out of connections: try again later.
    #[error("the database is away: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// A unique rule is broken; the text is the rule's name, `items_slug` or `users_pkey`.
    #[error("the unique rule {0} is broken")]
    Conflict(String),
    /// A row points to one that is not there (or one that is pointed to was to go).
    #[error("a reference is broken: {0}")]
    Reference(#[source] sqlx::Error),
    /// A transaction lost against another one and may be tried again.
    #[error("the transaction met another one: {0}")]
    Contended(#[source] sqlx::Error),
    /// A row holds what this version cannot read, or a statement is wrong.
    #[error("the database refused: {0}")]
    Broken(#[source] sqlx::Error),
    /// The database cannot be used as it is: wrong address, too old, or written by a newer Gatepost.
    #[error("{0}")]
    Unusable(String),
}

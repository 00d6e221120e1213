//! The one thing that the portal asks its host to keep: sealed sessions, by the hash of their id.
//!
//! A store never sees an id, a token or a name: only a SHA-256, bytes that it cannot open, and when to forget them.

use async_trait::async_trait;

/// The SHA-256 of a session's id; the id itself is in the visitor's cookie alone.
pub type SessionIdHash = [u8; 32];

/// A session as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// Counts the writes, from 1: what [`SessionStore::save`] compares.
    pub version: i64,
    /// AES-256-GCM under a key that the store does not have. At most 16 KiB.
    pub sealed: Vec<u8>,
    /// When it ends, in milliseconds since 1970. From then on [`SessionStore::load`] must not hand it out; an hour later
    /// the store may delete it, whether or not it was asked for by [`SessionStore::ended`].
    pub expires_at_ms: i64,
}

/// The store could not answer. Its words go to the log, never to the visitor.
#[derive(Debug, thiserror::Error)]
#[error("the session store failed: {0}")]
pub struct SessionStoreError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// Where sessions are kept. `server` implements it over its database; [`crate::MemorySessions`] is for tests and previews.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// The session of that hash, if there is one and it has not ended at `now_ms`.
    async fn load(&self, id: &SessionIdHash, now_ms: i64) -> Result<Option<StoredSession>, SessionStoreError>;

    /// Writes `session`, in one atomic step, if the stored version is exactly `session.version - 1` (for version 1: if
    /// there is none). Answers whether it wrote; `false` means that another request was faster, or that the session
    /// was deleted meanwhile, and nothing was changed.
    async fn save(&self, id: &SessionIdHash, session: &StoredSession) -> Result<bool, SessionStoreError>;

    /// Sessions that had ended at `now_ms` and are still kept, those that ended first before the others, `most` at most.
    async fn ended(&self, now_ms: i64, most: usize) -> Result<Vec<(SessionIdHash, StoredSession)>, SessionStoreError>;

    /// Forgets the session; one that is not there is no error.
    async fn delete(&self, id: &SessionIdHash) -> Result<(), SessionStoreError>;
}

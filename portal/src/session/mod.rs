//! Who is signed in: sealed sessions behind a cookie.
//!
//! A session's id is 256 random bits, in the visitor's cookie alone; the store gets its SHA-256 and bytes that only the
//! portal can open. A session is made at sign-in, never before, always with a new id; it ends 24 hours after its last
//! use, 30 days after it began, or at sign-out, whichever is first. This room must not know any page, nor how tokens
//! are got: it is told. To keep another fact of a visitor, add a field to [`SessionData`] with a serde default.

mod cookie;
mod data;
mod extract;
mod memory;
mod seal;
mod store;

use std::sync::Arc;

use aws_lc_rs::digest;
use tokio::sync::Mutex;

pub use memory::MemorySessions;
pub use store::{SessionIdHash, SessionStore, SessionStoreError, StoredSession};

pub(crate) use cookie::SessionCookie;
pub(crate) use data::{Person, SessionData, Tokens};
pub(crate) use extract::{Looking, SignedForm, SignedIn};
pub(crate) use seal::Sealer;

use crate::config::{NowMs, PortalConfig, PortalError};
use crate::random::{self, NoRandomness};

const IDLE_MS: i64 = 24 * 60 * 60 * 1000;
const ABSOLUTE_MS: i64 = 30 * 24 * 60 * 60 * 1000;
/// How old "last seen" may get before a request writes it anew: a write a page would be waste.
const TOUCH_MS: i64 = 10 * 60 * 1000;
/// Enough for any number of requests that change one session at once.
const SAVE_TRIES: usize = 16;
const STRIPES: usize = 64;

/// What can go wrong with a session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SessionError {
    #[error(transparent)]
    Store(#[from] SessionStoreError),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error("the session cannot be sealed")]
    Seal,
    #[error("the session ended meanwhile")]
    Ended,
}

/// A session that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub id: SessionIdHash,
    pub version: i64,
    pub data: SessionData,
}

/// All sessions.
pub(crate) struct Sessions {
    store: Arc<dyn SessionStore>,
    sealer: Sealer,
    now_ms: NowMs,
    stripes: Vec<Mutex<()>>,
}

impl Sessions {
    pub fn new(config: &PortalConfig) -> Result<Self, PortalError> {
        let sealer = Sealer::new(&config.session_keys)?;
        let stripes = (0..STRIPES).map(|_| Mutex::new(())).collect();
        Ok(Self { store: Arc::clone(&config.sessions), sealer, now_ms: Arc::clone(&config.now_ms), stripes })
    }

    pub fn now_ms(&self) -> i64 {
        (self.now_ms)()
    }

    /// Starts a session and answers the new id for the cookie.
    pub async fn begin(&self, person: Person, tokens: Tokens) -> Result<String, SessionError> {
        let now = self.now_ms();
        let secret = random::token()?;
        let data = SessionData { csrf: random::token()?, created_ms: now, seen_ms: now, person, tokens };
        let session = Session { id: hash(&secret), version: 1, data };
        if self.write(&session).await? { Ok(secret) } else { Err(SessionError::Ended) }
    }

    /// The session of a cookie's value, if it is alive; marks it as seen.
    pub async fn open(&self, secret: &str) -> Result<Option<Session>, SessionError> {
        let Some(session) = self.look(secret).await? else { return Ok(None) };
        let now = self.now_ms();
        if now - session.data.seen_ms < TOUCH_MS {
            return Ok(Some(session));
        }
        self.update(&session, |data| data.seen_ms = now).await.map(Some)
    }

    /// The session of a cookie's value, if it is alive; does not mark it as seen.
    pub async fn look(&self, secret: &str) -> Result<Option<Session>, SessionError> {
        self.read(&hash(secret)).await
    }

    /// Changes a session, whatever other requests change at the same time: `change` is applied to the newest state.
    pub async fn update(&self, session: &Session, change: impl Fn(&mut SessionData)) -> Result<Session, SessionError> {
        let mut at = session.clone();
        for _ in 0..SAVE_TRIES {
            change(&mut at.data);
            at.version += 1;
            if self.write(&at).await? {
                return Ok(at);
            }
            at = self.read(&session.id).await?.ok_or(SessionError::Ended)?;
        }
        Err(SessionError::Ended)
    }

    /// The newest state of a session; what another request wrote meanwhile is in it.
    pub async fn reload(&self, session: &Session) -> Result<Session, SessionError> {
        self.read(&session.id).await?.ok_or(SessionError::Ended)
    }

    /// Held while a session's tokens are renewed, so that one of its requests does it and the others wait.
    pub async fn renewal(&self, session: &Session) -> Option<tokio::sync::MutexGuard<'_, ()>> {
        let [first, ..] = session.id;
        match self.stripes.get(usize::from(first) % STRIPES) {
            Some(stripe) => Some(stripe.lock().await),
            None => None,
        }
    }

    pub async fn end(&self, id: &SessionIdHash) -> Result<(), SessionError> {
        Ok(self.store.delete(id).await?)
    }

    /// Sessions that ended by themselves and are still kept, `most` at most, with what was in them as far as it can be
    /// opened.
    pub async fn ended(&self, most: usize) -> Result<Vec<(SessionIdHash, Option<SessionData>)>, SessionError> {
        let ended = self.store.ended(self.now_ms(), most).await?;
        let opened = |(id, stored): (SessionIdHash, StoredSession)| (id, self.sealer.open(&id, &stored.sealed));
        Ok(ended.into_iter().map(opened).collect())
    }

    async fn read(&self, id: &SessionIdHash) -> Result<Option<Session>, SessionError> {
        let now = self.now_ms();
        let Some(stored) = self.store.load(id, now).await? else { return Ok(None) };
        let data = self.sealer.open(id, &stored.sealed).filter(|data| ends_ms(data) > now);
        Ok(data.map(|data| Session { id: *id, version: stored.version, data }))
    }

    async fn write(&self, session: &Session) -> Result<bool, SessionError> {
        let sealed = self.sealer.seal(&session.id, &session.data)?;
        let stored = StoredSession { version: session.version, sealed, expires_at_ms: ends_ms(&session.data) };
        Ok(self.store.save(&session.id, &stored).await?)
    }
}

/// The SHA-256 of a session's id.
pub(crate) fn hash(secret: &str) -> SessionIdHash {
    let mut id = [0; 32];
    for (to, from) in id.iter_mut().zip(digest::digest(&digest::SHA256, secret.as_bytes()).as_ref()) {
        *to = *from;
    }
    id
}

fn ends_ms(data: &SessionData) -> i64 {
    (data.seen_ms + IDLE_MS).min(data.created_ms + ABSOLUTE_MS)
}

//! When keys and sessions were last used, noted at most once a minute each (a key more often where it dies unused) and
//! written in batches, never while a request waits.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::FoundKey;
use crate::domain::ids::{KeyId, SessionId};
use crate::domain::time::Time;
use crate::store::{Db, StoreError, keys, sessions};

/// How late a session's last use can be.
const EVERY: Duration = Duration::from_secs(60);

/// When something was last noted to be used; kept beside it in its cache. Milliseconds since 1970, 0 for never.
#[derive(Debug)]
pub struct Noted(AtomicI64);

impl Noted {
    /// As the store has it.
    pub fn at(last_used: Option<Time>) -> Self {
        Self(AtomicI64::new(last_used.map_or(0, Time::ms)))
    }

    /// Whether a use is to be written down; one in `every` is enough.
    pub fn is_due(&self, now: Time, every: Duration) -> bool {
        let noted = self.0.load(Ordering::Relaxed);
        let due = Time::from_ms(noted).plus(every) <= now;
        due && self.0.compare_exchange(noted, now.ms(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

/// Uses that wait to be written.
#[derive(Debug, Default)]
pub struct LastUsed {
    keys: Waiting<KeyId>,
    sessions: Waiting<SessionId>,
}

#[derive(Debug)]
struct Waiting<Id>(Mutex<HashMap<Id, Time>>);

impl LastUsed {
    /// Notes a use of the key and of those above it, if the last noted one is long enough ago (S57).
    pub fn note(&self, key: &FoundKey, now: Time) {
        if key.is_worth_noting(now) {
            key.line().for_each(|key| self.keys.add(key.id, now));
        }
    }

    /// Notes a use of a session, if the last noted one is a minute old.
    pub fn note_session(&self, id: SessionId, noted: &Noted, now: Time) {
        if noted.is_due(now, EVERY) {
            self.sessions.add(id, now);
        }
    }

    /// The use of a key that waits to be written, if one does.
    pub fn waiting(&self, id: &KeyId) -> Option<Time> {
        self.keys.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).copied()
    }

    /// Writes what waits, in one transaction. What cannot be written waits for the next time.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn flush(&self, db: &Db) -> Result<(), StoreError> {
        let (keys, sessions) = (self.keys.take(), self.sessions.take());
        if keys.is_empty() && sessions.is_empty() {
            return Ok(());
        }
        let written = write(db, &keys, &sessions).await;
        if written.is_err() {
            self.keys.give_back(keys);
            self.sessions.give_back(sessions);
        }
        written
    }
}

impl<Id: Hash + Ord> Waiting<Id> {
    fn add(&self, id: Id, at: Time) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, at);
    }

    /// In one order everywhere, so that two processes that write the same rows do not wait for each other.
    fn take(&self) -> Vec<(Id, Time)> {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        let mut uses: Vec<_> = taken.into_iter().collect();
        uses.sort_unstable();
        uses
    }

    fn give_back(&self, uses: Vec<(Id, Time)>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, at) in uses {
            waiting.entry(id).or_insert(at);
        }
    }
}

impl<Id> Default for Waiting<Id> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

async fn write(db: &Db, keys: &[(KeyId, Time)], sessions: &[(SessionId, Time)]) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    for (id, at) in keys {
        keys::note_use(&mut tx, id, *at).await?;
    }
    for (id, at) in sessions {
        sessions::note_use(&mut tx, id, *at).await?;
    }
    tx.commit().await
}

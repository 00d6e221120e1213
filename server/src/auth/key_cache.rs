//! API keys by the hash of their secret.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use super::AuthError;
use super::last_used::{LastUsed, Noted};
use super::recent::Recent;
use crate::domain::keys::{Key, KeyHash, KeyStatus, OwnLimits, line};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::store::keys::{self, KeyAndOwner};
use crate::store::{Db, StoreError};

/// A key as the store had it a moment ago, what follows from it and from the keys above it, and when it was last used.
#[derive(Debug)]
pub struct FoundKey {
    /// The key, those above it, and its owner's account.
    pub found: KeyAndOwner,
    /// What it may do, and those above it may too.
    pub scopes: Scopes,
    /// What is counted for it and for those above it.
    pub own_limits: OwnLimits,
    /// When it was last used here, in milliseconds since 1970; 0 for never.
    used_ms: AtomicI64,
    noted: Noted,
    /// Whether its first use has to start the grace of the key that it replaced.
    unused: AtomicBool,
}

/// The cache, and the uses that wait to be written.
#[derive(Debug, Default)]
pub struct KeyCache {
    recent: Recent<KeyHash, Arc<FoundKey>>,
    hits: AtomicU64,
    misses: AtomicU64,
    pub(super) last_used: LastUsed,
}

impl FoundKey {
    fn new(found: KeyAndOwner) -> Self {
        let used = AtomicI64::new(found.key.last_used_at.map_or(0, Time::ms));
        Self {
            scopes: line::scopes(&found.key, &found.above),
            own_limits: line::own_limits(&found.key, &found.above),
            noted: Noted::at(found.key.last_used_at),
            used_ms: used,
            unused: AtomicBool::new(found.key.lineage.rotated_from.is_some() && found.key.last_used_at.is_none()),
            found,
        }
    }

    /// The state of the key and of those above it at `now`, whichever is worse.
    #[must_use]
    pub fn status(&self, now: Time) -> KeyStatus {
        let used = self.used_ms.load(Ordering::Relaxed);
        let used = (used != 0).then(|| Time::from_ms(used));
        line::status(&self.found.key, &self.found.above, used, now)
    }

    /// Whether the key may be used at `now`.
    ///
    /// # Errors
    /// Why not, in the order of the contract.
    pub fn check(&self, now: Time) -> Result<(), AuthError> {
        match self.status(now) {
            KeyStatus::Revoked => Err(AuthError::RevokedKey),
            KeyStatus::Expired => Err(AuthError::ExpiredKey),
            KeyStatus::Idle => Err(AuthError::IdleKey),
            KeyStatus::Disabled => Err(AuthError::DisabledKey),
            KeyStatus::Active if self.found.owner_disabled => Err(AuthError::DisabledKey),
            KeyStatus::Active => Ok(()),
        }
    }

    /// Whether the key may be used by a page of this origin and from this address.
    ///
    /// # Errors
    /// Why not, in the order of the contract.
    pub fn allows(&self, origin: Option<&str>, address: Option<IpAddr>) -> Result<(), AuthError> {
        let (key, above) = (&self.found.key, &self.found.above);
        if !line::allows_origin(key, above, origin) {
            return Err(AuthError::OriginDenied);
        }
        if line::allows_address(key, above, address) { Ok(()) } else { Err(AuthError::AddressDenied) }
    }

    /// The key and those above it: a use of it is a use of theirs.
    pub(super) fn line(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.found.key).chain(&self.found.above)
    }

    /// Remembers a use, and says whether it is to be written down.
    pub(super) fn is_worth_noting(&self, now: Time) -> bool {
        self.used_ms.fetch_max(now.ms(), Ordering::Relaxed);
        self.noted.is_due(now, self.line().map(Key::noted_within).min().unwrap_or_default())
    }

    /// Whether this use is the first of a key that took over from another; true once.
    pub(super) fn is_first_use(&self) -> bool {
        self.unused.load(Ordering::Relaxed) && self.unused.swap(false, Ordering::Relaxed)
    }

    /// The first use could not be written down.
    pub(super) fn is_unused_still(&self) {
        self.unused.store(true, Ordering::Relaxed);
    }
}

impl KeyCache {
    /// The key of that hash, whatever its state: each use checks it by the clock.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn find(&self, db: &Db, hash: &KeyHash) -> Result<Option<Arc<FoundKey>>, StoreError> {
        match self.recent.get(hash) {
            Some(known) => {
                self.hits.fetch_add(1, Ordering::Relaxed);
                Ok(Some(known))
            }
            // On the heap: nearly every request finds its key above, and need not carry the room for this about.
            None => Box::pin(self.load(db, hash)).await,
        }
    }

    async fn load(&self, db: &Db, hash: &KeyHash) -> Result<Option<Arc<FoundKey>>, StoreError> {
        self.misses.fetch_add(1, Ordering::Relaxed);
        let began = self.recent.generation();
        let Some(mut found) = keys::find_by_hash(&mut *db.read().await?, hash).await? else {
            return Ok(None);
        };
        for key in std::iter::once(&mut found.key).chain(&mut found.above) {
            key.last_used_at = key.last_used_at.max(self.last_used.waiting(&key.id));
        }
        let entry = Arc::new(FoundKey::new(found));
        self.recent.keep(began, *hash, Arc::clone(&entry));
        Ok(Some(entry))
    }

    /// How many look-ups found their key here, and how many asked the store.
    #[must_use]
    pub fn lookups(&self) -> (u64, u64) {
        (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed))
    }

    /// Forgets one key: the next use asks the store.
    pub fn forget(&self, hash: &KeyHash) {
        self.recent.forget(hash);
    }

    /// Forgets every key.
    pub fn forget_all(&self) {
        self.recent.forget_all();
    }
}

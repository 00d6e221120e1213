//! API keys by the hash of their secret.

use std::sync::Arc;

use super::AuthError;
use super::last_used::Noted;
use super::recent::Recent;
use crate::domain::keys::{KeyHash, KeyStatus};
use crate::domain::time::Time;
use crate::store::keys::{self, KeyAndOwner};
use crate::store::{Db, StoreError};

/// A key as the store had it a moment ago, and when its use was last noted.
#[derive(Debug)]
pub struct FoundKey {
    /// The key and its owner's account.
    pub found: KeyAndOwner,
    pub(super) noted: Noted,
}

/// The cache.
#[derive(Debug, Default)]
pub struct KeyCache(Recent<KeyHash, Arc<FoundKey>>);

impl FoundKey {
    /// Whether the key may be used at `now`.
    ///
    /// # Errors
    /// Why not, in the order of the contract.
    pub fn check(&self, now: Time) -> Result<(), AuthError> {
        match self.found.key.status(now) {
            KeyStatus::Revoked => Err(AuthError::RevokedKey),
            KeyStatus::Expired => Err(AuthError::ExpiredKey),
            KeyStatus::Disabled => Err(AuthError::DisabledKey),
            KeyStatus::Active if self.found.owner_disabled => Err(AuthError::DisabledKey),
            KeyStatus::Active => Ok(()),
        }
    }
}

impl KeyCache {
    /// The key of that hash, whatever its state: each use checks it by the clock.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn find(&self, db: &Db, hash: &KeyHash) -> Result<Option<Arc<FoundKey>>, StoreError> {
        if let Some(known) = self.0.get(hash) {
            return Ok(Some(known));
        }
        let began = self.0.generation();
        let Some(found) = keys::find_by_hash(&mut *db.read().await?, hash).await? else {
            return Ok(None);
        };
        let noted = Noted::at(found.key.last_used_at);
        let entry = Arc::new(FoundKey { found, noted });
        self.0.keep(began, *hash, Arc::clone(&entry));
        Ok(Some(entry))
    }

    /// Forgets one key: the next use asks the store.
    pub fn forget(&self, hash: &KeyHash) {
        self.0.forget(hash);
    }

    /// Forgets every key.
    pub fn forget_all(&self) {
        self.0.forget_all();
    }
}

//! When keys were last used, noted at most once a minute a key and written in batches, never while a request waits.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::FoundKey;
use crate::domain::ids::KeyId;
use crate::domain::time::Time;
use crate::store::{Db, StoreError, keys};

/// How late `lastUsedAt` can be (S57).
const EVERY: Duration = Duration::from_secs(60);

/// Uses that wait to be written.
#[derive(Debug, Default)]
pub struct LastUsed(Mutex<HashMap<KeyId, Time>>);

impl LastUsed {
    /// Notes a use, if the last noted one is a minute old.
    pub fn note(&self, key: &FoundKey, now: Time) {
        if key.is_worth_noting(now, EVERY) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.found.key.id, now);
        }
    }

    /// Writes what waits, in one transaction. What cannot be written waits for the next time.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn flush(&self, db: &Db) -> Result<(), StoreError> {
        let batch = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if batch.is_empty() {
            return Ok(());
        }
        let written = write(db, &batch).await;
        if written.is_err() {
            let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            for (id, at) in batch {
                waiting.entry(id).or_insert(at);
            }
        }
        written
    }
}

async fn write(db: &Db, batch: &HashMap<KeyId, Time>) -> Result<(), StoreError> {
    // In one order everywhere, so that two processes that write the same keys do not wait for each other.
    let mut uses: Vec<_> = batch.iter().collect();
    uses.sort_unstable();
    let mut tx = db.write().await?;
    for (id, at) in uses {
        keys::note_use(&mut tx, id, *at).await?;
    }
    tx.commit().await
}

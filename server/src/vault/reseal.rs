//! After a rotation of `SECRET_KEY`: every data key is sealed anew, so that the old key opens nothing any more.

use super::{EnvelopeError, Vault};
use crate::random::Random;
use crate::seal::Resealed;
use crate::store::{Db, StoreError, vault};

/// Secrets that one transaction takes.
const BATCH: u64 = 100;

/// Seals every data key under the newest key. It can be broken off and begun again, and run in several processes at
/// once: what is done is passed over, and each secret is locked while it changes.
///
/// # Errors
/// The store's failure.
pub async fn reseal(db: &Db, keys: &Vault, random: &Random) -> Result<Resealed, StoreError> {
    let mut so_far = Resealed::default();
    let unusable = |error: EnvelopeError| StoreError::Unusable(error.to_string());
    let newest = keys.key_id().map_err(unusable)?;
    let mut after = None;
    loop {
        let mut tx = db.write().await?;
        let batch = vault::sealed_otherwise(&mut tx, newest, after.as_ref(), BATCH).await?;
        for kept in &batch {
            match keys.rewrapped(kept, random) {
                Ok(moved) => {
                    vault::rewrap(&mut tx, &moved).await?;
                    so_far.done += 1;
                }
                Err(error @ (EnvelopeError::UnknownKey { .. } | EnvelopeError::Closed { .. })) => {
                    tracing::error!(%error, "a secret of the vault stays as it is");
                    so_far.left += 1;
                }
                Err(error) => return Err(unusable(error)),
            }
        }
        tx.commit().await?;
        if let Some(last) = batch.into_iter().last() {
            after = Some(last.place);
        } else if vault::count_sealed_otherwise(&mut *db.read().await?, newest).await? <= so_far.left {
            return Ok(so_far);
        } else {
            // Another process is at it, or still seals under the old key: look again.
            (after, so_far.left) = (None, 0);
        }
    }
}

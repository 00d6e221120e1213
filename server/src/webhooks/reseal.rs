//! After a rotation of `SECRET_KEY`: the secrets of endpoints are sealed anew, so that the old key opens none any more.

use super::context;
use crate::random::Random;
use crate::seal::{Resealed, SealError, Sealer};
use crate::store::{Connection, Db, StoreError, webhooks};

/// Secrets that one transaction takes.
const BATCH: u64 = 100;

/// Seals every secret under the newest key, in batches. One that went meanwhile is passed over.
///
/// # Errors
/// The store's failure; no randomness.
pub async fn reseal(db: &Db, sealer: &Sealer, random: &Random) -> Result<Resealed, StoreError> {
    let (mut so_far, mut after) = (Resealed::default(), None);
    loop {
        let mut tx = db.write().await?;
        let batch = webhooks::secrets::list(&mut tx, after.as_ref(), BATCH).await?;
        for kept in &batch {
            match sealer.reseal(&kept.sealed, &context(&kept.webhook, kept.number), random) {
                Ok(Some(sealed)) => {
                    so_far.done += u64::from(webhooks::secrets::reseal(&mut tx, kept, &sealed).await?);
                }
                Ok(None) => {}
                Err(error @ SealError::Closed) => {
                    tracing::error!(webhook = %kept.webhook, %error, "a secret of a webhook stays as it is");
                    so_far.left += 1;
                }
                Err(error) => return Err(StoreError::Unusable(error.to_string())),
            }
        }
        tx.commit().await?;
        let Some(last) = batch.into_iter().last() else { return Ok(so_far) };
        after = Some((last.webhook, last.number));
    }
}

/// How many secrets stand under another key than the newest.
///
/// # Errors
/// The store's failure.
pub async fn to_reseal(connection: &mut Connection, sealer: &Sealer) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let batch = webhooks::secrets::list(connection, after.as_ref(), BATCH).await?;
        let old = |kept: &&webhooks::Signing| !sealer.is_newest(&kept.sealed, &context(&kept.webhook, kept.number));
        count += batch.iter().filter(old).count();
        let Some(last) = batch.into_iter().last() else { return Ok(count) };
        after = Some((last.webhook, last.number));
    }
}

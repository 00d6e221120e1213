//! After a rotation of `SECRET_KEY`: the keys that sign and the mails that wait are sealed anew, so that the old key opens
//! nothing any more.

use super::StartError;
use super::signing::context;
use crate::random::Random;
use crate::seal::{Resealed, SealError, Sealer};
use crate::store::{Connection, Db, StoreError, mails, signing_keys};

/// Mails that one transaction takes.
const BATCH: u64 = 100;

/// Seals every signing key under the newest key. They are few, so one transaction takes all; processes that do it at once
/// do it one after another, and the later ones find nothing to do.
///
/// # Errors
/// The store's failure; no randomness.
pub async fn reseal_signing_keys(db: &Db, sealer: &Sealer, random: &Random) -> Result<Resealed, StartError> {
    let mut so_far = Resealed::default();
    let mut tx = db.write().await?;
    tx.lock_start_up().await?;
    for row in signing_keys::list(&mut tx).await? {
        match sealer.reseal(&row.sealed, &context(&row.id), random) {
            Ok(Some(sealed)) => {
                signing_keys::reseal(&mut tx, &row.id, &sealed).await?;
                so_far.done += 1;
            }
            Ok(None) => {}
            Err(error @ SealError::Closed) => {
                tracing::error!(kid = row.id, %error, "a signing key stays as it is");
                so_far.left += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    tx.commit().await?;
    Ok(so_far)
}

/// Seals every mail that waits under the newest key, in batches. A mail that is sent meanwhile is passed over.
///
/// # Errors
/// The store's failure; no randomness.
pub async fn reseal_mails(db: &Db, sealer: &Sealer, random: &Random) -> Result<Resealed, StartError> {
    let (mut so_far, mut after) = (Resealed::default(), None);
    loop {
        let mut tx = db.write().await?;
        let batch = mails::list_sealed(&mut tx, after.as_ref(), BATCH).await?;
        for mail in &batch {
            match sealer.reseal(&mail.sealed, mail.id.as_str(), random) {
                Ok(Some(sealed)) => so_far.done += u64::from(mails::reseal(&mut tx, &mail.id, &sealed).await?),
                Ok(None) => {}
                Err(error @ SealError::Closed) => {
                    tracing::error!(mail = %mail.id, %error, "a mail that waits stays as it is");
                    so_far.left += 1;
                }
                Err(error) => return Err(error.into()),
            }
        }
        tx.commit().await?;
        let Some(last) = batch.into_iter().last() else { return Ok(so_far) };
        after = Some(last.id);
    }
}

/// How many signing keys stand under another key than the newest.
///
/// # Errors
/// The store's failure.
pub async fn signing_keys_to_reseal(connection: &mut Connection, sealer: &Sealer) -> Result<usize, StoreError> {
    let rows = signing_keys::list(connection).await?;
    Ok(rows.iter().filter(|row| !sealer.is_newest(&row.sealed, &context(&row.id))).count())
}

/// How many mails that wait stand under another key than the newest.
///
/// # Errors
/// The store's failure.
pub async fn mails_to_reseal(connection: &mut Connection, sealer: &Sealer) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let batch = mails::list_sealed(connection, after.as_ref(), BATCH).await?;
        count += batch.iter().filter(|mail| !sealer.is_newest(&mail.sealed, mail.id.as_str())).count();
        let Some(last) = batch.into_iter().last() else { return Ok(count) };
        after = Some(last.id);
    }
}

//! After a rotation of `SECRET_KEY`: the keys that sign are sealed anew, so that the old key opens nothing any more.

use super::StartError;
use super::signing::context;
use crate::random::Random;
use crate::seal::{Resealed, Sealer};
use crate::store::{Connection, Db, StoreError, signing_keys};

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
        let context = context(&row.id);
        if sealer.is_newest(&row.sealed, &context) {
            continue;
        }
        match sealer.open(&row.sealed, &context) {
            Ok(plain) => {
                signing_keys::reseal(&mut tx, &row.id, &sealer.seal(&plain, &context, random)?).await?;
                so_far.done += 1;
            }
            Err(error) => {
                tracing::error!(kid = row.id, %error, "a signing key stays as it is");
                so_far.left += 1;
            }
        }
    }
    tx.commit().await?;
    Ok(so_far)
}

/// How many signing keys stand under another key than the newest.
///
/// # Errors
/// The store's failure.
pub async fn signing_keys_to_reseal(connection: &mut Connection, sealer: &Sealer) -> Result<usize, StoreError> {
    let rows = signing_keys::list(connection).await?;
    Ok(rows.iter().filter(|row| !sealer.is_newest(&row.sealed, &context(&row.id))).count())
}

//! Replacing the key that signs access tokens: the next one is published, then signs, and the last one goes (S30).

use std::time::Duration;

use super::{Auth, StartError, signing};
use crate::domain::audit::{Action, Actor, Change};
use crate::domain::signing as domain;
use crate::domain::time::Time;
use crate::random::Random;
use crate::seal::Sealer;
use crate::store::signing_keys::{self, SigningKeyRow};
use crate::store::{Db, Tx, audit};

/// A key that is published, and when it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextSigner {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// From when on.
    pub signs_from: Time,
}

impl Auth {
    /// Takes in what other processes did to the signing keys. To be called every few seconds.
    ///
    /// # Errors
    /// The store's failure; a key that no `SECRET_KEY` opens.
    pub async fn learn_signing_keys(&self) -> Result<(), StartError> {
        let rows = signing_keys::list(&mut *self.db.read().await?).await?;
        self.signing.learn(rows, self.clock.now())
    }

    /// Publishes the next key when the newest is about to have signed for `every`, and removes what has had its time. To
    /// be called every few seconds; processes that do so together do it once.
    ///
    /// # Errors
    /// As [`Auth::learn_signing_keys`].
    pub async fn tend_signing_keys(&self, every: Duration) -> Result<(), StartError> {
        let now = self.clock.now();
        let rows = signing_keys::list(&mut *self.db.read().await?).await?;
        let from = starts(&rows);
        let idle =
            !domain::is_due(&from, every, now) && !(0..rows.len()).any(|place| domain::is_over(&from, place, now));
        if idle {
            return self.signing.learn(rows, now);
        }
        let mut tx = self.db.write().await?;
        tx.lock_start_up().await?;
        let rows = signing_keys::list(&mut tx).await?;
        let from = starts(&rows);
        for (place, row) in rows.iter().enumerate().filter(|(place, _)| domain::is_over(&from, *place, now)) {
            tracing::info!(kid = row.id, place, "a signing key has had its time and is removed");
            signing_keys::remove(&mut tx, &row.id).await?;
        }
        if domain::is_due(&from, every, now) {
            publish(&mut tx, &self.signing.sealer, now, &self.random).await?;
        }
        tx.commit().await?;
        self.learn_signing_keys().await
    }
}

/// Publishes the next key now, whatever the newest one's age; the one that waits already, where there is one.
///
/// # Errors
/// The store's failure; a key pair that cannot be made.
pub async fn rotate_signing_key(
    db: &Db,
    sealer: &Sealer,
    now: Time,
    random: &Random,
) -> Result<NextSigner, StartError> {
    let mut tx = db.write().await?;
    tx.lock_start_up().await?;
    let newest = signing_keys::list(&mut tx).await?.into_iter().next();
    if let Some(waiting) = newest.filter(|row| row.signs_from > now) {
        return Ok(NextSigner { kid: waiting.id, signs_from: waiting.signs_from });
    }
    let next = publish(&mut tx, sealer, now, random).await?;
    tx.commit().await?;
    Ok(next)
}

/// The first key signs at once; every other one waits until whoever keeps the set has it.
pub(super) async fn publish_first(
    tx: &mut Tx,
    sealer: &Sealer,
    now: Time,
    random: &Random,
) -> Result<Vec<SigningKeyRow>, StartError> {
    let known = signing_keys::list(tx).await?;
    if !known.is_empty() {
        return Ok(known);
    }
    let made = signing::make(sealer, (now, now), random)?;
    signing_keys::insert(tx, &made).await?;
    Ok(vec![made])
}

async fn publish(tx: &mut Tx, sealer: &Sealer, now: Time, random: &Random) -> Result<NextSigner, StartError> {
    let made = signing::make(sealer, (now, now.plus(domain::PUBLISHED_BEFORE)), random)?;
    signing_keys::insert(tx, &made).await?;
    let change =
        Change { action: Action::SigningKeyCreated, target: made.id.clone(), owner: None, before: None, after: None };
    audit::record(tx, (now, random), &Actor::default(), &change).await?;
    tracing::info!(kid = made.id, "the next signing key is published");
    Ok(NextSigner { kid: made.id, signs_from: made.signs_from })
}

fn starts(rows: &[SigningKeyRow]) -> Vec<Time> {
    rows.iter().map(|row| row.signs_from).collect()
}

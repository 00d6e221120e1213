//! `gatepost reseal`: after a rotation of `SECRET_KEY`, everything is sealed under the newest key.
//!
//! A noun that keeps something sealed for long has a function that seals it anew, in batches, as often as one likes, and
//! one that counts what is left; both stand in a line here. Idempotent answers live a day and are not sealed anew; browsers
//! that are signed in to the portal sign in again.

use anyhow::{Result, bail};
use gatepost::auth::{
    mail_sealer, mails_to_reseal, reseal_mails, reseal_signing_keys, signing_key_sealer, signing_keys_to_reseal,
};
use gatepost::config::Config;
use gatepost::random::Random;
use gatepost::running;
use gatepost::seal::Resealed;
use gatepost::store::{Db, vault};
use gatepost::vault::{Vault, reseal};
use gatepost::webhooks::{self, secret_sealer};
use secrecy::ExposeSecret as _;

/// Seals everything anew and says how far it came. It fails where something is left.
pub async fn run(config: Config) -> Result<()> {
    let random = Random::default();
    let secrets = running::secret_keys(&config, &random)?;
    let db = Db::open(config.database_url.expose_secret()).await?;
    let mut left = 0;
    let mut tell = |noun: &str, resealed: Resealed| {
        println!("{noun}: {} sealed anew, {} left", resealed.done, resealed.left);
        left += resealed.left;
    };
    tell("signing keys", reseal_signing_keys(&db, &signing_key_sealer(&secrets), &random).await?);
    tell("mails that wait", reseal_mails(&db, &mail_sealer(&secrets), &random).await?);
    tell("secrets of the vault", reseal(&db, &Vault::new(&secrets), &random).await?);
    tell("secrets of webhooks", webhooks::reseal(&db, &secret_sealer(&secrets), &random).await?);
    db.close().await;
    if left > 0 {
        bail!(
            "{left} are sealed under a key that SECRET_KEY does not hold; add it, after the new one, and run this again"
        );
    }
    println!("The first SECRET_KEY opens everything. Drop the others a day after the last process sealed with one.");
    Ok(())
}

/// What stands under another key than the newest, a line each. Nothing is made or migrated for the answer.
pub async fn left(config: &Config) -> Result<Vec<String>> {
    if config.secret_keys.len() < 2 {
        return Ok(Vec::new());
    }
    let db = Db::open_as_it_is(config.database_url.expose_secret()).await?;
    let mut read = db.read().await?;
    let keys = signing_keys_to_reseal(&mut read, &signing_key_sealer(&config.secret_keys)).await?;
    let mails = mails_to_reseal(&mut read, &mail_sealer(&config.secret_keys)).await?;
    let secrets = vault::count_sealed_otherwise(&mut read, Vault::new(&config.secret_keys).key_id()?).await?;
    let secrets = usize::try_from(secrets).unwrap_or(usize::MAX);
    let endpoints = webhooks::to_reseal(&mut read, &secret_sealer(&config.secret_keys)).await?;
    drop(read);
    db.close().await;
    let line = |count: usize, noun: &str| {
        (count > 0).then(|| {
            format!("{count} {noun} stand under an old SECRET_KEY; `gatepost reseal` seals them under the first.")
        })
    };
    let lines = [
        line(keys, "signing keys"),
        line(mails, "mails that wait"),
        line(secrets, "secrets of the vault"),
        line(endpoints, "secrets of webhooks"),
    ];
    Ok(lines.into_iter().flatten().collect())
}

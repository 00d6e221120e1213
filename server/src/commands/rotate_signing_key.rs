//! `gatepost rotate-signing-key`: the next key that signs access tokens, before its time.

use anyhow::Result;
use gatepost::auth::{rotate_signing_key, signing_key_sealer};
use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::random::Random;
use gatepost::running;
use gatepost::store::Db;
use secrecy::ExposeSecret as _;

/// Publishes it. Nobody is signed out: what is signed by the last key is good until it expires.
pub async fn run(config: Config) -> Result<()> {
    let random = Random::default();
    let sealer = signing_key_sealer(&running::secret_keys(&config, &random)?);
    let db = Db::open(config.database_url.expose_secret()).await?;
    let next = rotate_signing_key(&db, &sealer, Clock::System.now(), &random).await;
    db.close().await;
    let next = next?;
    println!(
        "{} is published. It signs from {} on; the last one goes when its tokens have expired.",
        next.kid,
        next.signs_from.to_rfc3339()
    );
    Ok(())
}

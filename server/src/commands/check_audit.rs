//! `gatepost check-audit`: walks the audit log's chain; exit code 1 where it is broken.

use anyhow::{Context as _, Result};
use gatepost::config::Config;
use gatepost::store::{Db, audit};
use secrecy::ExposeSecret as _;

/// Prints what was found.
pub async fn run(config: Config) -> Result<()> {
    let db = Db::open(config.database_url.expose_secret()).await?;
    let found = audit::check(&db).await;
    db.close().await;
    let chain = found.context("the audit log is broken")?;
    match chain.last {
        0 => println!("The audit log is empty."),
        last => println!("The audit log is whole, from position {} to {last}.", chain.first),
    }
    Ok(())
}

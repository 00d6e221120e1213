//! `gatepost serve`: starts everything, says where it is, and stops gracefully.

use anyhow::Result;
use gatepost::clock::Clock;
use gatepost::config::Config;
use gatepost::running::Running;
use gatepost::store::Db;
use secrecy::ExposeSecret as _;
use tokio::signal::unix::{SignalKind, signal};

use super::{check_config, logs};

/// Serves until SIGTERM or Ctrl-C; a second one stops at once.
pub async fn run(config: Config) -> Result<()> {
    logs::start(&config)?;
    for warning in check_config::warnings(&config) {
        tracing::warn!("{warning}");
    }
    let mut running = Running::start(config, Clock::System).await?;
    greet(&mut running);
    stop_asked().await?;
    tracing::info!("stopping: requests under way get their time; a second signal stops at once");
    tokio::select! {
        () = running.stop() => Ok(()),
        again = stop_asked() => again,
    }
}

/// `gatepost migrate`.
pub async fn migrate(config: Config) -> Result<()> {
    logs::start(&config)?;
    std::fs::create_dir_all(&config.data_dir)?;
    let db = Db::open(config.database_url.expose_secret()).await?;
    println!("The {} database is up to date.", db.engine());
    db.close().await;
    Ok(())
}

fn greet(running: &mut Running) {
    let url = &running.app.public_url;
    println!("Gatepost {} is up.", env!("CARGO_PKG_VERSION"));
    println!("  Portal  {url}/");
    println!("  Docs    {url}/docs");
    println!("  API     {url}/v1   (contract: {url}/openapi.yaml)");
    if let Some(key) = running.root_key.take() {
        println!("  Root key, shown this once: {}", key.show_once());
    }
    if let Some(host) = running.demo.take() {
        println!("  Demo account: {}, password, shown this once: {}", host.email(), host.show_once());
    }
}

async fn stop_asked() -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    }
}

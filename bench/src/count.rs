//! Whether sums of usage are what was asked, to the request: many requests over HTTP, counted by whoever sends them.

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::load::{Load, read_answer};
use crate::meters::Metering;
use crate::rounds::{Folder, text};
use crate::server::{ROOT_KEY, Server};

/// Requests, and how they are sent.
#[derive(Args)]
pub struct Count {
    /// The server's binary, built for release.
    #[arg(long, default_value = "target/release/gatepost")]
    gatepost: String,
    /// Requests; one of four is for an item that is not there.
    #[arg(long, default_value_t = 1_000_000)]
    requests: u64,
    /// Connections.
    #[arg(long, default_value_t = 32)]
    connections: u64,
}

/// What was answered with 2xx, and what was not.
type Answered = (u64, u64);

impl Count {
    /// Sends them, asks the server for its sums, and fails where they differ.
    pub async fn run(&self) -> Result<()> {
        let binary = std::fs::canonicalize(&self.gatepost).context("build it first: cargo build --release")?;
        let folder = Folder::new()?;
        let server = Server::metered(&binary.to_string_lossy(), &folder.0, Metering::All).await?;
        let order = json!({ "name": "bench", "scopes": ["read"] });
        let key = Load::once(&server.address, "POST", "/v1/keys", Some(order), ROOT_KEY).await?;
        let (good, bad) = self.send(&server, text(&key, "secret")?).await?;
        ensure!(good + bad == self.requests, "only {} of {} were answered", good + bad, self.requests);

        let usage = ask(&server, &format!("/v1/usage?groupBy=status&keyId={}", text(&key, "id")?)).await?;
        let told = (of_status(&usage, 200), of_status(&usage, 404));
        println!(
            "sent {} requests: {good} answered 200, {bad} answered 404; usage tells {} and {}",
            self.requests, told.0, told.1
        );
        ensure!(told == (good, bad), "usage differs from what was sent");

        let body = Some(json!({ "olderThanSeconds": 0, "dryRun": true }));
        let kept = Load::once(&server.address, "POST", "/v1/admin/requests/cleanup", body, ROOT_KEY).await?;
        let overview = ask(&server, "/v1/admin/overview").await?;
        let kept = kept.get("deleted").and_then(Value::as_u64).context("no count of requests")?;
        let dropped = overview.pointer("/requestLog/dropped").and_then(Value::as_u64).context("no count of drops")?;
        // The key's making and the reading of its usage are in the log, too; the clean-up itself came after them.
        println!("the request log holds {kept} and dropped {dropped}");
        ensure!(kept + dropped == self.requests + 2, "the request log lost requests that it did not count");
        Ok(())
    }

    async fn send(&self, server: &Server, key: String) -> Result<Answered> {
        let tasks: Vec<_> = (0..self.connections)
            .map(|number| {
                let share = self.requests / self.connections + u64::from(number < self.requests % self.connections);
                tokio::spawn(connection(server.address.clone(), key.clone(), share))
            })
            .collect();
        let (mut good, mut bad) = (0, 0);
        for task in tasks {
            let (g, b) = task.await??;
            good += g;
            bad += b;
        }
        Ok((good, bad))
    }
}

async fn connection(address: String, key: String, share: u64) -> Result<Answered> {
    let request =
        |path: &str| format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nX-API-Key: {key}\r\n\r\n").into_bytes();
    let (there, missing) = (request("/v1/me"), request("/v1/items/itm_missing"));
    let mut stream = TcpStream::connect(&address).await.with_context(|| address.clone())?;
    stream.set_nodelay(true)?;
    let (mut good, mut bad) = (0, 0);
    let mut buffer = Vec::with_capacity(16 * 1024);
    for number in 0..share {
        stream.write_all(if number % 4 == 0 { &missing } else { &there }).await?;
        if read_answer(&mut stream, &mut buffer).await? { good += 1 } else { bad += 1 }
    }
    Ok((good, bad))
}

async fn ask(server: &Server, path: &str) -> Result<Value> {
    Load::once(&server.address, "GET", path, None, ROOT_KEY).await
}

fn of_status(usage: &Value, status: u64) -> u64 {
    let buckets = usage.get("data").and_then(Value::as_array).into_iter().flatten();
    let of = buckets.filter(|bucket| bucket.get("status").and_then(Value::as_u64) == Some(status));
    of.filter_map(|bucket| bucket.get("count").and_then(Value::as_u64)).sum()
}

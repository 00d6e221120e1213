//! Interleaved rounds: ours, bare, ours, bare … so that a slow moment of the machine falls on both.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::cases::{Case, cases};
use crate::items::Items;
use crate::keys::Keys;
use crate::load::Load;
use crate::meters;
use crate::report::{Measured, items_table, keys_table, meters_table, table, webhooks_table};
use crate::server::{ROOT_KEY, Server, on_core};
use crate::webhooks::Webhooks;

/// Measures every case and prints the table.
pub async fn run(
    gatepost: &str,
    seconds: u64,
    rounds: usize,
    out: Option<&str>,
    items: &Items,
    sent: &Webhooks,
) -> Result<()> {
    let binary = std::fs::canonicalize(gatepost).context("build it first: cargo build --release")?;
    let folder = Folder::new()?;
    let ours = Server::gatepost(&binary.to_string_lossy(), &folder.0).await?;
    let item = call(&ours, "POST", "/v1/items", Some(json!({ "title": "Rangefinder camera", "description": "Serviced.", "price": { "amount": 24_900, "currency": "EUR" }, "condition": "good" })), ROOT_KEY).await?;
    let key = call(&ours, "POST", "/v1/keys", Some(json!({ "name": "bench", "scopes": ["read"] })), ROOT_KEY).await?;
    let (item, key) = (text(&item, "id")?, text(&key, "secret")?);
    let body = call(&ours, "GET", "/v1/me", None, &key).await?;
    let bare = Server::bare(&folder.0.join("data/gatepost.db"), &body.to_string()).await?;
    let mut measured = Vec::new();
    for case in cases(&item, &key) {
        measured.push(measure(case, &ours, &bare, seconds, rounds).await?);
    }
    let mut table = table(&measured, seconds, rounds);
    let metered = meters::measure(&binary.to_string_lossy(), &folder.0, seconds, rounds).await?;
    table.push_str(&meters_table(&metered));
    table.push_str(&webhooks_table(sent, &sent.measure(&folder.0).await?));
    // Kept at once: what follows takes minutes.
    if let Some(out) = out {
        std::fs::write(out, &table)?;
    }
    let keys = Keys::default();
    table.push_str(&keys_table(&keys, &keys.measure(&folder.0).await?));
    table.push_str(&items_table(items, &items.measure(&folder.0).await?));
    println!("{table}");
    if let Some(out) = out {
        std::fs::write(out, table)?;
    }
    Ok(())
}

/// Measures what verifying a key among many costs, and prints the table.
pub async fn keys(keys: &Keys) -> Result<()> {
    let folder = Folder::new()?;
    println!("{}", keys_table(keys, &keys.measure(&folder.0).await?));
    Ok(())
}

/// Measures what sending webhooks costs, and prints the table.
pub async fn webhooks(sent: &Webhooks) -> Result<()> {
    let folder = Folder::new()?;
    println!("{}", webhooks_table(sent, &sent.measure(&folder.0).await?));
    Ok(())
}

/// Measures what a page among many items costs, and prints the table.
pub async fn items(items: &Items) -> Result<()> {
    let folder = Folder::new()?;
    println!("{}", items_table(items, &items.measure(&folder.0).await?));
    Ok(())
}

/// Measures what metering costs, and prints the table.
pub async fn meters(gatepost: &str, seconds: u64, rounds: usize) -> Result<()> {
    let binary = std::fs::canonicalize(gatepost).context("build it first: cargo build --release")?;
    let folder = Folder::new()?;
    let measured = meters::measure(&binary.to_string_lossy(), &folder.0, seconds, rounds).await?;
    println!("{}", meters_table(&measured));
    Ok(())
}

async fn measure(case: Case, ours: &Server, bare: &Server, seconds: u64, rounds: usize) -> Result<Measured> {
    let mut pairs = Vec::new();
    for round in 1..=rounds {
        let a = load(ours, &case.path, case.header.as_deref(), seconds).await?;
        let b = load(bare, &case.path, None, seconds).await?;
        eprintln!("{} round {round}: {a:.0} / {b:.0} = {:.3}", case.path, a / b);
        pairs.push((a, b));
    }
    Ok(Measured { case, pairs })
}

/// The 2xx rate of one load from core 1.
pub async fn load(server: &Server, path: &str, header: Option<&str>, seconds: u64) -> Result<f64> {
    let own = std::env::current_exe()?;
    let mut command = on_core(1, &own.to_string_lossy());
    command.args(["load", "--address", &server.address, "--path", path, "--seconds", &seconds.to_string()]);
    if let Some(header) = header {
        command.args(["--header", header]);
    }
    let output = command.stderr(Stdio::inherit()).output().await?;
    let printed = String::from_utf8(output.stdout)?;
    let (rate, bad) = printed.trim().split_once(' ').context("the load generator failed")?;
    if bad != "0" {
        eprintln!("{path}: {bad} answers were not 2xx and do not count");
    }
    Ok(rate.parse()?)
}

async fn call(server: &Server, method: &str, path: &str, body: Option<Value>, key: &str) -> Result<Value> {
    Load::once(&server.address, method, path, body, key).await
}

/// A text of an answer.
pub fn text(value: &Value, name: &str) -> Result<String> {
    Ok(value.get(name).and_then(Value::as_str).with_context(|| format!("no {name} in {value}"))?.to_owned())
}

/// A temporary folder, gone at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// Made now.
    pub fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("gatepost-bench-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

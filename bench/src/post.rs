//! The bare loop: posts one body over and over with reqwest, one after another or so many at once to each URL, and does
//! nothing else.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use clap::Args;
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

/// What is posted.
#[derive(Args, Clone)]
pub struct Post {
    /// Where to.
    #[arg(long)]
    pub url: Vec<String>,
    /// What.
    #[arg(long)]
    pub body: String,
    /// How often in all.
    #[arg(long)]
    pub count: usize,
    /// How many at once to each; without it one after another, to each in turn.
    #[arg(long)]
    pub at_once: Option<usize>,
}

impl Post {
    /// Posts it all.
    pub async fn run(self) -> Result<()> {
        let client = client(self.at_once.unwrap_or(1))?;
        let Some(at_once) = self.at_once else {
            for url in self.url.iter().cycle().take(self.count) {
                once(&client, url, self.body.clone()).await?;
            }
            return Ok(());
        };
        let left = Arc::new(AtomicUsize::new(self.count));
        let mut tasks = Vec::new();
        for url in &self.url {
            for _ in 0..at_once {
                let (url, body) = (url.clone(), self.body.clone());
                tasks.push(tokio::spawn(keep_posting(client.clone(), url, body, Arc::clone(&left))));
            }
        }
        for task in tasks {
            task.await??;
        }
        Ok(())
    }
}

/// A client that keeps as many connections as are needed.
pub fn client(at_once: usize) -> Result<Client> {
    Ok(Client::builder().no_proxy().http1_only().pool_max_idle_per_host(at_once).build()?)
}

async fn keep_posting(client: Client, url: String, body: String, left: Arc<AtomicUsize>) -> Result<()> {
    while left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok() {
        once(&client, &url, body.clone()).await?;
    }
    Ok(())
}

/// Posts it once.
pub async fn once(client: &Client, url: &str, body: String) -> Result<()> {
    let sent = client.post(url).header(CONTENT_TYPE, "application/json").body(body).send().await?;
    sent.error_for_status()?.bytes().await?;
    Ok(())
}

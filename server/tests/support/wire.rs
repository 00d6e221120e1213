//! A wire between a client and a server that can lose an answer after the server has done what was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Carries bytes both ways.
pub struct Wire {
    /// Where to call.
    pub base: String,
    swallow: Arc<AtomicUsize>,
}

impl Wire {
    /// To the server at `base`.
    pub async fn to(base: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let here = listener.local_addr().expect("an address");
        let server = base.trim_start_matches("http://").to_owned();
        let swallow = Arc::new(AtomicUsize::new(0));
        let lost = swallow.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&server).await.expect("the server takes connections");
                tokio::spawn(carry(client, server, lost.clone()));
            }
        });
        Self { base: format!("http://{here}"), swallow }
    }

    /// Loses the next answers, and their connections with them.
    pub fn lose(&self, answers: usize) {
        self.swallow.store(answers, Ordering::SeqCst);
    }
}

async fn carry(client: TcpStream, server: TcpStream, swallow: Arc<AtomicUsize>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let there = tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(read) = from_server.read(&mut bytes).await {
        let lost = swallow.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        if read == 0 || lost || to_client.write_all(&bytes[..read]).await.is_err() {
            break;
        }
    }
    there.abort();
}

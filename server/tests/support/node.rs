//! An Ethereum node of the test's own: it answers every `eth_call` with one thing, and tells what it was asked.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The node.
pub struct Node {
    /// What `ETH_RPC_URL` is to be.
    pub url: String,
    /// Each call, as it came.
    pub asked: UnboundedReceiver<Value>,
}

impl Node {
    /// Answers every call with these bytes of HTTP; with none it never answers.
    pub async fn answering(reply: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let (tell, asked) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (tell, reply) = (tell.clone(), reply.clone());
                tokio::spawn(async move {
                    let mut stream = stream;
                    let Some(call) = read_call(&mut stream).await else { return };
                    let _ = tell.send(call);
                    match reply {
                        Some(reply) => drop(stream.write_all(reply.as_bytes()).await),
                        None => std::future::pending().await,
                    }
                });
            }
        });
        Self { url, asked }
    }

    /// Answers every call with this JSON-RPC result.
    pub async fn saying(result: &str) -> Self {
        Self::answering(Some(http(&json!({ "jsonrpc": "2.0", "id": 1, "result": result }).to_string()))).await
    }
}

/// A 200 with this body.
pub fn http(body: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn read_call(stream: &mut TcpStream) -> Option<Value> {
    let mut seen = Vec::new();
    loop {
        let mut room = [0; 8192];
        let count = stream.read(&mut room).await.ok().filter(|count| *count > 0)?;
        seen.extend_from_slice(&room[..count]);
        let text = String::from_utf8_lossy(&seen);
        if let Some((_, body)) = text.split_once("\r\n\r\n")
            && let Ok(call) = serde_json::from_str(body)
        {
            return Some(call);
        }
    }
}

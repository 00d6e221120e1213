//! A server that answers as a test says, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use gatepost_sdk::{Client, ClientBuilder};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What was asked.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// Status, headers, body.
    Says(u16, Vec<(&'static str, String)>, String),
    /// The connection is closed after the request was read.
    Drops,
    /// The answer breaks off in the middle of its body.
    BreaksOff,
    /// Nothing comes.
    Hangs,
}

impl Reply {
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Says(status, vec![("content-type", "application/json".into())], body.to_string())
    }

    pub fn problem(status: u16, code: &str) -> Self {
        let body = json!({
            "type": "https://example.com/problems/x", "title": "No", "status": status, "code": code,
            "detail": "It cannot be.", "requestId": "req_test",
        });
        Self::Says(status, vec![("content-type", "application/problem+json".into())], body.to_string())
    }

    pub fn with(self, name: &'static str, value: &str) -> Self {
        match self {
            Self::Says(status, mut headers, body) => {
                headers.push((name, value.into()));
                Self::Says(status, headers, body)
            }
            other => other,
        }
    }
}

/// A running server.
pub struct Fake {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Fake {
    /// Answers each request as `answer` says; its number counts from 0.
    pub async fn start(answer: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (seen, answer) = (Arc::clone(&asked), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answer)));
            }
        });
        Self { url, asked }
    }

    pub fn builder(&self) -> ClientBuilder {
        Client::builder().base_url(&self.url)
    }

    pub fn client(&self) -> Client {
        self.builder().api_key("gp_test_key").build().expect("a client")
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("not poisoned").clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.path == path).count()
    }
}

async fn serve(
    mut stream: TcpStream,
    seen: Arc<Mutex<Vec<Asked>>>,
    answer: Arc<impl Fn(usize, &Asked) -> Reply + Send + Sync>,
) {
    let Some(asked) = read(&mut stream).await else { return };
    let number = {
        let mut seen = seen.lock().expect("not poisoned");
        seen.push(asked.clone());
        seen.len() - 1
    };
    // Others get their turn between request and answer, as over a real network.
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    let text = match answer(number, &asked) {
        Reply::Drops => return,
        Reply::Hangs => return std::future::pending().await,
        Reply::BreaksOff => "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nconnection: close\r\n\r\n{\"data\":".to_owned(),
        Reply::Says(status, headers, body) => {
            let mut text = format!("HTTP/1.1 {status} Any\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
            for (name, value) in headers {
                text.push_str(&format!("{name}: {value}\r\n"));
            }
            text + "\r\n" + &body
        }
    };
    stream.write_all(text.as_bytes()).await.ok();
    stream.shutdown().await.ok();
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&chunk[..count]);
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = bytes[end + 4..].to_vec();
    while body.len() < length {
        let mut chunk = [0; 4096];
        let count = stream.read(&mut chunk).await.ok().filter(|count| *count > 0)?;
        body.extend_from_slice(&chunk[..count]);
    }
    Some(Asked { method, path, headers, body })
}

/// An item as the API shows it.
pub fn item(id: &str) -> Value {
    json!({
        "id": id, "sellerId": "usr_1", "title": "Camera", "description": "",
        "price": { "amount": 100, "currency": "EUR" }, "condition": "good", "status": "active",
        "categoryId": null, "brandId": null,
        "createdAt": "2026-11-22T12:00:00.000Z", "updatedAt": "2026-11-22T12:00:00.000Z",
    })
}

/// A pair of tokens as the API answers it.
pub fn pair(number: usize, expires_in: u64) -> Value {
    json!({
        "accessToken": format!("access-{number}"), "refreshToken": format!("refresh-{number}"),
        "expiresIn": expires_in, "tokenType": "Bearer", "userId": "usr_1",
    })
}

/// An account as the API shows it.
pub fn account() -> Value {
    json!({
        "id": "usr_1", "email": "ada@example.com", "name": "Ada", "role": "authenticated", "tier": "free",
        "sessionId": "ses_1", "createdAt": "2026-11-22T12:00:00.000Z",
    })
}

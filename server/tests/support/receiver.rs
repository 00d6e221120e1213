//! A receiver of webhooks on a port of its own: it answers as a test says, and gives out what came.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How it answers.
#[derive(Debug, Clone)]
pub enum Reply {
    /// With a status, these further header lines, and a body.
    Status(u16, &'static str, &'static str),
    /// With nothing, for as long as the sender waits.
    Hang,
    /// By closing the connection.
    Close,
    /// 200, and a body without end.
    Endless,
    /// 200, and a body that comes byte by byte.
    Trickle,
}

/// A request that came.
#[derive(Debug, Clone)]
pub struct Came {
    /// Its headers, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// Its body, byte for byte.
    pub body: Vec<u8>,
}

impl Came {
    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {:?}", self.headers))
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

/// A receiver that listens.
pub struct Receiver {
    /// Its URL.
    pub url: String,
    came: UnboundedReceiver<Came>,
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

impl Receiver {
    /// One that answers 204 to everything.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/in", listener.local_addr().expect("an address"));
        let (tell, came) = unbounded_channel();
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let answers = Arc::clone(&replies);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, tell.clone(), Arc::clone(&answers)));
            }
        });
        Self { url, came, replies }
    }

    /// Answers the next requests so, one after the other, and then 204 again.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().unwrap_or_else(PoisonError::into_inner).extend(replies);
    }

    /// The next request that comes.
    pub async fn next(&mut self) -> Came {
        let came = tokio::time::timeout(Duration::from_secs(60), self.came.recv()).await;
        came.expect("something comes").expect("it listens")
    }

    /// The next request, if one comes so soon.
    pub async fn next_within(&mut self, patience: Duration) -> Option<Came> {
        tokio::time::timeout(patience, self.came.recv()).await.ok().flatten()
    }

    /// Whether nothing more has come.
    pub fn is_empty(&self) -> bool {
        self.came.is_empty()
    }
}

async fn serve(mut stream: TcpStream, tell: UnboundedSender<Came>, replies: Arc<Mutex<VecDeque<Reply>>>) {
    let Some(came) = read(&mut stream).await else { return };
    let next = replies.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let _ = tell.send(came);
    match next.unwrap_or(Reply::Status(204, "", "")) {
        Reply::Status(status, headers, body) => {
            let head =
                format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n", body.len());
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        }
        Reply::Hang => {
            // Until the sender gives up.
            let _ = stream.read(&mut [0]).await;
        }
        Reply::Close => {}
        Reply::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 x\r\nconnection: close\r\n\r\n").await;
            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
        }
        Reply::Trickle => {
            let _ = stream.write_all(b"HTTP/1.1 200 x\r\nconnection: close\r\n\r\n").await;
            while stream.write_all(b"x").await.is_ok() {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn read(stream: &mut TcpStream) -> Option<Came> {
    let mut bytes = Vec::new();
    let end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned()));
    let headers: BTreeMap<_, _> = head.lines().filter_map(header).collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    while bytes.len() < end + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Came { headers, body: bytes[end..end + length].to_vec() })
}

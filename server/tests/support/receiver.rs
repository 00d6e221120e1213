//! A receiver of webhooks on a port of its own: it answers as a test says, and gives out what came.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
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
    /// After a while, with 204.
    Late(Duration),
    /// 200, and a body without end.
    Endless,
    /// 200, and headers without end.
    EndlessHead,
    /// 200, and a body of so many bytes, as its length says.
    Long(u64),
    /// 200, and a body that comes byte by byte.
    Trickle,
    /// A head that comes byte by byte.
    TrickleHead,
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
    manner: Arc<Manner>,
}

/// How a receiver answers, and what it has seen of it.
#[derive(Debug)]
struct Manner {
    next: Mutex<VecDeque<Reply>>,
    usual: Reply,
    hanging: AtomicUsize,
    body_bytes: AtomicU64,
}

impl Receiver {
    /// One that answers 204 to everything.
    pub async fn start() -> Self {
        Self::that(Reply::Status(204, "", "")).await
    }

    /// One that answers everything so.
    pub async fn that(usual: Reply) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/in", listener.local_addr().expect("an address"));
        let (tell, came) = unbounded_channel();
        let next = Mutex::default();
        let manner =
            Arc::new(Manner { next, usual, hanging: AtomicUsize::default(), body_bytes: AtomicU64::default() });
        let shared = Arc::clone(&manner);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, tell.clone(), Arc::clone(&shared)));
            }
        });
        Self { url, came, manner }
    }

    /// Answers the next requests so, one after the other, and then as usual.
    pub fn answers(&self, replies: impl IntoIterator<Item = Reply>) {
        self.manner.next.lock().unwrap_or_else(PoisonError::into_inner).extend(replies);
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

    /// All that came and was not given out yet.
    pub fn all(&mut self) -> Vec<Came> {
        std::iter::from_fn(|| self.came.try_recv().ok()).collect()
    }

    /// Whether nothing more has come.
    pub fn is_empty(&self) -> bool {
        self.came.is_empty()
    }

    /// How many wait for an answer that never comes.
    pub fn hanging(&self) -> usize {
        self.manner.hanging.load(Ordering::SeqCst)
    }

    /// How many bytes of long bodies were taken off its hands.
    pub fn body_bytes(&self) -> u64 {
        self.manner.body_bytes.load(Ordering::SeqCst)
    }
}

/// The head of an answer whose body, if there is one, ends with the connection.
const OPEN_HEAD: &[u8] = b"HTTP/1.1 200 x\r\nconnection: close\r\n\r\n";

async fn serve(mut stream: TcpStream, tell: UnboundedSender<Came>, manner: Arc<Manner>) {
    let Some(came) = read(&mut stream).await else { return };
    let next = manner.next.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
    let _ = tell.send(came);
    let _ = answer(&mut stream, next.unwrap_or_else(|| manner.usual.clone()), &manner).await;
}

/// Fails where the sender has had enough.
async fn answer(stream: &mut TcpStream, reply: Reply, manner: &Manner) -> std::io::Result<()> {
    match reply {
        Reply::Status(status, headers, body) => {
            let length = body.len();
            let head = format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n");
            stream.write_all(format!("{head}{body}").as_bytes()).await
        }
        Reply::Hang => {
            manner.hanging.fetch_add(1, Ordering::SeqCst);
            // Until the sender gives up.
            let _ = stream.read(&mut [0]).await;
            manner.hanging.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
        Reply::Close => Ok(()),
        Reply::Late(wait) => {
            tokio::time::sleep(wait).await;
            stream.write_all(b"HTTP/1.1 204 x\r\nconnection: close\r\n\r\n").await
        }
        Reply::Endless => {
            stream.write_all(OPEN_HEAD).await?;
            pour(stream, u64::MAX, manner).await
        }
        Reply::Long(bytes) => {
            let head = format!("HTTP/1.1 200 x\r\nconnection: close\r\ncontent-length: {bytes}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            pour(stream, bytes, manner).await
        }
        Reply::EndlessHead => {
            stream.write_all(b"HTTP/1.1 200 x\r\nx-long: ").await?;
            pour(stream, u64::MAX, manner).await
        }
        Reply::Trickle => {
            stream.write_all(OPEN_HEAD).await?;
            trickle(stream, std::iter::repeat(&b'x')).await
        }
        Reply::TrickleHead => trickle(stream, OPEN_HEAD).await,
    }
}

/// Many bytes, as fast as they are taken.
async fn pour(stream: &mut TcpStream, bytes: u64, manner: &Manner) -> std::io::Result<()> {
    let mut left = bytes;
    while left > 0 {
        let now = left.min(65_536);
        stream.write_all(&[b'x'; 65_536][..usize::try_from(now).expect("a chunk")]).await?;
        manner.body_bytes.fetch_add(now, Ordering::SeqCst);
        left -= now;
    }
    Ok(())
}

/// A byte a second.
async fn trickle(stream: &mut TcpStream, bytes: impl IntoIterator<Item = &u8>) -> std::io::Result<()> {
    for byte in bytes {
        stream.write_all(&[*byte]).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    Ok(())
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

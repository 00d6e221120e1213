//! Receivers of webhooks, well and bad, as the path says: `/well` and `/note` take everything, the latter notes what came;
//! the others misbehave. Each port is another endpoint.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

/// What does not come in this time does not come.
const PATIENCE: Duration = Duration::from_secs(120);

/// Ways to misbehave.
pub const BAD: [&str; 8] = ["hang", "trickle", "500", "close", "429", "301", "long", "hang"];

/// Receivers on ports of their own.
pub struct Sink {
    addresses: Vec<String>,
    seen: Arc<Seen>,
}

/// What was seen.
#[derive(Default)]
struct Seen {
    count: AtomicUsize,
    ends: Mutex<(Option<Instant>, Option<Instant>)>,
    noted: Mutex<HashMap<String, Vec<Instant>>>,
    more: Notify,
}

impl Sink {
    /// On so many ports.
    pub async fn open(ports: usize) -> Result<Self> {
        let (seen, mut addresses) = (Arc::new(Seen::default()), Vec::new());
        for _ in 0..ports {
            let listener = TcpListener::bind("127.0.0.1:0").await?;
            addresses.push(listener.local_addr()?.to_string());
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&seen)));
                }
            });
        }
        Ok(Self { addresses, seen })
    }

    /// Where each of them takes what is sent to that path.
    pub fn urls(&self, path: &str) -> Vec<String> {
        self.addresses.iter().map(|address| format!("http://{address}/{path}")).collect()
    }

    /// Counts from nothing.
    pub fn begin(&self) {
        self.seen.count.store(0, Ordering::SeqCst);
        *lock(&self.seen.ends) = (None, None);
    }

    /// Waits for so many, and says how many a second came, from the first to the last.
    #[expect(clippy::cast_precision_loss, reason = "a rate")]
    pub async fn rate(&self, many: usize) -> Result<f64> {
        self.until(|| (self.seen.count.load(Ordering::SeqCst) >= many).then_some(())).await?;
        let (first, last) = *lock(&self.seen.ends);
        let took = last.context("a last one")?.duration_since(first.context("a first one")?);
        Ok((many - 1) as f64 / took.as_secs_f64())
    }

    /// Waits until that item was told of so often, and says when each came.
    pub async fn noted(&self, item: &str, times: usize) -> Result<Vec<Instant>> {
        let all = || lock(&self.seen.noted).get(item).filter(|came| came.len() >= times).cloned();
        self.until(all).await
    }

    async fn until<T>(&self, look: impl Fn() -> Option<T>) -> Result<T> {
        let waiting = async {
            loop {
                let more = self.seen.more.notified();
                if let Some(found) = look() {
                    return found;
                }
                // Looks again now and then: one that came between the two is told to nobody.
                let _ = timeout(Duration::from_millis(100), more).await;
            }
        };
        timeout(PATIENCE, waiting).await.context("what was sent does not come")
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(mut stream: TcpStream, seen: Arc<Seen>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut buffer = Vec::with_capacity(16 * 1_024);
    loop {
        let (path, body) = read(&mut stream, &mut buffer).await?;
        match path.as_str() {
            "/well" => {}
            "/note" => note(&seen, &body),
            bad => return misbehave(&mut stream, bad.trim_start_matches('/')).await,
        }
        let now = Instant::now();
        if path == "/well" {
            seen.count.fetch_add(1, Ordering::SeqCst);
            let mut ends = lock(&seen.ends);
            ends.0.get_or_insert(now);
            ends.1 = Some(now);
        }
        seen.more.notify_waiters();
        stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.ok()?;
    }
}

/// Remembers which item was told of, and when.
fn note(seen: &Seen, body: &str) {
    let item = body.split_once(r#""itemId":""#).and_then(|(_, rest)| rest.split_once('"')).map(|(id, _)| id);
    lock(&seen.noted).entry(item.unwrap_or_default().to_owned()).or_default().push(Instant::now());
}

/// The path and the body of the next request.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<(String, String)> {
    buffer.clear();
    let end = loop {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(buffer.get(..end)?).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
    let whole = end + length.trim().parse::<usize>().ok()?;
    while buffer.len() < whole {
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
    let path = head.split(' ').nth(1)?.to_owned();
    Some((path, String::from_utf8_lossy(buffer.get(end..whole)?).into_owned()))
}

/// Ends when the sender has had enough, or at once.
async fn misbehave(stream: &mut TcpStream, how: &str) -> Option<()> {
    match how {
        "hang" => drop(stream.read(&mut [0]).await),
        "trickle" => {
            for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n" {
                stream.write_all(&[*byte]).await.ok()?;
                sleep(Duration::from_secs(1)).await;
            }
        }
        "long" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10000000000\r\n\r\n").await.ok()?;
            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {}
        }
        "429" => stream.write_all(b"HTTP/1.1 429 x\r\nretry-after: 8\r\ncontent-length: 0\r\n\r\n").await.ok()?,
        "301" => stream.write_all(b"HTTP/1.1 301 x\r\nlocation: /note\r\ncontent-length: 0\r\n\r\n").await.ok()?,
        "500" => stream.write_all(b"HTTP/1.1 500 x\r\ncontent-length: 0\r\n\r\n").await.ok()?,
        _ => {}
    }
    Some(())
}

//! Many requests over many connections, counted by status. Plain sockets: a client that does little leaves the machine to
//! the server.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How many answers there were of each status; 0 for those that did not come.
pub type Statuses = BTreeMap<u16, usize>;

/// Who asks for what.
#[derive(Debug, Clone)]
pub struct Asker {
    host: String,
    request: Arc<str>,
}

impl Asker {
    /// GET of a path at `base` with an API key.
    pub fn get(base: &str, path: &str, key: &str) -> Self {
        let host = base.trim_start_matches("http://").to_owned();
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {key}\r\n\r\n");
        Self { host, request: request.into() }
    }

    /// That many requests over that many connections, in all.
    pub async fn ask(&self, connections: usize, requests: usize) -> Statuses {
        let left = Arc::new(AtomicUsize::new(requests));
        let more = move || left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
        join((0..connections).map(|_| tokio::spawn(self.clone().on_one_connection(more.clone()))).collect()).await
    }

    /// Asks over and over, until told to stop.
    pub fn keep_asking(&self, connections: usize) -> Going {
        let (stop, stopped) = watch::channel(false);
        let one = || {
            let stopped = stopped.clone();
            tokio::spawn(self.clone().on_one_connection(move || !*stopped.borrow()))
        };
        Going { stop, tasks: (0..connections).map(|_| one()).collect() }
    }

    async fn on_one_connection(self, more: impl Fn() -> bool) -> Statuses {
        let mut statuses = Statuses::new();
        let mut connection = None;
        while more() {
            let status = self.once(&mut connection).await.unwrap_or(0);
            if status == 0 {
                connection = None;
            }
            *statuses.entry(status).or_default() += 1;
        }
        statuses
    }

    async fn once(&self, connection: &mut Option<TcpStream>) -> std::io::Result<u16> {
        if connection.is_none() {
            *connection = Some(TcpStream::connect(&self.host).await?);
        }
        let stream = connection.as_mut().expect("one was made just above");
        stream.write_all(self.request.as_bytes()).await?;
        let mut answer = Vec::new();
        loop {
            if stream.read_buf(&mut answer).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(status) = whole(&answer) {
                return Ok(status);
            }
        }
    }
}

/// Requests that are being made.
pub struct Going {
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<Statuses>>,
}

impl Going {
    /// Stops, and tells what was answered.
    pub async fn stop(self) -> Statuses {
        self.stop.send(true).expect("the askers listen");
        join(self.tasks).await
    }
}

async fn join(tasks: Vec<JoinHandle<Statuses>>) -> Statuses {
    let mut all = Statuses::new();
    for task in tasks {
        for (status, count) in task.await.expect("no panic") {
            *all.entry(status).or_default() += count;
        }
    }
    all
}

/// The status of an answer, once all of it is there.
fn whole(answer: &[u8]) -> Option<u16> {
    let head_ends = answer.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&answer[..head_ends]).expect("headers are text").to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.map_or(0, |text| text.trim().parse().expect("a length"));
    (answer.len() >= head_ends + length).then(|| head[9..12].parse().expect("a status"))
}

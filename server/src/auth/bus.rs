//! What one process must forget, told to the others through Redis: a key, a session, or everything.
//!
//! Ids and hashes are told, never a secret. Redis may lose what is told: whoever was not connected forgets everything when
//! it is again, and without Redis the caches' own bound holds (`recent.rs`). So telling never waits and never fails; what
//! waits to be told is bounded, and where it is more the others are told to forget everything.

use std::fmt;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_redis::redis::aio::{MultiplexedConnection, PubSub};
use deadpool_redis::redis::{Client, RedisError, cmd};
use futures_util::StreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Mutex;
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{sleep, timeout};

use crate::domain::ids::SessionId;
use crate::domain::keys::KeyHash;

/// Everybody hears something this often, so that a connection which brings nothing is known to be dead.
const BEAT: Duration = Duration::from_secs(1);
const SILENCE: Duration = Duration::from_secs(4);
const PATIENCE: Duration = Duration::from_secs(1);
const TRY_AGAIN: Duration = Duration::from_millis(250);
/// Of one message; a bulk revocation tells many at once.
const BATCH: usize = 1_000;
/// That wait to be told, while Redis is slow or away.
const MOST: usize = 100_000;

/// What is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forget {
    /// A key, by the hash of its secret.
    Key(KeyHash),
    /// A session.
    Session(SessionId),
    /// Whatever is remembered.
    Everything,
}

/// The line to the other processes; none without Redis.
#[derive(Debug, Default)]
pub struct Bus(Option<Line>);

#[derive(Debug)]
struct Line {
    client: Client,
    channel: String,
    tell: Sender<Forget>,
    told: Mutex<Receiver<Forget>>,
    /// Whether something could not wait with the rest.
    overflowed: AtomicBool,
}

impl Bus {
    /// A line through the Redis at `url`, for the processes of one database: `name` is its own.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub fn new(url: Option<&SecretString>, name: &str) -> Result<Self, RedisError> {
        let Some(url) = url else { return Ok(Self(None)) };
        let (tell, told) = channel(MOST);
        let client = Client::open(url.expose_secret())?;
        let channel = format!("gatepost:forget:{name}");
        Ok(Self(Some(Line { client, channel, tell, told: Mutex::new(told), overflowed: AtomicBool::new(false) })))
    }

    /// Tells the others, soon.
    pub fn tell(&self, forget: Forget) {
        if let Some(line) = &self.0
            && line.tell.try_send(forget).is_err()
        {
            line.overflowed.store(true, Ordering::SeqCst);
        }
    }

    /// Carries what is told, and hands over what others tell, until it is dropped. Without Redis it rests.
    pub async fn run(&self, heard: impl Fn(Forget)) {
        match &self.0 {
            Some(line) => {
                tokio::join!(line.speak(), line.listen(heard));
            }
            None => std::future::pending().await,
        }
    }
}

impl Line {
    async fn speak(&self) {
        let mut told = self.told.lock().await;
        let (mut connection, mut lost) = (None, false);
        loop {
            let mut batch = Vec::new();
            // A beat is a message without lines.
            let _ = timeout(BEAT, told.recv_many(&mut batch, BATCH)).await;
            if self.overflowed.swap(false, Ordering::SeqCst) || lost {
                while told.try_recv().is_ok() {}
                batch = vec![Forget::Everything];
            }
            let text = batch.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
            // A connection that was good may have ended since: a second attempt makes it anew.
            lost = !self.publish(&mut connection, &text).await && !self.publish(&mut connection, &text).await;
        }
    }

    async fn publish(&self, connection: &mut Option<MultiplexedConnection>, text: &str) -> bool {
        let attempt = async {
            let mut open = match connection.take() {
                Some(open) => open,
                None => self.client.get_multiplexed_async_connection().await?,
            };
            cmd("PUBLISH").arg(&self.channel).arg(text).query_async::<i64>(&mut open).await?;
            *connection = Some(open);
            Ok::<(), RedisError>(())
        };
        matches!(timeout(PATIENCE, attempt).await, Ok(Ok(())))
    }

    async fn listen(&self, heard: impl Fn(Forget)) {
        let mut away = false;
        loop {
            if let Ok(Ok(subscribed)) = timeout(PATIENCE, self.subscribe()).await {
                if std::mem::take(&mut away) {
                    tracing::info!("Redis is back: what other processes revoke is refused at once");
                }
                heard(Forget::Everything);
                hear(subscribed, &heard).await;
                heard(Forget::Everything);
            }
            if !std::mem::replace(&mut away, true) {
                tracing::warn!("Redis is away: what other processes revoke is refused within 10 s");
            }
            sleep(TRY_AGAIN).await;
        }
    }

    async fn subscribe(&self) -> Result<PubSub, RedisError> {
        let mut subscribed = self.client.get_async_pubsub().await?;
        subscribed.subscribe(&self.channel).await?;
        Ok(subscribed)
    }
}

/// Hands over each line, until the connection ends or falls silent.
async fn hear(subscribed: PubSub, heard: &impl Fn(Forget)) {
    let mut messages = subscribed.into_on_message();
    while let Ok(Some(message)) = timeout(SILENCE, messages.next()).await {
        let text = String::from_utf8_lossy(message.get_payload_bytes()).into_owned();
        for line in text.lines() {
            // What a newer version tells and this one does not know is better forgotten than kept.
            heard(line.parse().unwrap_or(Forget::Everything));
        }
    }
}

impl fmt::Display for Forget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(hash) => write!(f, "key {hash}"),
            Self::Session(id) => write!(f, "session {id}"),
            Self::Everything => f.write_str("everything"),
        }
    }
}

/// The text tells of nothing that this version knows.
#[derive(Debug)]
pub struct Unheard;

impl FromStr for Forget {
    type Err = Unheard;

    fn from_str(text: &str) -> Result<Self, Unheard> {
        match text.split_once(' ') {
            Some(("key", hash)) => hash.parse().map(Self::Key).map_err(|_| Unheard),
            Some(("session", id)) => id.parse().map(Self::Session).map_err(|_| Unheard),
            None if text == "everything" => Ok(Self::Everything),
            _ => Err(Unheard),
        }
    }
}

#[cfg(test)]
#[path = "bus_tests.rs"]
mod tests;

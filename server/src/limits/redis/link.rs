//! The connection to Redis: one for all decisions, lost and found again.
//!
//! Decisions of all requests go over one connection, one after the other as Redis itself takes them. Where it breaks, or
//! Redis does not do what it is asked, it is dropped, and a task looks for Redis until it is back; no request waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{AsyncConnectionConfig, RedisError, cmd};
use deadpool_redis::{Connection, Manager, Pool};
use secrecy::{ExposeSecret as _, SecretString};

const CONNECT_WITHIN: Duration = Duration::from_secs(1);
/// How often it is looked for: it is found again well within a second.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The connection, and how to make it anew.
#[derive(Debug)]
pub(super) struct Link {
    pool: Pool,
    connection: Mutex<Option<MultiplexedConnection>>,
    away: AtomicBool,
    looking: AtomicBool,
}

impl Link {
    /// A link to the Redis at `url`, not yet connected.
    pub fn new(url: &SecretString) -> Result<Arc<Self>, RedisError> {
        Ok(Arc::new(Self {
            pool: pool(url)?,
            connection: Mutex::default(),
            away: AtomicBool::new(false),
            looking: AtomicBool::new(false),
        }))
    }

    /// The connection, while there is one.
    pub fn connection(&self) -> Option<MultiplexedConnection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether Redis is away, as far as was seen.
    pub fn is_away(&self) -> bool {
        self.away.load(Ordering::Relaxed)
    }

    /// Asks Redis whether it is there and does what it is asked; connects where it must.
    pub async fn is_there(self: &Arc<Self>) -> bool {
        let proven = match self.connection() {
            Some(connection) => prove(connection).await,
            None => self.connect().await,
        };
        match proven {
            Ok(()) => self.found(),
            Err(cause) => self.lost(&cause),
        }
        !self.is_away()
    }

    /// Drops the connection, says so, and has Redis looked for.
    pub fn lost(self: &Arc<Self>, cause: &str) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
        if !self.away.swap(true, Ordering::Relaxed) {
            tracing::warn!(cause, "Redis is away: this instance counts limits alone");
        }
        if !self.looking.swap(true, Ordering::SeqCst) {
            tokio::spawn(look(Arc::downgrade(self)));
        }
    }

    fn found(&self) {
        if self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("Redis is back: limits are counted together");
        }
    }

    async fn connect(&self) -> Result<(), String> {
        let pooled = tokio::time::timeout(CONNECT_WITHIN, self.pool.get()).await;
        let pooled = pooled.map_err(|_| "no connection in time".to_owned())?.map_err(|error| error.to_string())?;
        let connection = Connection::take(pooled);
        prove(connection.clone()).await?;
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection);
        Ok(())
    }
}

/// Looks for Redis until it is there, or nobody needs it any more.
async fn look(link: Weak<Link>) {
    while let Some(link) = link.upgrade() {
        if link.connection().is_some() || link.connect().await.is_ok() {
            link.found();
            link.looking.store(false, Ordering::SeqCst);
            // It may have been lost again just now, by one who saw that it was still looked for.
            if link.connection().is_some() || link.looking.swap(true, Ordering::SeqCst) {
                return;
            }
        }
        drop(link);
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Writes a trifle: a Redis that is full, or only reads, is of no use for counting.
async fn prove(mut connection: MultiplexedConnection) -> Result<(), String> {
    let mut trifle = cmd("SET");
    trifle.arg("gatepost:limit:probe").arg(1).arg("PX").arg(1_000);
    match tokio::time::timeout(CONNECT_WITHIN, trifle.query_async::<()>(&mut connection)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer in time".to_owned()),
    }
}

/// How connections are made. How long an answer may take is said with each question.
fn pool(url: &SecretString) -> Result<Pool, RedisError> {
    let config = AsyncConnectionConfig::new().set_response_timeout(None).set_connection_timeout(Some(CONNECT_WITHIN));
    let manager = Manager::new_with_config(url.expose_secret(), config)?;
    // Without time limits of its own it needs no runtime, the one thing that this could fail for.
    Pool::builder(manager)
        .max_size(2)
        .build()
        .map_err(|error| RedisError::from(std::io::Error::other(error.to_string())))
}

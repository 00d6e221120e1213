//! Counting in Redis, for all instances together, in one round trip.
//!
//! While Redis is away each instance counts alone, in memory, and allows its part of each limit (`LIMITS_INSTANCES`);
//! signing in is held to half of that. It is said in the log and in readiness, and no caller gets an error. Redis is asked
//! again every second.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{AsyncConnectionConfig, RedisError, Script, cmd};
use deadpool_redis::{Connection, Manager, Pool};
use secrecy::{ExposeSecret as _, SecretString};

use super::charge::{Charge, Charges};
use super::{Decision, LimitSettings, Memory, WindowState};
use crate::domain::time::Time;
use crate::domain::windows::Span;

const CONNECT_WITHIN: Duration = Duration::from_secs(1);
const ASK_AGAIN_MS: i64 = 1_000;

/// Whose clock says what is within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedisTime {
    /// Redis's own: one clock for all instances.
    Server,
    /// The one that each decision is given; for tests.
    Given,
}

/// Counts in Redis.
#[derive(Debug)]
pub struct Redis {
    link: Arc<Link>,
    script: Script,
    time: RedisTime,
    /// Counts while Redis is away.
    local: Memory,
    instances: u64,
    decide_within: Duration,
    away: AtomicBool,
    ask_again_ms: AtomicI64,
}

/// The connection, and how to make it anew. Decisions of all requests go over one connection, one after the other as
/// Redis itself takes them.
#[derive(Debug)]
struct Link {
    pool: Pool,
    connection: Mutex<Option<MultiplexedConnection>>,
    connecting: AtomicBool,
}

impl Redis {
    /// Counts in the Redis at `url`, for `LIMITS_INSTANCES` of us. A Redis that is away is no error: then this instance
    /// counts alone until it comes.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub async fn open(url: &SecretString, time: RedisTime, settings: &LimitSettings) -> Result<Self, RedisError> {
        let pool = pool(url)?;
        let link = Arc::new(Link { pool, connection: Mutex::default(), connecting: AtomicBool::new(false) });
        let redis = Self {
            link,
            script: Script::new(include_str!("take.lua")),
            time,
            local: Memory::default(),
            instances: u64::from(settings.instances.unwrap_or(1).max(1)),
            decide_within: Duration::from_millis(settings.redis_ms.unwrap_or(u32::MAX).into()),
            away: AtomicBool::new(false),
            ask_again_ms: AtomicI64::new(i64::MIN),
        };
        redis.link.connect().await;
        redis.is_there().await;
        Ok(redis)
    }

    /// See [`super::Limits::take`].
    pub async fn take(&self, charges: &[Charge], now: Time) -> Decision {
        match self.ask(charges, now, true).await {
            Some(decision) => decision,
            None => self.local.take(&self.part(charges), now),
        }
    }

    /// See [`super::Limits::peek`].
    pub async fn peek(&self, charges: &[Charge], now: Time) -> Decision {
        match self.ask(charges, now, false).await {
            Some(decision) => decision,
            None => self.local.peek(&self.part(charges), now),
        }
    }

    /// See [`super::Limits::sweep`].
    pub fn sweep(&self, now: Time) {
        self.local.sweep(now);
    }

    /// Asks Redis whether it is there.
    pub async fn is_there(&self) -> bool {
        if self.link.connection().is_none() {
            self.link.connect().await;
        }
        let Some(mut connection) = self.link.connection() else {
            self.mark_away(None, "no connection");
            return false;
        };
        match tokio::time::timeout(CONNECT_WITHIN, cmd("PING").query_async::<String>(&mut connection)).await {
            Ok(Ok(_)) => self.mark_back(),
            Ok(Err(error)) => self.lose(None, &error.to_string()),
            Err(_) => self.lose(None, "no answer in time"),
        }
        !self.away.load(Ordering::Relaxed)
    }

    async fn ask(&self, charges: &[Charge], now: Time, count: bool) -> Option<Decision> {
        if charges.is_empty() {
            return Some(Decision::default());
        }
        if now.ms() < self.ask_again_ms.load(Ordering::Relaxed) {
            return None;
        }
        let Some(connection) = self.link.connection() else {
            self.mark_away(Some(now), "no connection");
            Arc::clone(&self.link).connect_behind();
            return None;
        };
        match tokio::time::timeout(self.decide_within, self.run(connection, charges, now, count)).await {
            Ok(Ok(answer)) => {
                self.mark_back();
                Some(decision(charges, &answer))
            }
            Ok(Err(error)) => {
                self.lose(Some(now), &error.to_string());
                None
            }
            Err(_) => {
                self.lose(Some(now), "no answer in time");
                None
            }
        }
    }

    async fn run(
        &self,
        mut connection: MultiplexedConnection,
        charges: &[Charge],
        now: Time,
        count: bool,
    ) -> Result<Vec<i64>, RedisError> {
        let mut call = self.script.prepare_invoke();
        call.arg(if self.time == RedisTime::Given { now.ms() } else { -1 }).arg(i32::from(count));
        for Charge { subject, window, cost } in charges {
            // The braces keep one subject's windows together on a cluster.
            let mut key = format!("gatepost:limit:{}:{{{}:", window.counter(), subject.kind()).into_bytes();
            key.extend_from_slice(subject.id());
            key.push(b'}');
            call.key(key);
            call.arg(*cost).arg(window.limit).arg(window.span.ms()).arg(i32::from(window.span == Span::UtcDay));
        }
        call.invoke_async(&mut connection).await
    }

    /// This instance's part of each limit while it counts alone.
    fn part(&self, charges: &[Charge]) -> Charges {
        let mut part: Charges = charges.iter().copied().collect();
        for charge in &mut part {
            let share = if charge.window.name == "auth" { self.instances * 2 } else { self.instances };
            charge.window.limit = charge.window.limit.div_ceil(share);
        }
        part
    }

    fn lose(&self, now: Option<Time>, cause: &str) {
        self.link.drop_connection();
        self.mark_away(now, cause);
    }

    fn mark_away(&self, now: Option<Time>, cause: &str) {
        if let Some(now) = now {
            self.ask_again_ms.store(now.ms() + ASK_AGAIN_MS, Ordering::Relaxed);
        }
        if !self.away.swap(true, Ordering::Relaxed) {
            tracing::warn!(cause, "Redis is away: this instance counts limits alone");
        }
    }

    fn mark_back(&self) {
        self.ask_again_ms.store(i64::MIN, Ordering::Relaxed);
        if self.away.swap(false, Ordering::Relaxed) {
            tracing::info!("Redis is back: limits are counted together");
        }
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

impl Link {
    fn connection(&self) -> Option<MultiplexedConnection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn drop_connection(&self) {
        *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn connect(&self) {
        if let Ok(Ok(pooled)) = tokio::time::timeout(CONNECT_WITHIN, self.pool.get()).await {
            *self.connection.lock().unwrap_or_else(PoisonError::into_inner) = Some(Connection::take(pooled));
        }
    }

    /// Connects while requests go on, once at a time.
    fn connect_behind(self: Arc<Self>) {
        if !self.connecting.swap(true, Ordering::Relaxed) {
            tokio::spawn(async move {
                self.connect().await;
                self.connecting.store(false, Ordering::Relaxed);
            });
        }
    }
}

fn decision(charges: &[Charge], answer: &[i64]) -> Decision {
    let states = charges.iter().zip(answer.chunks_exact(3)).filter_map(|(charge, state)| match state {
        [used, refused, wait_ms] => {
            Some(WindowState::new(charge, u64::try_from(*used).unwrap_or(0), *refused == 1, *wait_ms))
        }
        _ => None,
    });
    Decision::new(states)
}

#[cfg(test)]
#[path = "redis_tests.rs"]
mod tests;

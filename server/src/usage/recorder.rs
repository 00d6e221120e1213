//! Counts calls in memory and writes them in batches.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;

use crate::domain::ids::{KeyId, UserId};
use crate::domain::time::Time;
use crate::domain::usage::{Interval, latency_step};
use crate::random::{NoRandomness, Random};
use crate::store::usage::{self, CallCount};
use crate::store::{Db, StoreError};

const SHARDS: usize = 16;
/// Different calls that a shard holds while the database is away; beyond that, calls are dropped and that is logged.
const MOST_PER_SHARD: usize = 8_192;
/// Batches that wait at most.
const MOST_BATCHES: usize = 512;

/// One answered call.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    /// When it was answered.
    pub at: Time,
    /// Whose credential it carried; `None` for a call without one, which is billed to nobody.
    pub owner: Option<UserId>,
    /// The key, if the credential was one.
    pub key: Option<KeyId>,
    /// The operationId.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// From its first byte to its answer.
    pub latency: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct CallKey {
    minute: Time,
    owner: Option<UserId>,
    key: Option<KeyId>,
    operation: &'static str,
    status: u16,
    step: i64,
}

type Counts = HashMap<CallKey, u64, RandomState>;

/// Counts calls.
#[derive(Debug)]
pub struct Recorder {
    shards: [Mutex<Counts>; SHARDS],
    dropped: AtomicU64,
    /// What was written and dropped since the start.
    written: Mutex<Written>,
    /// Names this process's batches.
    run: String,
    /// What is written next. Its lock makes flushes follow one another.
    waiting: tokio::sync::Mutex<Waiting>,
}

/// What became of the calls since the process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Batches that the store keeps.
    pub batches: u64,
    /// Calls in them.
    pub calls: u64,
    /// Calls that found no room while the store was away.
    pub dropped: u64,
}

#[derive(Debug, Default)]
struct Waiting {
    batches: VecDeque<Batch>,
    named: u64,
}

#[derive(Debug)]
struct Batch {
    name: String,
    /// It may have been kept already: nothing may be added to it.
    tried: bool,
    counts: Vec<CallCount>,
}

impl Recorder {
    /// A recorder with nothing in it.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's source fails.
    pub fn new(random: &Random) -> Result<Self, NoRandomness> {
        let mut run = String::new();
        for byte in random.bytes::<16>()? {
            // Writing into a string cannot fail.
            let _ = write!(run, "{byte:02x}");
        }
        Ok(Self {
            shards: std::array::from_fn(|_| Mutex::default()),
            dropped: AtomicU64::new(0),
            written: Mutex::default(),
            run,
            waiting: tokio::sync::Mutex::default(),
        })
    }

    /// Counts a call. Waits for nothing but a short lock.
    pub fn record(&self, call: &Call) {
        let key = CallKey {
            minute: Interval::Minute.start(call.at),
            owner: call.owner,
            key: call.key,
            operation: call.operation,
            status: call.status,
            step: latency_step(call.latency),
        };
        let Some(shard) = self.shards.get(shard_of(&key)) else { return };
        let mut counts = shard.lock().unwrap_or_else(PoisonError::into_inner);
        let room = counts.len() < MOST_PER_SHARD;
        match counts.get_mut(&key) {
            Some(count) => *count += 1,
            None if room => {
                counts.insert(key, 1);
            }
            None => {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Writes everything that was counted until now.
    ///
    /// # Errors
    /// The store's; then what was not written waits for the next flush.
    pub async fn flush(&self, db: &Db, now: Time) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock().await;
        self.gather(&mut waiting);
        while let Some(batch) = waiting.batches.front_mut() {
            batch.tried = true;
            match write(db, batch, now).await {
                // The batch was kept already; only its acknowledgement was lost.
                Ok(()) | Err(StoreError::Conflict(_)) => {
                    self.note(|written| written.add(batch));
                    waiting.batches.pop_front();
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What became of the calls since the process began.
    #[must_use]
    pub fn written(&self) -> Written {
        *self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, change: impl FnOnce(&mut Written)) {
        change(&mut self.written.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Moves what the shards hold into batches, while there is room for them.
    fn gather(&self, waiting: &mut Waiting) {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            self.note(|written| written.dropped += dropped);
            tracing::error!(dropped, "the database is away for too long: calls are missing from the usage");
        }
        for shard in &self.shards {
            if waiting.batches.len() >= MOST_BATCHES {
                return;
            }
            let counts = std::mem::take(&mut *shard.lock().unwrap_or_else(PoisonError::into_inner));
            let mut counts: Vec<(CallKey, u64)> = counts.into_iter().collect();
            // All processes write their rows in one order, so that PostgreSQL never has them wait for each other.
            counts.sort_unstable_by_key(|(key, _)| *key);
            let counts: Vec<CallCount> = counts.into_iter().map(|(key, count)| key.counted(count)).collect();
            for part in counts.chunks(usage::MOST_AT_ONCE) {
                waiting.named += 1;
                let name = format!("{}-{}", self.run, waiting.named);
                // Small batches of quiet times go together.
                match waiting.batches.back_mut() {
                    Some(last) if last.has_room_for(part) => last.join(part),
                    _ => waiting.batches.push_back(Batch { name, tried: false, counts: part.to_vec() }),
                }
            }
        }
    }
}

async fn write(db: &Db, batch: &Batch, now: Time) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    usage::name_batch(&mut tx, &batch.name, now).await?;
    usage::add(&mut tx, &batch.counts).await?;
    tx.commit().await
}

impl Written {
    fn add(&mut self, batch: &Batch) {
        self.batches += 1;
        self.calls += batch.counts.iter().map(|call| call.count.unsigned_abs()).sum::<u64>();
    }
}

impl Batch {
    /// Adds these. What is alike becomes one row, since PostgreSQL adds to a row once in a statement; the order stays.
    fn join(&mut self, more: &[CallCount]) {
        for call in more {
            match self.counts.binary_search_by_key(&CallKey::of(call), CallKey::of) {
                Ok(place) => {
                    if let Some(alike) = self.counts.get_mut(place) {
                        alike.count = alike.count.saturating_add(call.count);
                    }
                }
                Err(place) => self.counts.insert(place, *call),
            }
        }
    }

    fn has_room_for(&self, more: &[CallCount]) -> bool {
        !self.tried && self.counts.len() + more.len() <= usage::MOST_AT_ONCE
    }
}

impl CallKey {
    const fn of(call: &CallCount) -> Self {
        let CallCount { minute, owner, key, operation, status, step, .. } = *call;
        Self { minute, owner, key, operation, status, step }
    }

    fn counted(self, count: u64) -> CallCount {
        let Self { minute, owner, key, operation, status, step } = self;
        CallCount { minute, owner, key, operation, status, step, count: i64::try_from(count).unwrap_or(i64::MAX) }
    }
}

/// Spreads calls that come at once: those of one key differ in latency most of all.
fn shard_of(key: &CallKey) -> usize {
    let account = key.owner.map_or(0, |owner| owner.as_str().bytes().last().unwrap_or(0));
    (usize::from(account) + usize::from(key.status) + usize::try_from(key.step).unwrap_or(0)) % SHARDS
}

#[cfg(test)]
#[path = "recorder_tests.rs"]
mod tests;

//! Keeps answered requests: a bounded queue in memory, written in batches. When it is full, requests are missing from the
//! log and that is counted; nobody waits.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{Mutex, mpsc};

use crate::domain::requests::Entry;
use crate::store::{Db, StoreError, requests};

/// The request log.
#[derive(Debug)]
pub struct RequestLog {
    enabled: bool,
    queue: mpsc::Sender<Entry>,
    /// Not told of in the log yet.
    dropped: AtomicU64,
    /// Since the start.
    dropped_ever: AtomicU64,
    /// What is written next. Its lock makes flushes follow one another.
    waiting: Mutex<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    queue: mpsc::Receiver<Entry>,
    /// May have been kept already: a commit whose acknowledgement was lost.
    batch: Vec<Entry>,
}

impl RequestLog {
    /// A log with nothing in it, and room for that many requests.
    #[must_use]
    pub fn new(enabled: bool, room: usize) -> Self {
        let (queue, receiver) = mpsc::channel(room.max(1));
        let waiting = Mutex::new(Waiting { queue: receiver, batch: Vec::new() });
        Self { enabled, queue, dropped: AtomicU64::new(0), dropped_ever: AtomicU64::new(0), waiting }
    }

    /// Whether requests are kept at all.
    #[must_use]
    pub const fn is_on(&self) -> bool {
        self.enabled
    }

    /// How many requests are missing since this process started.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped_ever.load(Ordering::Relaxed)
    }

    /// Whether another request would be kept. Where only the room is missing, the request counts as dropped from here on, so
    /// that a server at its limits spends nothing on what it cannot keep.
    pub fn takes(&self) -> bool {
        let full = self.enabled && self.queue.capacity() == 0;
        if full {
            self.lose(1);
        }
        self.enabled && !full
    }

    /// Takes a request, without waiting for anything.
    pub fn add(&self, entry: Entry) {
        if self.enabled && self.queue.try_send(entry).is_err() {
            self.lose(1);
        }
    }

    /// Writes everything that was added until now.
    ///
    /// # Errors
    /// The store's; while it is away, what was not written waits for the next flush.
    pub async fn flush(&self, db: &Db) -> Result<(), StoreError> {
        let mut waiting = self.waiting.lock().await;
        self.tell_dropped();
        // What comes meanwhile is for the next flush.
        let mut left = waiting.queue.len();
        while waiting.fill(&mut left) {
            match write(db, &waiting.batch).await {
                Ok(()) => waiting.batch.clear(),
                Err(error @ (StoreError::Unavailable(_) | StoreError::Contended(_))) => return Err(error),
                Err(error) => {
                    // It would be refused for ever, and everything behind it would be lost.
                    self.lose(waiting.batch.len());
                    waiting.batch.clear();
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    fn lose(&self, entries: usize) {
        let entries = u64::try_from(entries).unwrap_or(u64::MAX);
        self.dropped.fetch_add(entries, Ordering::Relaxed);
        self.dropped_ever.fetch_add(entries, Ordering::Relaxed);
    }

    fn tell_dropped(&self) {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            tracing::warn!(dropped, "more requests came than the database took: some are missing from the request log");
        }
    }
}

impl Waiting {
    /// Takes the next batch from the queue, unless one waits already; whether there is one.
    fn fill(&mut self, left: &mut usize) -> bool {
        if self.batch.is_empty() {
            let most = requests::MOST_AT_ONCE.min(*left);
            self.batch.extend(std::iter::from_fn(|| self.queue.try_recv().ok()).take(most));
            *left = left.saturating_sub(self.batch.len());
        }
        !self.batch.is_empty()
    }
}

async fn write(db: &Db, batch: &[Entry]) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    requests::add(&mut tx, batch).await?;
    tx.commit().await
}

#[cfg(test)]
#[path = "log_tests.rs"]
mod tests;

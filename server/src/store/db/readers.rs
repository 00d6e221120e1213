//! The connections that read a SQLite file.
//!
//! Whoever read last reads next. A connection has the file in front of it and its thread has the core's caches, and both are
//! lost in time; eight in turn lose more of them than one does. sqlx's own pool hands out the one that rested longest.

use std::time::Duration;

use deadpool::Runtime;
use deadpool::managed::{Manager, Metrics, Object, Pool, PoolError, QueueMode, RecycleResult};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tokio::runtime::Handle;

use super::{PoolState, StoreError, sqlite};

/// The readers of a file, opened as they are needed.
#[derive(Debug, Clone)]
pub struct Readers(Pool<Opener>);

/// A reader at work. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Reader(Option<Object<Opener>>);

#[derive(Debug)]
struct Opener(SqliteConnectOptions);

#[derive(Debug)]
struct Opened {
    connection: SqliteConnection,
    /// Whether it was asked something that it has not answered, or not well.
    is_asked: bool,
}

impl Readers {
    pub(super) fn new(options: SqliteConnectOptions, most: usize, turn: Duration) -> Result<Self, StoreError> {
        let pool = Pool::builder(Opener(options))
            .max_size(most)
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(turn))
            .runtime(Runtime::Tokio1)
            .build();
        pool.map(Self).map_err(|error| StoreError::Unusable(error.to_string()))
    }

    pub(super) async fn get(&self) -> Result<Reader, StoreError> {
        let reader = self.0.get().await.map_err(|error| match error {
            PoolError::Backend(error) => sqlite::plain_error(error),
            PoolError::Timeout(_) => StoreError::Unavailable(sqlx::Error::PoolTimedOut),
            _ => StoreError::Unavailable(sqlx::Error::PoolClosed),
        })?;
        Ok(Reader(Some(reader)))
    }

    pub(super) fn state(&self) -> PoolState {
        let state = self.0.status();
        PoolState { pool: "read", idle: state.available, busy: state.size.saturating_sub(state.available) }
    }

    /// Closes those that rest. One that works is closed when it is given back.
    pub(super) async fn close(&self) {
        for opened in self.0.retain(|_, _| false).removed {
            // It has nothing to keep, so nothing is lost if it cannot be closed in order.
            drop(opened.connection.close().await);
        }
        self.0.close();
    }
}

impl Reader {
    /// Lends the connection to ask it something.
    pub(super) fn ask(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        let opened = self.0.as_mut().ok_or(StoreError::Unavailable(sqlx::Error::PoolClosed))?;
        opened.is_asked = true;
        Ok(&mut opened.connection)
    }

    /// Says that it has answered what it was asked.
    pub(super) fn has_answered(&mut self) {
        if let Some(opened) = &mut self.0 {
            opened.is_asked = false;
        }
    }
}

impl Drop for Reader {
    /// Where nobody waited for the answer the connection may be at it still, and nobody shall wait for that: it is given back
    /// when it says that it is there, and let go of when it does not.
    fn drop(&mut self) {
        let Some(mut reader) = self.0.take_if(|opened| opened.is_asked) else { return };
        let Ok(runtime) = Handle::try_current() else { return drop(Object::take(reader)) };
        runtime.spawn(async move {
            reader.is_asked = reader.connection.ping().await.is_err();
            if reader.is_asked {
                drop(Object::take(reader));
            }
        });
    }
}

impl Manager for Opener {
    type Type = Opened;
    type Error = sqlx::Error;

    async fn create(&self) -> Result<Opened, sqlx::Error> {
        Ok(Opened { connection: self.0.connect().await?, is_asked: false })
    }

    async fn recycle(&self, _: &mut Opened, _: &Metrics) -> RecycleResult<sqlx::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn readers(folder: &tempfile::TempDir, most: usize) -> Readers {
        let options = SqliteConnectOptions::new().filename(folder.path().join("a.db")).create_if_missing(true);
        Readers::new(options, most, Duration::from_millis(200)).unwrap()
    }

    fn id(reader: &Reader) -> String {
        format!("{:?}", reader.0.as_ref().map(Object::id))
    }

    async fn one(reader: &mut Reader) -> i64 {
        let (one,) = sqlx::query_as("SELECT 1").fetch_one(reader.ask().unwrap()).await.unwrap();
        reader.has_answered();
        one
    }

    #[tokio::test]
    async fn whoever_read_last_reads_next() {
        let folder = tempfile::TempDir::new().unwrap();
        let readers = readers(&folder, 2).await;
        let (mut first, second) = (readers.get().await.unwrap(), readers.get().await.unwrap());
        let last = id(&first);
        assert_eq!(one(&mut first).await, 1);
        assert!(matches!(readers.get().await, Err(StoreError::Unavailable(sqlx::Error::PoolTimedOut))), "both work");
        drop(second);
        drop(first);
        for _ in 0..3 {
            assert_eq!(id(&readers.get().await.unwrap()), last);
        }
        assert_eq!(readers.state(), PoolState { pool: "read", idle: 2, busy: 0 });
        readers.close().await;
        assert!(matches!(readers.get().await, Err(StoreError::Unavailable(sqlx::Error::PoolClosed))));
    }

    #[tokio::test]
    async fn a_reader_that_is_still_at_an_answer_is_not_handed_out() {
        let folder = tempfile::TempDir::new().unwrap();
        let readers = readers(&folder, 2).await;
        let mut left = readers.get().await.unwrap();
        let busy = id(&left);
        // Some seconds of counting, of which nobody waits for the end.
        let count =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000) SELECT max(i) FROM n";
        let asked = sqlx::query(count).fetch_one(left.ask().unwrap());
        assert!(tokio::time::timeout(Duration::from_millis(20), asked).await.is_err(), "it counts");
        drop(left);
        let mut other = readers.get().await.unwrap();
        assert_ne!(id(&other), busy);
        assert_eq!(one(&mut other).await, 1);
        while readers.state().idle == 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(id(&readers.get().await.unwrap()), busy, "it is back when it has counted");
    }
}

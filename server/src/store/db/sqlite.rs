//! SQLite: how it is opened, and what its errors mean.

use std::future::poll_fn;
use std::path::Path;
use std::pin::pin;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::error::ErrorKind;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};

use super::{Readers, StoreError};

/// The first version without the WAL-reset race that corrupts a file (S116).
const OLDEST: [u32; 3] = [3, 51, 3];
const READERS: usize = 8;
/// How much of the file the writer remembers, in KiB, as SQLite has it. Readers have SQLite's own two megabytes: they forget
/// them whenever the writer keeps something, and filling more anew costs more than it saves.
const REMEMBERED: &str = "-16384";
/// How much of the file readers have in front of them, in bytes: as much as SQLite allows. What they do not remember takes no
/// call of the system then, and no copy.
const MAPPED: &str = "2147418112";
/// Rows that a connection's thread reads ahead: on a busy core each time that it waits for us is a switch of threads.
const ROWS: usize = 1_024;
/// How long a writer of this process waits for its turn before the answer is "unavailable".
const TURN: Duration = Duration::from_secs(10);
/// How long a statement waits for another process's lock.
const BUSY: Duration = Duration::from_secs(5);

/// The readers and the one writer.
pub(super) async fn open(url: &str) -> Result<(Readers, SqlitePool), StoreError> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(StoreError::Unusable(
            "a database in memory has one connection only; give a file, sqlite://data/gatepost.db".to_owned(),
        ));
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|error| StoreError::Unusable(format!("the SQLite address cannot be read: {error}")))?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .row_buffer_size(ROWS)
        .optimize_on_close(true, None)
        .disable_statement_logging();
    create_private(options.get_filename())?;
    // What a statement changes is remembered lest it fails: not in a file, which would be more writing than the change.
    let write = options.clone().pragma("temp_store", "MEMORY").pragma("cache_size", REMEMBERED);
    let write = writer().connect_with(write).await.map_err(plain_error)?;
    check(&write).await?;
    let options = options.pragma("query_only", "ON").pragma("mmap_size", MAPPED);
    Ok((Readers::new(options, READERS, TURN)?, write))
}

fn writer() -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(TURN)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// What a connection's thread answers row by row, taken in one go. Each row wakes us, and on a busy core that takes the core
/// from the thread that is about to have the next one: twenty rows from twenty places took longer to hand over than to find.
/// So whoever is woken first lets that thread go on.
pub(super) async fn in_one_go<F: Future>(answer: F) -> F::Output {
    let mut answer = pin!(answer);
    let mut is_woken = false;
    poll_fn(|context| {
        if std::mem::replace(&mut is_woken, true) {
            std::thread::yield_now();
        }
        answer.as_mut().poll(context)
    })
    .await
}

/// Makes the folder and an empty file that only its owner may read: it will hold hashes and sealed keys.
fn create_private(file: &Path) -> Result<(), StoreError> {
    let refused = |error: std::io::Error| StoreError::Unusable(format!("{} cannot be made: {error}", file.display()));
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(refused)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop).map_err(refused)
}

async fn check(pool: &SqlitePool) -> Result<(), StoreError> {
    let (version, journal): (String, String) =
        sqlx::query_as("SELECT sqlite_version(), (SELECT journal_mode FROM pragma_journal_mode)")
            .fetch_one(pool)
            .await
            .map_err(plain_error)?;
    if !is_new_enough(&version) {
        return Err(StoreError::Unusable(format!(
            "SQLite {version} can corrupt its file; 3.51.3 is the oldest that may serve"
        )));
    }
    if journal != "wal" {
        return Err(StoreError::Unusable(format!("the file's journal is {journal} where WAL is needed")));
    }
    Ok(())
}

fn is_new_enough(version: &str) -> bool {
    let numbers: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    numbers.as_slice() >= OLDEST.as_slice()
}

/// The result, its error in our words. A broken unique rule is named, which takes a question to the same connection.
pub(super) async fn checked<T>(
    result: Result<T, sqlx::Error>,
    connection: &mut SqliteConnection,
) -> Result<T, StoreError> {
    match result {
        Ok(value) => Ok(value),
        Err(error) => match broken_unique_rule(&error) {
            Some(Unique::Index(name)) => Err(StoreError::Conflict(name)),
            Some(Unique::Columns { table, columns }) => {
                Err(StoreError::Conflict(name_of(connection, &table, &columns).await))
            }
            None => Err(plain_error(error)),
        },
    }
}

/// The error in our words, where no connection is at hand.
pub(super) fn plain_error(error: sqlx::Error) -> StoreError {
    let sqlx::Error::Database(cause) = &error else {
        return match error {
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => {
                StoreError::Unavailable(error)
            }
            _ => StoreError::Broken(error),
        };
    };
    if cause.kind() == ErrorKind::ForeignKeyViolation {
        return StoreError::Reference(error);
    }
    let code = cause.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or_default();
    // BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL: the machine's trouble, not the statement's.
    match code & 0xff {
        5 | 6 | 7 | 8 | 10 | 13 | 14 | 15 => StoreError::Unavailable(error),
        _ => StoreError::Broken(error),
    }
}

enum Unique {
    Index(String),
    Columns { table: String, columns: Vec<String> },
}

/// SQLite says `UNIQUE constraint failed: items.slug, items.shop`, or `index 'name'` for one over an expression.
fn broken_unique_rule(error: &sqlx::Error) -> Option<Unique> {
    let cause = error.as_database_error().filter(|cause| cause.kind() == ErrorKind::UniqueViolation)?;
    let (_, what) = cause.message().split_once("constraint failed: ")?;
    if let Some(index) = what.strip_prefix("index '") {
        return Some(Unique::Index(index.trim_end_matches('\'').to_owned()));
    }
    let pairs: Vec<(&str, &str)> = what.split(", ").map_while(|pair| pair.split_once('.')).collect();
    let table = pairs.first()?.0.to_owned();
    let columns = pairs.into_iter().map(|(_, column)| column.to_owned()).collect();
    Some(Unique::Columns { table, columns })
}

/// The name of the unique index over exactly these columns; a primary key's is `table_pkey`, as PostgreSQL has it.
async fn name_of(connection: &mut SqliteConnection, table: &str, columns: &[String]) -> String {
    let names: Result<Vec<(String,)>, _> = sqlx::query_as(
        "SELECT CASE origin WHEN 'pk' THEN ?1 || '_pkey' ELSE name END FROM pragma_index_list(?1) AS list \
         WHERE \"unique\" AND ?2 = (SELECT group_concat(name, ',') FROM pragma_index_info(list.name))",
    )
    .bind(table)
    .bind(columns.join(","))
    .fetch_all(connection)
    .await;
    let name = names.unwrap_or_default().into_iter().next().map(|(name,)| name);
    name.unwrap_or_else(|| format!("{table}_pkey"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s116_a_version_that_can_corrupt_its_file_is_refused() {
        for (version, good) in [
            ("3.51.3", true),
            ("3.51.10", true),
            ("3.52.0", true),
            ("4.0.0", true),
            ("3.51.2", false),
            ("3.46.0", false),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), good, "{version}");
        }
    }

    #[tokio::test]
    async fn s116_every_connection_has_the_settings_that_keep_what_was_acknowledged() {
        let folder = tempfile::TempDir::new().unwrap();
        let (read, write) = open(&format!("sqlite://{}", folder.path().join("a/b.db").display())).await.unwrap();
        let mut reader = read.get().await.unwrap();
        let reader = reader.ask().unwrap();
        for connection in [&mut *reader, &mut *write.acquire().await.unwrap()] {
            let (journal, synchronous, foreign_keys): (String, i64, i64) = sqlx::query_as(
                "SELECT (SELECT journal_mode FROM pragma_journal_mode), (SELECT synchronous FROM pragma_synchronous), \
                 (SELECT foreign_keys FROM pragma_foreign_keys)",
            )
            .fetch_one(connection)
            .await
            .unwrap();
            // 2 is FULL.
            assert_eq!((journal.as_str(), synchronous, foreign_keys), ("wal", 2, 1));
        }
        assert!(sqlx::query("CREATE TABLE a (b BIGINT)").execute(reader).await.is_err(), "a reader cannot write");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("private.db");
        open(&format!("sqlite://{}", file.display())).await.unwrap();
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o077, 0);
    }
}

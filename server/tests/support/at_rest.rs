//! No secret at rest (S10, S55): when an application ends, everything that it kept and logged is searched for every secret
//! that its actors were shown or sent. No test has to ask for it.

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aho_corasick::AhoCorasick;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Column as _, Connection as _, Row as _};

/// Members of bodies that are secrets wherever they stand.
const SECRETS: [&str; 6] = ["secret", "accessToken", "refreshToken", "password", "newPassword", "currentPassword"];
/// Shorter text is found by chance.
const SHORTEST: usize = 16;
/// Of a long one the beginning is searched for: it is in one piece also where its row is not.
const LONGEST: usize = 200;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// The secrets that an application's actors were shown or sent.
#[derive(Debug, Clone, Default)]
pub struct Shown(Arc<Mutex<Vec<String>>>);

impl Shown {
    fn all(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a secret.
    pub fn add(&self, secret: &str) {
        if secret.len() >= SHORTEST {
            let end = secret.char_indices().map(|(at, _)| at).find(|at| *at >= LONGEST).unwrap_or(secret.len());
            let needle = secret[..end].to_owned();
            let mut all = self.all();
            if !all.contains(&needle) {
                all.push(needle);
            }
        }
    }

    /// Remembers every secret of a body that was sent to or came from that path.
    pub fn gather(&self, path: &str, body: &Value) {
        match body {
            Value::Array(items) => items.iter().for_each(|item| self.gather(path, item)),
            Value::Object(members) => {
                for (name, value) in members {
                    let secret =
                        SECRETS.contains(&name.as_str()) || (name == "value" && path.starts_with("/v1/vault/"));
                    match value {
                        Value::String(text) if secret => self.add(text),
                        other => self.gather(path, other),
                    }
                }
            }
            _ => {}
        }
    }

    /// Forgets all, for the test that plants one.
    pub fn forget(&self) {
        self.all().clear();
    }

    /// What finds any of them in one pass.
    fn searcher(&self) -> AhoCorasick {
        AhoCorasick::new(self.all().iter()).expect("few secrets")
    }
}

/// Everything that this process logs, so that it can be searched.
pub fn capture_logs() {
    struct Log;
    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            LOG.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let filter = tracing_subscriber::EnvFilter::new("info,gatepost=trace");
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(|| Log);
    // A process has one: the first application of it starts it.
    let _ = logs.try_init();
}

/// Every place where a secret lies: a table and a column, a file, or the log. Never the secret itself.
pub fn found(shown: &Shown, folder: &Path, postgres: Option<&str>) -> Vec<String> {
    let shown = &shown.searcher();
    let mut places = Vec::new();
    if shown.is_match(LOG.lock().unwrap_or_else(PoisonError::into_inner).as_slice()) {
        places.push("the log".to_owned());
    }
    let files = walk(folder).into_iter().filter(|(_, bytes)| shown.is_match(bytes.as_slice())).map(|(path, _)| path);
    let files: Vec<String> = files.collect();
    if let Some(url) = postgres {
        places.extend(apart(in_postgres(shown, url)));
    } else if !files.is_empty() {
        places.extend(apart(in_sqlite(shown, &folder.join("gatepost.db"))));
    }
    places.extend(files);
    places
}

/// The files below a folder, with what is in them: the database, its write-ahead log, the secret key.
fn walk(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    entries
        .flat_map(|entry| match std::fs::read(entry.path()) {
            Ok(bytes) => vec![(format!("the file {}", entry.file_name().display()), bytes)],
            Err(_) => walk(&entry.path()),
        })
        .collect()
}

/// Runs to its end on a thread and a runtime of its own: the test's may stand still by now.
fn apart(work: impl Future<Output = sqlx::Result<Vec<String>>> + Send) -> Vec<String> {
    let run = || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(work).expect("the tables can be read")
    };
    std::thread::scope(|scope| scope.spawn(run).join().expect("the search ends"))
}

async fn in_postgres(shown: &AhoCorasick, url: &str) -> sqlx::Result<Vec<String>> {
    let mut connection = sqlx::PgConnection::connect(url).await?;
    let tables = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut connection).await?;
    let mut places = Vec::new();
    for (table,) in tables {
        let rows = format!("SELECT row_to_json(one)::text FROM \"{table}\" AS one");
        let rows: Vec<(String,)> = sqlx::query_as(AssertSqlSafe(rows)).fetch_all(&mut connection).await?;
        for (row,) in rows.iter().filter(|(row,)| shown.is_match(row.as_str())) {
            let row: Value = serde_json::from_str(row).unwrap_or_default();
            let columns = row.as_object().into_iter().flatten();
            let hit = columns.filter(|(_, value)| shown.is_match(&value.to_string()));
            places.extend(hit.map(|(column, _)| format!("{table}.{column}")));
        }
    }
    connection.close().await?;
    Ok(places)
}

async fn in_sqlite(shown: &AhoCorasick, file: &Path) -> sqlx::Result<Vec<String>> {
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await?;
    let tables = "SELECT name FROM sqlite_master WHERE type = 'table'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&mut connection).await?;
    let mut places = Vec::new();
    for (table,) in tables {
        let rows = format!("SELECT * FROM \"{table}\"");
        for row in sqlx::query(AssertSqlSafe(rows)).fetch_all(&mut connection).await? {
            let text = |at: usize| row.try_get::<String, _>(at).unwrap_or_default();
            let hit = row.columns().iter().filter(|column| shown.is_match(&text(column.ordinal())));
            places.extend(hit.map(|column| format!("{table}.{}", column.name())));
        }
    }
    connection.close().await?;
    Ok(places)
}

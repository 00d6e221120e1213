//! What `kill -9` may lose of usage and of the request log: what came since the last flush, and nothing that was flushed.

use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _};

use crate::support::process::{Home, Process};
use crate::support::{Actor, Engine};

const FIRST: i64 = 20;
const MORE: i64 = 20;
const PATIENCE: Duration = Duration::from_secs(20);

/// How often a count is asked for until it is what is wanted.
async fn until(wanted: i64, count: impl AsyncFn() -> i64) {
    let began = Instant::now();
    loop {
        let there = count().await;
        if there == wanted {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{there} of {wanted} are written after {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn calls(root: &Actor, many: i64) {
    for _ in 0..many {
        root.get("/v1/me").await.is(200);
    }
}

/// What stands in the file, without asking the process, which would write first.
async fn in_file(folder: &Path, sql: &str) -> i64 {
    let url = format!("sqlite://{}?mode=ro", folder.join("data/gatepost.db").display());
    let mut connection = sqlx::SqliteConnection::connect(&url).await.expect("the file");
    let row: (i64,) = sqlx::query_as(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await.expect("a count");
    row.0
}

/// What this process knows of, and has not counted itself.
async fn counted(process: &Process) -> i64 {
    let usage = process.root().get("/v1/usage?groupBy=operation").await.is(200).body;
    let of = usage["data"].as_array().expect("buckets").iter().filter(|bucket| bucket["operation"] == "getCurrentUser");
    of.filter_map(|bucket| bucket["count"].as_i64()).sum()
}

async fn logged(process: &Process) -> i64 {
    let page = process.root().get("/v1/requests?operationId=getCurrentUser&limit=100").await.is(200).body;
    i64::try_from(page["data"].as_array().map_or(0, Vec::<Value>::len)).expect("a count")
}

const COUNTED: &str =
    "SELECT CAST(COALESCE(SUM(count), 0) AS BIGINT) FROM usage_minutes WHERE operation = 'getCurrentUser'";
const LOGGED: &str = "SELECT COUNT(*) FROM requests WHERE operation = 'getCurrentUser'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s117_kill_9_loses_no_usage_and_no_request_that_was_flushed_sqlite() {
    let home = Home::new(Engine::Sqlite).await;
    let process = home.start(&[]);
    calls(&process.root(), FIRST).await;
    until(FIRST, async || in_file(home.path(), COUNTED).await).await;
    until(FIRST, async || in_file(home.path(), LOGGED).await).await;
    calls(&process.root(), MORE).await;
    process.kill();

    let process = home.start(&[]);
    for there in [counted(&process).await, logged(&process).await] {
        assert!((FIRST..=FIRST + MORE).contains(&there), "{there}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s117_kill_9_loses_no_usage_and_no_request_that_was_flushed_postgres() {
    let home = Home::new(Engine::Postgres).await;
    let (process, other) = (home.start_one_of_many(&[]), home.start_one_of_many(&[]));
    calls(&process.root(), FIRST).await;
    until(FIRST, async || counted(&other).await).await;
    until(FIRST, async || logged(&other).await).await;
    calls(&process.root(), MORE).await;
    process.kill();

    for there in [counted(&other).await, logged(&other).await] {
        assert!((FIRST..=FIRST + MORE).contains(&there), "{there}");
    }
}

//! Databases for unit tests: a SQLite file, and a PostgreSQL database where the harness offers a server.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;

use super::Db;
use crate::random::Random;

/// An empty database of a test's own, with every table.
pub(crate) struct Scratch {
    pub db: Db,
    pub url: String,
    _folder: TempDir,
}

/// One of each engine that can be had here. `make test` has both.
pub(crate) async fn each() -> Vec<Scratch> {
    let mut all = vec![sqlite().await];
    if let Some(server) = postgres_server() {
        all.push(postgres(&server).await);
    }
    all
}

/// A SQLite file.
pub(crate) async fn sqlite() -> Scratch {
    let folder = TempDir::new().unwrap();
    let url = format!("sqlite://{}", folder.path().join("data/test.db").display());
    Scratch { db: Db::open(&url).await.unwrap(), url, _folder: folder }
}

async fn postgres(server: &str) -> Scratch {
    let name = format!("unit_{:x}", u64::from_le_bytes(Random::default().bytes().unwrap()));
    let mut connection = PgConnection::connect(server).await.unwrap();
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.unwrap();
    let (head, _) = server.rsplit_once('/').unwrap();
    let url = format!("{head}/{name}");
    Scratch { db: Db::open(&url).await.unwrap(), url, _folder: TempDir::new().unwrap() }
}

#[expect(clippy::disallowed_methods, reason = "the harness says where its servers are by the environment")]
fn postgres_server() -> Option<String> {
    std::env::var("GATEPOST_TEST_POSTGRES_URL").ok()
}

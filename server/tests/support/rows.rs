//! How many rows a table has: for what grows and must not.

use gatepost::app::App;
use gatepost::store::Pools;
use sqlx::AssertSqlSafe;

/// The rows of a table, on either engine.
pub async fn rows(app: &App, table: &str) -> i64 {
    let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
    let count: (i64,) = match &app.db.pools {
        Pools::Sqlite { write, .. } => sqlx::query_as(sql).fetch_one(write).await.expect("a count"),
        Pools::Postgres(pool) => sqlx::query_as(sql).fetch_one(pool).await.expect("a count"),
    };
    count.0
}

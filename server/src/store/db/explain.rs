//! How the engines mean to answer, for tests.

use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder};
use sqlx::{AssertSqlSafe, Executor as _, Row as _};

use super::{Db, Pools};

impl Db {
    /// The plan of a statement, line by line.
    pub async fn plan(&self, statement: &impl QueryStatementWriter) -> String {
        let lines: Vec<String> = match &self.pools {
            Pools::Sqlite { write, .. } => {
                let sql = format!("EXPLAIN QUERY PLAN {}", statement.to_string(SqliteQueryBuilder));
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(write).await.unwrap();
                rows.iter().map(|row| row.get("detail")).collect()
            }
            Pools::Postgres(pool) => {
                let sql = format!("EXPLAIN {}", statement.to_string(PostgresQueryBuilder));
                let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
    }

    /// Lets PostgreSQL count its rows, as it does by itself in time. SQLite stays as a young one is: without statistics.
    pub async fn analyze(&self) {
        if let Pools::Postgres(pool) = &self.pools {
            pool.execute("VACUUM ANALYZE").await.unwrap();
        }
    }
}

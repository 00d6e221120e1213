//! Queries whose SQL is written once, for what nearly every request asks.

use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder, Value, Values};
use sea_query_sqlx::SqlxValues;

use super::{Connection, Engine, Record, StoreError, postgres, sqlite};

/// A query in both dialects. Its values are given when it is asked, in the order in which it was written.
#[derive(Debug)]
pub struct Prepared {
    sqlite: String,
    postgres: String,
}

impl Prepared {
    /// Writes the query down; the values in it only hold the places.
    pub fn new(statement: &impl QueryStatementWriter) -> Self {
        Self { sqlite: statement.build(SqliteQueryBuilder).0, postgres: statement.build(PostgresQueryBuilder).0 }
    }
}

impl Connection {
    /// As [`Connection::fetch_optional`], with these values in the query's places.
    ///
    /// # Errors
    /// [`StoreError`] as its variants say.
    pub async fn fetch_prepared<T: Record>(
        &mut self,
        query: &'static Prepared,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<Option<T>, StoreError> {
        let values = SqlxValues(Values(values.into_iter().collect()));
        let answer = match self.engine()? {
            Engine::Sqlite(connection) => {
                let row = sqlx::query_as_with(query.sqlite.as_str(), values).fetch_optional(&mut *connection).await;
                sqlite::checked(row, connection).await
            }
            Engine::Postgres(connection) => {
                let row = sqlx::query_as_with(query.postgres.as_str(), values).fetch_optional(connection).await;
                row.map_err(postgres::error)
            }
        };
        self.answered(answer)
    }
}

//! What only somebody with the database in hand can do: statements of the test's own, on either engine.

use gatepost::store::Pools;
use sqlx::{AssertSqlSafe, raw_sql};

use super::TestApp;

/// Runs statements that come from the test itself.
pub async fn run(app: &TestApp, statements: &str) {
    let statements = raw_sql(AssertSqlSafe(statements.to_owned()));
    match &app.app.db.pools {
        Pools::Sqlite { write, .. } => drop(statements.execute(write).await.expect("SQL")),
        Pools::Postgres(pool) => drop(statements.execute(pool).await.expect("SQL")),
    }
}

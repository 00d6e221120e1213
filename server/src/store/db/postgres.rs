//! PostgreSQL: how it is opened, and what its errors mean.

use std::str::FromStr as _;
use std::time::Duration;

use sqlx::error::ErrorKind;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions as _, PgPool};

use super::StoreError;

/// How long to wait for a connection before the answer is "unavailable" (S119).
const ACQUIRE: Duration = Duration::from_secs(2);
const CONNECTIONS: u32 = 16;

/// Held while tables and first keys are made; the number is ours alone.
pub(super) const START_UP_LOCK: &str = "SELECT pg_advisory_xact_lock(4702394921427289903)";

/// A pool that connects when it is first asked.
pub(super) fn open(url: &str) -> Result<PgPool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        // The address may hold a password, and sqlx's error may hold the address.
        .map_err(|_| StoreError::Unusable("the PostgreSQL address cannot be read".to_owned()))?
        .application_name("gatepost")
        .disable_statement_logging();
    let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(ACQUIRE).connect_lazy_with(options);
    Ok(pool)
}

/// The error in our words.
pub(super) fn error(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Database(cause) => match cause.kind() {
            ErrorKind::UniqueViolation => StoreError::Conflict(cause.constraint().unwrap_or("unique").to_owned()),
            ErrorKind::ForeignKeyViolation => StoreError::Reference(error),
            _ => by_sqlstate(error),
        },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => StoreError::Unavailable(error),
        _ => StoreError::Broken(error),
    }
}

/// Classes 08 (connection), 53 (out of something), 57 (told to stop), 58 (the system's) and 25006 (a read-only
/// replica) pass with time; 40 lost against another transaction.
fn by_sqlstate(error: sqlx::Error) -> StoreError {
    let code =
        error.as_database_error().and_then(|cause| cause.code().map(|code| code.into_owned())).unwrap_or_default();
    match code.get(..2) {
        Some("08" | "53" | "57" | "58") => StoreError::Unavailable(error),
        Some("40") => StoreError::Contended(error),
        _ if code == "25006" || code == "55P03" => StoreError::Unavailable(error),
        _ => StoreError::Broken(error),
    }
}

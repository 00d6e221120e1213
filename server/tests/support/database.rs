//! A PostgreSQL database a test, on the server that the harness started.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

/// The address of the harness's PostgreSQL or Redis.
#[track_caller]
pub fn service(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the harness says where its servers are by the environment")]
    let url = std::env::var(variable);
    url.unwrap_or_else(|_| {
        panic!("{variable} is not set: run this through `make test`, or `scripts/with-services.sh cargo nextest run …`")
    })
}

/// Makes an empty database and answers its address.
pub async fn create() -> String {
    let server = service("GATEPOST_TEST_POSTGRES_URL");
    let name = format!("test_{}_{:x}", std::process::id(), rand_suffix());
    let mut connection = PgConnection::connect(&server).await.expect("the harness's PostgreSQL answers");
    connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await.expect("a database");
    let (head, _) = server.rsplit_once('/').expect("an address with a database");
    format!("{head}/{name}")
}

fn rand_suffix() -> u64 {
    let bytes: [u8; 8] = gatepost::random::Random::default().bytes().expect("randomness");
    u64::from_le_bytes(bytes)
}

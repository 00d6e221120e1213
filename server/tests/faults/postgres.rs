//! PostgreSQL stops and comes back: 503 with `Retry-After` where it is needed, and everything again without a restart (F15).

use std::time::{Duration, Instant};

use crate::support::load::Asker;
use crate::support::process::{Home, ROOT_KEY};
use crate::support::servers::Postgres;

const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_postgresql_it_is_503_with_retry_after_and_with_it_again_all_is_well() {
    let mut postgres = Postgres::start();
    let home = Home::on(postgres.url());
    let process = home.start(&[]);
    let owner = process.owner("ada@example.com").await;
    let key = owner.create_key(&["read", "write:items"]).await;
    let root = process.root();
    root.get("/v1/keys").await.is(200);
    let going = Asker::get(&process.base, "/v1/keys", ROOT_KEY).keep_asking(4);

    postgres.stop();
    let refused = root.get("/v1/keys").await.refuses(503, "UNAVAILABLE");
    assert!(refused.header("retry-after").and_then(|text| text.parse::<u32>().ok()).is_some_and(|s| s >= 1));
    process.nobody().get("/ready").await.refuses(503, "UNAVAILABLE");
    process.nobody().get("/health").await.is(200);
    // What needs no database is answered.
    process.nobody().get("/v1/scopes").await.is(200);

    postgres.start_again();
    let began = Instant::now();
    while process.nobody().get("/ready").await.status != 200 {
        assert!(began.elapsed() < SOON, "it does not find its database again");
    }
    let statuses = going.stop().await;
    assert!(statuses.keys().all(|status| matches!(status, 200 | 503)), "{statuses:?}");
    assert!(statuses.contains_key(&200) && statuses.contains_key(&503), "{statuses:?}");

    root.get("/v1/keys").await.is(200);
    let there = owner.with_key(key["secret"].as_str().expect("a secret"));
    there.create_item().await;
    // What was counted meanwhile was kept for it.
    let usage = owner.get("/v1/usage?groupBy=operation").await.is(200).body;
    let created = usage["data"].as_array().expect("buckets").iter().any(|one| one["operation"] == "createKey");
    assert!(created, "{usage}");
}

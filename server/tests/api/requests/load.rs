//! More requests than the queue holds: some are missing from the log, none from the counts, and it is said how many.

use crate::support::rows;
use crate::support::{Engine, TestApp};

const REQUESTS: i64 = 300;

async fn a_full_queue_drops_rows_and_never_counts(engine: Engine) {
    let app = TestApp::with_settings(engine, &[("REQUEST_LOG_QUEUE", "3")]).await;
    let owner = app.owner().await;
    for _ in 0..REQUESTS {
        owner.get("/v1/me").await.is(200);
    }
    let overview = app.admin().get("/v1/admin/overview").await.is(200).body;
    app.app.request_log.flush(&app.app.db).await.expect("it is written");

    let usage = owner.get("/v1/usage?groupBy=operation").await.is(200).body;
    assert_eq!(usage["data"][0]["operation"], "getCurrentUser");
    assert_eq!(usage["data"][0]["count"], REQUESTS);
    let dropped = i64::try_from(app.app.request_log.dropped()).expect("a count");
    assert!(dropped > 0, "the queue never was full");
    assert!(overview["requestLog"]["dropped"].as_i64().is_some_and(|told| told > 0), "{overview}");
    let own = usage["totals"]["count"].as_i64().expect("a count");
    // Registering and signing in were of nobody; the overview was the administrator's.
    let kept = rows(&app.app, "requests").await;
    assert!(kept + dropped >= own && kept < own, "{kept} kept, {dropped} dropped, {own} counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_drops_rows_and_never_counts_sqlite() {
    a_full_queue_drops_rows_and_never_counts(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_drops_rows_and_never_counts_postgres() {
    a_full_queue_drops_rows_and_never_counts(Engine::Postgres).await;
}

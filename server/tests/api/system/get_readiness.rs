use serde_json::json;

use crate::support::TestApp;

both_engines! {
    async fn s120_while_it_stops_it_wants_no_more_traffic(app) {
        assert_eq!(app.nobody().get("/ready").await.is(200).body["status"], "ready");
        app.app.drain();
        let answer = app.nobody().get("/ready").await.refuses(503, "UNAVAILABLE");
        assert!(answer.header("retry-after").is_some());
    }

    async fn without_its_database_it_wants_no_traffic(app) {
        app.app.db.close().await;
        app.nobody().get("/ready").await.refuses(503, "UNAVAILABLE");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_names_what_it_depends_on() {
    let embedded = TestApp::sqlite().await.nobody().get("/ready").await.is(200).body;
    assert_eq!(embedded["checks"], json!([{ "name": "database", "status": "ok" }]));

    let scaled = TestApp::start(crate::support::Engine::Postgres).await;
    let checks = scaled.nobody().get("/ready").await.is(200).body["checks"].clone();
    assert_eq!(checks, json!([{ "name": "database", "status": "ok" }, { "name": "redis", "status": "ok" }]));
}

/// Redis is not needed: each instance then counts alone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s79_without_redis_it_is_degraded_and_serves_on() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port")
        .port();
    let redis = format!("redis://127.0.0.1:{port}");
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("REDIS_URL", &redis)]).await;
    let checks = app.nobody().get("/ready").await.is(200).body["checks"].clone();

    assert_eq!(checks[1], json!({ "name": "redis", "status": "degraded" }));
    app.nobody().get("/v1/items").await.is(200);
}

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Engine, TestApp};

const LIMITS: &[(&str, &str)] = &[
    ("LIMITS_FREE_PER_MINUTE", "5"),
    ("LIMITS_FREE_PER_DAY", "8"),
    ("LIMITS_WRITES_PER_MINUTE", "2"),
    ("LIMITS_ANONYMOUS_PER_MINUTE", "3"),
];

async fn each() -> Vec<TestApp> {
    vec![TestApp::with_settings(Engine::Sqlite, LIMITS).await, TestApp::with_settings(Engine::Postgres, LIMITS).await]
}

/// One that counts in memory: the tests share a Redis, and their address with it.
async fn alone() -> TestApp {
    TestApp::with_settings(Engine::Sqlite, LIMITS).await
}

fn left(body: &Value) -> Vec<(&str, i64)> {
    let windows = body["windows"].as_array().expect("windows").iter();
    windows.map(|w| (w["name"].as_str().expect("a name"), w["remaining"].as_i64().expect("a number"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_tells_what_is_left_of_every_window_and_is_free() {
    for app in each().await {
        let owner = app.owner().await;
        owner.get("/v1/me").await.is(200);
        for _ in 0..10 {
            let limits = owner.get("/v1/rate-limit").await.is(200).body;
            assert_eq!(limits["tier"], "free");
            assert_eq!(left(&limits), [("minute", 4), ("day", 7), ("write", 2)]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn keys_and_sessions_of_an_account_share_its_count() {
    for app in each().await {
        let owner = app.owner().await;
        let key = owner.keyed(&["read:items"]).await;
        key.get("/v1/me").await.is(200);
        for actor in [&owner, &key] {
            assert_eq!(
                left(&actor.get("/v1/rate-limit").await.is(200).body),
                [("minute", 3), ("day", 6), ("write", 1)]
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_counted_by_address() {
    let app = alone().await;
    app.nobody().get("/v1/items").await.is(200);
    let limits = app.nobody().get("/v1/rate-limit").await.is(200).body;

    assert_eq!((&limits["tier"], left(&limits)), (&Value::Null, vec![("minute", 2)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn minute_day_and_writes_refuse_in_one_shape_with_the_right_reset() {
    for app in each().await {
        let owner = app.owner().await;
        for _ in 0..2 {
            owner.create_item().await;
        }
        let refused = owner.post("/v1/items", crate::support::actor::item()).await.refuses(429, "RATE_LIMITED");
        assert_eq!(refused.body["violatedPolicies"], json!(["write"]));
        for _ in 0..3 {
            owner.get("/v1/me").await.is(200);
        }
        let refused = owner.get("/v1/me").await.refuses(429, "RATE_LIMITED");
        assert_eq!(
            (&refused.body["violatedPolicies"], refused.header("retry-after")),
            (&json!(["minute"]), Some("60"))
        );
        app.clock.advance(Duration::from_secs(60));
        for _ in 0..3 {
            owner.get("/v1/me").await.is(200);
        }
        let refused = owner.get("/v1/me").await.refuses(429, "RATE_LIMITED");
        assert_eq!(refused.body["violatedPolicies"], json!(["day"]));
        let wait: u64 = refused.header("retry-after").and_then(|s| s.parse().ok()).expect("seconds");
        let until_midnight = (86_400_000 - app.clock.now().ms() % 86_400_000) as u64;
        assert_eq!(wait, until_midnight.div_ceil(1_000));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s74_of_many_requests_at_once_exactly_the_limit_is_admitted() {
    for app in each().await {
        let owner = app.owner().await;
        let requests = (0..40).map(|_| {
            let owner = owner.clone();
            tokio::spawn(async move { owner.get("/v1/me").await.status })
        });
        let mut admitted = 0;
        for request in requests.collect::<Vec<_>>() {
            admitted += usize::from(request.await.expect("an answer") == 200);
        }
        assert_eq!(admitted, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_refused_for_their_scope_are_counted() {
    for app in each().await {
        let reader = app.owner().await.keyed(&["read:items"]).await;
        reader.post("/v1/items", crate::support::actor::item()).await.refuses(403, "INSUFFICIENT_SCOPE");

        assert_eq!(left(&reader.get("/v1/rate-limit").await.is(200).body), [("minute", 3), ("day", 6), ("write", 0)]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_credential_is_charged_to_its_address() {
    let app = alone().await;
    let guesser = app.nobody().with_key("gp_live_0000000000000000000000000000000000000000");
    for _ in 0..3 {
        guesser.get("/v1/me").await.is(401);
    }
    guesser.get("/v1/me").await.refuses(429, "RATE_LIMITED");
}

//! What Prometheus is told: on a listener of its own, in its form, and everything that the dashboard asks for.

use std::collections::BTreeSet;

use serde_json::json;

use crate::support::process::free_port;
use crate::support::receiver::{Receiver, Reply};
use crate::support::seen;
use crate::support::{Engine, TestApp};

async fn app(engine: Engine) -> (TestApp, String) {
    let address = format!("127.0.0.1:{}", free_port());
    let app = TestApp::with_settings(engine, &[("METRICS_ADDR", &address), ("WEBHOOKS_ALLOW", "127.0.0.0/8")]).await;
    (app, format!("http://{address}/metrics"))
}

async fn scrape(url: &str) -> String {
    let answer = reqwest::get(url).await.expect("the listener answers");
    assert_eq!(answer.status(), 200);
    let form = answer.headers()["content-type"].to_str().expect("text").to_owned();
    assert_eq!(form, "application/openmetrics-text; version=1.0.0; charset=utf-8");
    answer.text().await.expect("text")
}

/// The value of a line that begins so.
fn value(text: &str, line: &str) -> f64 {
    let found = text.lines().find(|one| one.starts_with(line) && one[line.len()..].starts_with(' '));
    found.unwrap_or_else(|| panic!("no {line} in\n{text}"))[line.len() + 1..].parse().expect("a number")
}

/// Names with `gatepost_` before them, in any text.
fn names(text: &str) -> BTreeSet<String> {
    let pieces = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    pieces.filter(|piece| piece.starts_with("gatepost_")).map(ToOwned::to_owned).collect()
}

/// One that its receiver refuses for good.
async fn send_a_webhook(app: &TestApp) {
    let teller = app.owner().await.keyed(&["webhooks"]).await;
    let mut receiver = Receiver::start().await;
    receiver.answers([Reply::Status(410, "", "")]);
    let webhook = teller.post("/v1/webhooks", json!({ "url": receiver.url, "events": ["*"] })).await.is(201).text("id");
    teller.post_nothing(&format!("/v1/webhooks/{webhook}/test")).await.is(200);
    receiver.next().await;
}

async fn what_happened_is_counted(engine: Engine) {
    let (app, url) = app(engine).await;
    let owner = app.owner().await;
    let limited = json!({ "name": "test", "scopes": ["read"], "limits": { "perMinute": 3 } });
    let key = owner.with_key(&owner.post("/v1/keys", limited).await.is(201).text("secret"));
    for status in [200, 200, 200, 429] {
        key.get("/v1/me").await.is(status);
    }
    app.nobody().get("/v1/no-such-thing").await.is(404);
    owner.get("/v1/usage").await.is(200);
    send_a_webhook(&app).await;

    let text = seen(async || {
        let text = scrape(&url).await;
        text.contains("gatepost_webhook_attempts_total").then_some(text)
    })
    .await;
    assert!(text.ends_with("# EOF\n"));
    let requests = |operation: &str, status: &str| {
        value(&text, &format!("gatepost_http_requests_total{{operation=\"{operation}\",status=\"{status}\"}}"))
    };
    assert_eq!((requests("getCurrentUser", "2xx"), requests("getCurrentUser", "4xx")), (3.0, 1.0));
    assert_eq!(requests("none", "4xx"), 1.0);
    assert_eq!(value(&text, r#"gatepost_http_request_duration_seconds_count{operation="getCurrentUser"}"#), 4.0);
    assert_eq!(value(&text, r#"gatepost_limit_refusals_total{window="key-minute"}"#), 1.0);
    assert_eq!(value(&text, r#"gatepost_webhook_attempts_total{outcome="4xx"}"#), 1.0);
    assert_eq!(value(&text, "gatepost_webhook_attempt_duration_seconds_count"), 1.0);
    assert_eq!(value(&text, "gatepost_webhook_wait_seconds_count"), 1.0);
    assert_eq!(value(&text, "gatepost_limiter_alone"), 0.0);
    assert!(value(&text, "gatepost_usage_calls_total") >= 5.0);
    assert!(value(&text, "gatepost_key_cache_hits_total") >= 3.0);
    assert!(value(&text, "gatepost_key_cache_misses_total") >= 1.0);
    assert!(text.contains(&format!("gatepost_build_info{{version=\"{}\"", env!("CARGO_PKG_VERSION"))));
    has_all_of_the_dashboard(&text);
}

fn has_all_of_the_dashboard(text: &str) {
    let there = names(text);
    let dashboard = include_str!("../../../docs/dashboard.json");
    let missing: Vec<_> = names(dashboard).into_iter().filter(|name| !there.contains(name)).collect();
    assert!(missing.is_empty(), "the dashboard asks for {missing:?}, which no scrape has");
}

#[tokio::test]
async fn what_happened_is_counted_and_every_name_of_the_dashboard_is_there() {
    what_happened_is_counted(Engine::Sqlite).await;
    what_happened_is_counted(Engine::Postgres).await;
}

#[tokio::test]
async fn no_label_says_who_called() {
    let (app, url) = app(Engine::Sqlite).await;
    let owner = app.owner().await;
    let key = owner.create_key(&["read"]).await;
    owner.with_key(key["secret"].as_str().expect("a secret")).get("/v1/me").await.is(200);
    app.nobody().get("/v1/items/itm_x").await.is(404);
    app.nobody().get("/v1/of-my-own-making").await.is(404);
    let text = scrape(&url).await;
    let (id, account) = (key["id"].as_str().expect("an id"), owner.account_id());
    for secret in [id, &account, "usr_", "gp_live", "itm_", "127.0.0.1", "of-my-own-making", "@example"] {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
}

#[tokio::test]
async fn there_is_nothing_else_on_that_listener_and_no_metrics_on_the_public_one() {
    let (app, url) = app(Engine::Sqlite).await;
    let status = async |url: &str| reqwest::get(url).await.expect("an answer").status().as_u16();
    assert_eq!(status(&url.replace("/metrics", "/v1/brands")).await, 404);
    assert_eq!(status(&format!("{}/metrics", app.base)).await, 404);
    let posted = reqwest::Client::new().post(&url).send().await.expect("an answer");
    assert_eq!(posted.status(), 405);
}

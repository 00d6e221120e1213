use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{URL, endpoint, path, register};
use crate::support::TestApp;

both_engines! {
    async fn an_endpoint_is_told_from_now_on_and_its_secret_is_shown_once(app) {
        let owner = app.owner().await;
        let body = json!({ "url": "HTTPS://Hooks.Example.com:443/gatepost", "events": ["key.*", "user.registered"], "description": "Ours." });
        let mut made = owner.post("/v1/webhooks", body).await.is(201).body;

        assert_eq!((&made["url"], &made["enabled"], &made["disabledAt"], &made["disabledCause"]), (&json!(URL), &json!(true), &Value::Null, &Value::Null));
        assert_eq!((&made["events"], &made["description"]), (&json!(["key.*", "user.registered"]), &json!("Ours.")));
        let secret = made.as_object_mut().expect("an object").remove("secret").expect("a secret");
        assert!(secret.as_str().expect("text").starts_with("whsec_"), "S84");
        assert_eq!(owner.get(&path(&made)).await.is(200).body, made);
        let other = register(&owner).await;
        assert_ne!(other["secret"], secret, "one secret an endpoint");
    }

    async fn s93_a_url_that_leads_inside_is_refused_and_pointed_at(app) {
        let owner = app.owner().await;
        for url in ["https://127.0.0.1/", "https://2130706433/", "https://[::ffff:169.254.169.254]/", "https://localhost/", "http://hooks.example.com/", "https://hooks.example.com:22/", "https://u:p@hooks.example.com/", "https://hooks.example.com/#x", "nonsense"] {
            owner.post("/v1/webhooks", json!({ "url": url, "events": ["*"] })).await.faults("/url");
        }
        assert_eq!(owner.get("/v1/webhooks").await.is(200).body["data"], json!([]));
    }

    async fn events_that_are_never_told_are_refused_and_pointed_at(app) {
        let owner = app.owner().await;
        let refused = owner.post("/v1/webhooks", json!({ "url": URL, "events": ["key.*", "keys.*"] })).await;
        refused.faults("/events/1");
        owner.post("/v1/webhooks", json!({ "url": URL, "events": [] })).await.faults("/events");
        owner.post("/v1/webhooks", json!({ "url": URL, "events": ["*.created"] })).await.faults("/events/0");
    }

    async fn a_repeated_request_makes_one_endpoint(app) {
        let owner = app.owner().await;
        let again = [("idempotency-key", "webhook-1")];
        let first = owner.send(Method::POST, "/v1/webhooks", Some(endpoint()), &again).await.is(201).body;
        let second = owner.send(Method::POST, "/v1/webhooks", Some(endpoint()), &again).await.is(201).body;
        assert_eq!(first, second);
        assert_eq!(owner.get("/v1/webhooks").await.is(200).body["data"].as_array().map(Vec::len), Some(1));
    }

    async fn it_needs_the_scope(app) {
        let owner = app.owner().await;
        owner.keyed(&["read:items"]).await.post("/v1/webhooks", endpoint()).await.refuses(403, "INSUFFICIENT_SCOPE");
        owner.keyed(&["webhooks"]).await.post("/v1/webhooks", endpoint()).await.is(201);
    }

    async fn the_audit_log_knows_it_without_its_secrets(app) {
        let owner = app.owner().await;
        let body = json!({ "url": "https://hooks.example.com/in?token=only-ours-to-know", "events": ["*"] });
        let made = owner.post("/v1/webhooks", body).await.is(201).body;
        let told = app.audit_of(made["id"].as_str().expect("an id")).await;
        assert_eq!(told.len(), 1);
        let (action, before, after) = &told[0];
        assert_eq!((action.as_str(), before), ("webhook.created", &Value::Null));
        assert_eq!(after["url"], "https://hooks.example.com/in");
        assert!(!after.to_string().contains("only-ours"));
    }

    async fn an_account_has_no_more_than_it_may_also_when_many_come_at_once(app) {
        let (owner, other) = (app.owner().await, app.owner().await);
        let tries = join_all((0..24).map(|_| owner.post("/v1/webhooks", endpoint()))).await;
        let mut statuses: Vec<_> = tries.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [[201].repeat(20), [409].repeat(4)].concat());
        register(&other).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_operator_allows_may_be_plain_and_near() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("WEBHOOKS_ALLOW", "127.0.0.0/8")]).await;
    let owner = app.owner().await;
    owner.post("/v1/webhooks", json!({ "url": "http://127.0.0.1:8080/in", "events": ["*"] })).await.is(201);
    owner.post("/v1/webhooks", json!({ "url": "http://10.0.0.1:8080/in", "events": ["*"] })).await.faults("/url");
    // H58: ourselves.
    owner.post("/v1/webhooks", json!({ "url": format!("{}/v1/keys", app.base), "events": ["*"] })).await.faults("/url");
}

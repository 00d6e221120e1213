use std::time::Duration;

use serde_json::json;

use crate::support::TestApp;

both_engines! {
    async fn the_secret_is_shown_once_and_works(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read:items", "keys:read"]).await;
        let secret = key["secret"].as_str().expect("a secret");
        assert!(secret.starts_with("gp_live_") && secret.len() == 46);
        assert_eq!(key["display"], format!("{}…{}", &secret[..12], &secret[42..]));

        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        let shown = owner.with_key(secret).get(&path).await.is(200);
        assert!(shown.body.get("secret").is_none());
    }

    async fn s54_the_store_holds_no_secret(app) {
        let key = app.owner().await.create_key(&[]).await;
        let secret = key["secret"].as_str().expect("a secret");
        if let gatepost::store::Pools::Sqlite { write, .. } = &app.app.db.pools {
            let rows: Vec<(String, String)> = sqlx::query_as("SELECT hash, display FROM keys").fetch_all(write).await.expect("rows");
            assert!(!format!("{rows:?}").contains(&secret[12..42]));
        }
    }
}

#[tokio::test]
async fn a_key_holds_only_what_its_maker_holds() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let beyond = json!({ "name": "x", "scopes": ["users:read"] });
    let refused = owner.post("/v1/keys", beyond.clone()).await.refuses(403, "INSUFFICIENT_SCOPE");
    assert_eq!(refused.body["requiredScopes"], json!(["users:read"]));
    app.admin().post("/v1/keys", beyond).await.is(201);

    let narrow = owner.keyed(&["keys:write", "read:items"]).await;
    narrow.post("/v1/keys", json!({ "name": "x", "scopes": ["read:items"] })).await.is(201);
    for wider in ["write:items", "read", "admin"] {
        narrow.post("/v1/keys", json!({ "name": "x", "scopes": [wider] })).await.refuses(403, "INSUFFICIENT_SCOPE");
    }
}

#[tokio::test]
async fn a_key_ends_when_its_maker_said() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let body = json!({ "name": "short", "scopes": ["keys:read"], "expiresInSeconds": 60 });
    let key = owner.post("/v1/keys", body).await.is(201);
    let keyed = owner.with_key(&key.text("secret"));
    keyed.get("/v1/keys").await.is(200);

    app.clock.advance(Duration::from_secs(60));
    keyed.get("/v1/keys").await.refuses(401, "EXPIRED");
}

#[tokio::test]
async fn an_end_is_said_once_and_lies_ahead() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let past = json!({ "name": "x", "expiresAt": "2001-01-01T00:00:00.000Z" });
    owner.post("/v1/keys", past).await.faults("/expiresAt");
    let twice = json!({ "name": "x", "expiresAt": "2999-01-01T00:00:00.000Z", "expiresInSeconds": 60 });
    owner.post("/v1/keys", twice).await.faults("/expiresAt");
}

both_engines! {
    async fn what_its_maker_notes_and_bounds_is_kept_and_shown(app) {
        let owner = app.owner().await;
        let asked = json!({
            "name": "till", "namespace": "tills.eu-1", "metadata": { "customer": 42, "tags": ["a", { "b": null }] }, "clientName": "Till 7",
            "maxIdleSeconds": 60, "allowedOrigins": ["https://app.example.com"], "allowedIps": ["203.0.113.0/24", "2001:db8::1"],
            "limits": { "perMinute": 5 },
        });
        let made = owner.post("/v1/keys", asked.clone()).await.is(201);
        let shown = owner.get(&format!("/v1/keys/{}", made.text("id"))).await.is(200);
        for name in ["namespace", "metadata", "clientName", "maxIdleSeconds", "allowedOrigins"] {
            assert_eq!((&made.body[name], &shown.body[name]), (&asked[name], &asked[name]), "{name}");
        }
        assert_eq!(shown.body["allowedIps"], json!(["203.0.113.0/24", "2001:db8::1/128"]));
        assert_eq!(shown.body["limits"], json!({ "perMinute": 5, "perDay": null }));
        assert_eq!((&shown.body["tier"], &shown.body["parentId"]), (&json!(null), &json!(null)));
    }
}

#[tokio::test]
async fn each_fault_of_a_bound_is_pointed_at() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let with = |name: &str, value: serde_json::Value| json!({ "name": "x", name: value });
    for (body, pointer) in [
        (with("namespace", json!("no spaces")), "/namespace"),
        (with("metadata", json!([1])), "/metadata"),
        (with("metadata", json!({ "a": "x".repeat(8 * 1024) })), "/metadata"),
        (with("allowedOrigins", json!(["https://a.example", "https://a.example/path"])), "/allowedOrigins/1"),
        (with("allowedIps", json!(["203.0.113.0/33"])), "/allowedIps/0"),
        (with("limits", json!({})), "/limits"),
        (with("limits", json!({ "perMinute": 0 })), "/limits/perMinute"),
        (with("maxIdleSeconds", json!(0)), "/maxIdleSeconds"),
    ] {
        owner.post("/v1/keys", body).await.faults(pointer);
    }
    owner.post("/v1/keys", with("metadata", json!({ "a": "x".repeat(8 * 1024 - 8) }))).await.is(201);
}

#[tokio::test]
async fn only_an_administrator_gives_a_tier() {
    let app = TestApp::sqlite().await;
    let body = json!({ "name": "x", "tier": "pro" });
    let owner = app.owner().await;
    owner.post("/v1/keys", body.clone()).await.refuses(403, "FORBIDDEN");
    let key = owner.create_key(&[]).await;
    let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
    owner.patch(&path, json!({ "tier": null })).await.refuses(403, "FORBIDDEN");

    assert_eq!(app.admin().post("/v1/keys", body).await.is(201).text("tier"), "pro");
}

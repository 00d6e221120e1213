use std::time::Duration;

use serde_json::json;

use crate::support::TestApp;

both_engines! {
    async fn s56_a_disabled_key_is_refused_by_the_next_request_and_comes_back(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["keys:read"]).await;
        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        keyed.get("/v1/keys").await.is(200);

        owner.patch(&path, json!({ "disabled": true })).await.is(200);
        keyed.get("/v1/keys").await.refuses(401, "DISABLED");
        owner.patch(&path, json!({ "disabled": false })).await.is(200);
        keyed.get("/v1/keys").await.is(200);
    }

    async fn s56_narrowed_scopes_hold_from_the_next_request_on(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["keys:read"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        keyed.get("/v1/keys").await.is(200);

        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        owner.patch(&path, json!({ "scopes": ["read:items"] })).await.is(200);
        keyed.get("/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
    }

    async fn what_is_left_out_stays_and_null_clears(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "a", "description": "b", "expiresInSeconds": 600 });
        let key = owner.post("/v1/keys", body).await.is(201);
        let path = format!("/v1/keys/{}", key.text("id"));

        let renamed = owner.patch(&path, json!({ "name": "c" })).await.is(200);
        assert_eq!((renamed.text("name"), renamed.text("description")), ("c".to_owned(), "b".to_owned()));
        assert_eq!(renamed.body["expiresAt"], key.body["expiresAt"]);
        let cleared = owner.patch(&path, json!({ "description": null, "expiresAt": null })).await.is(200);
        assert!(cleared.body["description"].is_null() && cleared.body["expiresAt"].is_null());
    }
}

both_engines! {
    async fn every_bound_and_note_can_be_changed_and_cleared(app) {
        let owner = app.owner().await;
        let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
        let change = json!({
            "namespace": "n", "metadata": { "a": 1 }, "clientName": "c", "maxIdleSeconds": 60,
            "allowedOrigins": ["https://a.example"], "allowedIps": ["10.0.0.0/8"], "limits": { "perMinute": 1, "perDay": 2 },
        });
        let changed = owner.patch(&path, change.clone()).await.is(200);
        for (name, value) in change.as_object().expect("an object") {
            assert_eq!(&changed.body[name], value, "{name}");
        }
        let clear = json!({
            "namespace": null, "metadata": null, "clientName": null, "maxIdleSeconds": null, "allowedOrigins": [], "allowedIps": [],
            "limits": { "perDay": 3 },
        });
        let cleared = owner.patch(&path, clear).await.is(200);
        for name in ["namespace", "metadata", "clientName", "maxIdleSeconds"] {
            assert!(cleared.body[name].is_null(), "{name}");
        }
        assert_eq!(cleared.body["limits"], json!({ "perMinute": null, "perDay": 3 }));
        assert_eq!((&cleared.body["allowedOrigins"], &cleared.body["allowedIps"]), (&json!([]), &json!([])));
    }
}

#[tokio::test]
async fn an_idle_time_that_is_over_already_is_refused() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
    app.clock.advance(Duration::from_secs(60));
    owner.patch(&path, json!({ "maxIdleSeconds": 60 })).await.faults("/maxIdleSeconds");
    assert_eq!(owner.get(&path).await.is(200).text("status"), "active");
}

#[tokio::test]
async fn a_dead_key_stays_dead() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let expired = owner.post("/v1/keys", json!({ "name": "a", "expiresInSeconds": 1 })).await.is(201).text("id");
    let revoked = owner.post("/v1/keys", json!({ "name": "b" })).await.is(201).text("id");
    owner.delete(&format!("/v1/keys/{revoked}")).await.is(204);
    app.clock.advance(Duration::from_secs(1));

    for id in [expired, revoked] {
        owner.patch(&format!("/v1/keys/{id}"), json!({ "expiresAt": null })).await.refuses(409, "CONFLICT");
    }
}

#[tokio::test]
async fn new_scopes_are_the_callers_own_and_anothers_key_is_not_found() {
    let app = TestApp::sqlite().await;
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));

    owner.patch(&path, json!({ "scopes": ["admin"] })).await.refuses(403, "INSUFFICIENT_SCOPE");
    stranger.patch(&path, json!({ "name": "mine now" })).await.refuses(404, "NOT_FOUND");
}

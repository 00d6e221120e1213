//! Child keys: they only narrow their parent (promise 5).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

async fn make(owner: &Actor, body: Value) -> Value {
    owner.post("/v1/keys", body).await.is(201).body
}

fn path(key: &Value) -> String {
    format!("/v1/keys/{}", key["id"].as_str().expect("an id"))
}

fn holder(owner: &Actor, key: &Value) -> Actor {
    owner.with_key(key["secret"].as_str().expect("a secret"))
}

both_engines! {
    async fn a_child_never_does_more_than_its_parent_does_now(app) {
        let owner = app.owner().await;
        let parent = make(&owner, json!({ "name": "parent", "scopes": ["keys:read", "read:items"] })).await;
        let child = make(&owner, json!({ "name": "child", "scopes": ["keys:read"], "parentId": parent["id"] })).await;
        let grandchild = make(&owner, json!({ "name": "grandchild", "scopes": ["keys:read"], "parentId": child["id"] })).await;
        for key in [&child, &grandchild] {
            holder(&owner, key).get("/v1/keys").await.is(200);
        }

        owner.patch(&path(&parent), json!({ "scopes": ["read:items"] })).await.is(200);
        for key in [&child, &grandchild] {
            holder(&owner, key).get("/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        }
        owner.patch(&path(&parent), json!({ "scopes": ["keys:read"], "disabled": true })).await.is(200);
        for key in [&child, &grandchild] {
            holder(&owner, key).get("/v1/keys").await.refuses(401, "DISABLED");
        }
        owner.patch(&path(&parent), json!({ "disabled": false, "allowedIps": ["203.0.113.9"] })).await.is(200);
        holder(&owner, &grandchild).get("/v1/keys").await.refuses(403, "IP_DENIED");
        owner.patch(&path(&parent), json!({ "allowedIps": [] })).await.is(200);
        holder(&owner, &grandchild).get("/v1/keys").await.is(200);
    }

    async fn a_child_ends_with_its_parent(app) {
        let owner = app.owner().await;
        let parent = make(&owner, json!({ "name": "parent", "scopes": ["keys:read"], "expiresInSeconds": 600 })).await;
        let child = make(&owner, json!({ "name": "child", "scopes": ["keys:read"], "parentId": parent["id"] })).await;
        assert_eq!(child["expiresAt"], parent["expiresAt"]);
        let later = json!({ "name": "x", "parentId": parent["id"], "expiresInSeconds": 601 });
        owner.post("/v1/keys", later).await.faults("/expiresAt");

        let sooner = app.clock.now().plus(Duration::from_secs(60)).to_rfc3339();
        owner.patch(&path(&parent), json!({ "expiresAt": sooner })).await.is(200);
        app.clock.advance(Duration::from_secs(60));
        holder(&owner, &child).get("/v1/keys").await.refuses(401, "EXPIRED");
    }

    async fn a_child_spends_its_parents_own_limits_too(app) {
        let owner = app.owner().await;
        let parent = make(&owner, json!({ "name": "parent", "scopes": ["keys:read"], "limits": { "perMinute": 3 } })).await;
        let child = make(&owner, json!({ "name": "child", "scopes": ["keys:read"], "parentId": parent["id"], "limits": { "perMinute": 2 } })).await;
        let (parent, child) = (holder(&owner, &parent), holder(&owner, &child));
        child.get("/v1/keys").await.is(200);
        child.get("/v1/keys").await.is(200);
        assert_eq!(child.get("/v1/keys").await.refuses(429, "RATE_LIMITED").body["violatedPolicies"], json!(["key-minute"]));
        parent.get("/v1/keys").await.is(200);
        parent.get("/v1/keys").await.refuses(429, "RATE_LIMITED");
        assert_eq!(child.get("/v1/keys").await.refuses(429, "RATE_LIMITED").body["violatedPolicies"], json!(["key-minute", "parent-minute"]));
    }

    async fn a_childs_use_keeps_its_parent_from_lying_idle(app) {
        let owner = app.owner().await;
        let parent = make(&owner, json!({ "name": "parent", "scopes": ["keys:read"], "maxIdleSeconds": 100 })).await;
        let child = make(&owner, json!({ "name": "child", "scopes": ["keys:read"], "parentId": parent["id"] })).await;
        app.clock.advance(Duration::from_secs(99));
        holder(&owner, &child).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_secs(99));
        holder(&owner, &parent).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_secs(100));
        holder(&owner, &child).get("/v1/keys").await.refuses(401, "IDLE_TIMEOUT");
    }
}

#[tokio::test]
async fn a_parent_is_ones_own_working_key_and_bounds_what_its_children_hold() {
    let app = TestApp::sqlite().await;
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let parent = make(&owner, json!({ "name": "parent", "scopes": ["read:items"] })).await;
    let under = |id: &Value, scopes: Value| json!({ "name": "x", "parentId": id, "scopes": scopes });

    stranger.post("/v1/keys", under(&parent["id"], json!([]))).await.faults("/parentId");
    owner.post("/v1/keys", under(&json!("key_00000000000000000000000000"), json!([]))).await.faults("/parentId");
    owner.post("/v1/keys", under(&json!("x"), json!([]))).await.faults("/parentId");
    owner.post("/v1/keys", under(&parent["id"], json!(["keys:read"]))).await.faults("/scopes");
    let child = make(&owner, under(&parent["id"], json!(["read:items"]))).await;
    owner.patch(&path(&child), json!({ "scopes": ["keys:read"] })).await.faults("/scopes");
    owner.patch(&path(&child), json!({ "name": "renamed" })).await.is(200);

    let grandchild = make(&owner, under(&child["id"], json!([]))).await;
    owner.post("/v1/keys", under(&grandchild["id"], json!([]))).await.faults("/parentId");
    owner.patch(&path(&parent), json!({ "disabled": true })).await.is(200);
    owner.post("/v1/keys", under(&parent["id"], json!([]))).await.faults("/parentId");
}

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

async fn make(owner: &Actor, more: Value) -> Value {
    let mut body = json!({ "name": "turned", "scopes": ["keys:read"] });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    owner.post("/v1/keys", body).await.is(201).body
}

fn path(key: &Value) -> String {
    format!("/v1/keys/{}", key["id"].as_str().expect("an id"))
}

fn holder(owner: &Actor, key: &Value) -> Actor {
    owner.with_key(key["secret"].as_str().expect("a secret"))
}

async fn rotate(owner: &Actor, key: &Value, body: Value) -> Value {
    owner.post(&format!("{}/rotate", path(key)), body).await.is(201).body
}

both_engines! {
    async fn s58_the_new_key_works_at_once_and_the_old_one_to_the_end_of_its_grace(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({})).await;
        let new = rotate(&owner, &old, json!({ "gracePeriodSeconds": 60 })).await;

        holder(&owner, &new).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_millis(59_999));
        holder(&owner, &old).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_millis(1));
        holder(&owner, &old).get("/v1/keys").await.refuses(401, "EXPIRED");
        holder(&owner, &new).get("/v1/keys").await.is(200);
    }

    async fn the_grace_is_five_minutes_unless_said_and_none_ends_the_old_key_at_once(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({})).await;
        let new = rotate(&owner, &old, json!({})).await;
        let ends = app.clock.now().plus(Duration::from_secs(300)).to_rfc3339();
        assert_eq!(new["previousExpiresAt"], ends.as_str());

        holder(&owner, &new).get("/v1/keys").await.is(200);
        let newest = rotate(&owner, &new, json!({ "gracePeriodSeconds": 0 })).await;
        holder(&owner, &new).get("/v1/keys").await.refuses(401, "EXPIRED");
        holder(&owner, &newest).get("/v1/keys").await.is(200);
    }

    async fn rotation_never_extends_the_old_expiry(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({ "expiresInSeconds": 60 })).await;
        let new = rotate(&owner, &old, json!({ "gracePeriodSeconds": 604_800 })).await;
        assert_eq!((&new["previousExpiresAt"], &new["expiresAt"]), (&old["expiresAt"], &old["expiresAt"]));

        app.clock.advance(Duration::from_secs(60));
        holder(&owner, &old).get("/v1/keys").await.refuses(401, "EXPIRED");
    }

    async fn grace_from_the_first_use_waits_for_it_however_long(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({})).await;
        let new = rotate(&owner, &old, json!({ "gracePeriodSeconds": 60, "graceStarts": "firstUse" })).await;
        assert!(new["previousExpiresAt"].is_null());
        app.clock.advance(Duration::from_secs(30 * 24 * 3600));
        holder(&owner, &old).get("/v1/keys").await.is(200);

        holder(&owner, &new).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_millis(59_999));
        holder(&owner, &new).get("/v1/keys").await.is(200);
        holder(&owner, &old).get("/v1/keys").await.is(200);
        app.clock.advance(Duration::from_millis(1));
        holder(&owner, &old).get("/v1/keys").await.refuses(401, "EXPIRED");
    }

    async fn verifying_and_touching_the_new_key_are_first_uses_too(app) {
        let owner = app.owner().await;
        for by_touch in [true, false] {
            let old = make(&owner, json!({})).await;
            let new = rotate(&owner, &old, json!({ "gracePeriodSeconds": 0, "graceStarts": "firstUse" })).await;
            holder(&owner, &old).get("/v1/keys").await.is(200);
            if by_touch {
                owner.post(&format!("{}/touch", path(&new)), json!({})).await.is(200);
            } else {
                owner.post("/v1/keys/verify", json!({ "key": new["secret"] })).await.is(200);
            }
            holder(&owner, &old).get("/v1/keys").await.refuses(401, "EXPIRED");
        }
    }

    async fn the_successor_has_everything_of_the_old_key_and_both_name_each_other(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({
            "description": "d", "namespace": "n", "metadata": { "a": 1 }, "clientName": "c", "maxIdleSeconds": 600, "allowedOrigins": ["https://a.example"],
            "allowedIps": ["203.0.113.9/32"], "limits": { "perDay": 5 }, "environment": "test", "expiresInSeconds": 900,
        })).await;
        let new = rotate(&owner, &old, json!({})).await;
        for (name, value) in old.as_object().expect("an object") {
            if !["id", "secret", "display", "rotatedFrom", "createdAt", "lastUsedAt"].contains(&name.as_str()) {
                assert_eq!(&new[name], value, "{name}");
            }
        }
        assert_eq!(new["rotatedFrom"], old["id"]);
        assert_eq!(owner.get(&path(&old)).await.is(200).body["rotatedTo"], new["id"]);
        let told = app.events_of(&owner.account_id()).await;
        let rotated: Vec<_> = told.iter().filter(|(kind, _)| kind == "key.rotated").map(|(_, data)| &data["keyId"]).collect();
        assert_eq!(rotated, [&new["id"]]);
    }

    async fn a_dead_key_is_not_revived_and_a_replaced_one_not_replaced_again(app) {
        let owner = app.owner().await;
        let (revoked, replaced) = (make(&owner, json!({})).await, make(&owner, json!({})).await);
        let (expired, idle) = (make(&owner, json!({ "expiresInSeconds": 1 })).await, make(&owner, json!({ "maxIdleSeconds": 1 })).await);
        owner.delete(&path(&revoked)).await.is(204);
        rotate(&owner, &replaced, json!({})).await;
        app.clock.advance(Duration::from_secs(1));
        for key in [&revoked, &replaced, &expired, &idle] {
            owner.post(&format!("{}/rotate", path(key)), json!({})).await.refuses(409, "CONFLICT");
        }
        let disabled = make(&owner, json!({})).await;
        owner.patch(&path(&disabled), json!({ "disabled": true })).await.is(200);
        let new = rotate(&owner, &disabled, json!({})).await;
        holder(&owner, &new).get("/v1/keys").await.refuses(401, "DISABLED");
    }

    async fn nobody_rotates_himself_more_rights_than_he_has(app) {
        let owner = app.owner().await;
        let broad = make(&owner, json!({ "scopes": ["read", "write"] })).await;
        let narrow = owner.keyed(&["keys:write", "keys:read"]).await;
        narrow.post(&format!("{}/rotate", path(&broad)), json!({})).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.stranger().await.post(&format!("{}/rotate", path(&broad)), json!({})).await.refuses(404, "NOT_FOUND");
        assert!(owner.get(&path(&broad)).await.is(200).body["rotatedTo"].is_null());
    }

    async fn a_keys_own_count_goes_on_in_its_successor(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({ "limits": { "perMinute": 2 } })).await;
        holder(&owner, &old).get("/v1/keys").await.is(200);
        let new = rotate(&owner, &old, json!({})).await;
        let newest = rotate(&owner, &new, json!({})).await;
        holder(&owner, &newest).get("/v1/keys").await.is(200);
        for key in [&old, &newest] {
            holder(&owner, key).get("/v1/keys").await.refuses(429, "RATE_LIMITED");
        }
    }

    async fn children_go_over_to_the_new_parent(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({})).await;
        let child = make(&owner, json!({ "parentId": old["id"] })).await;
        holder(&owner, &child).get("/v1/keys").await.is(200);
        let new = rotate(&owner, &old, json!({ "gracePeriodSeconds": 0 })).await;

        holder(&owner, &child).get("/v1/keys").await.is(200);
        assert_eq!(owner.get(&path(&child)).await.is(200).body["parentId"], new["id"]);
        owner.delete(&path(&new)).await.is(204);
        holder(&owner, &child).get("/v1/keys").await.refuses(401, "REVOKED");
    }

    async fn a_lost_answer_is_given_again_with_the_same_secret(app) {
        let owner = app.owner().await;
        let old = make(&owner, json!({})).await;
        let again = [("idempotency-key", "rotate-1")];
        let ask = async || owner.send(Method::POST, &format!("{}/rotate", path(&old)), Some(json!({})), &again).await.is(201).body;
        assert_eq!(ask().await, ask().await);
    }
}

#[tokio::test]
async fn a_grace_has_bounds() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let path = format!("{}/rotate", path(&make(&owner, json!({})).await));
    for seconds in [-1, 604_801] {
        owner.post(&path, json!({ "gracePeriodSeconds": seconds })).await.faults("/gracePeriodSeconds");
    }
}

//! `key.expiring`: a week before the end, once per key.

use std::time::Duration;

use gatepost::jobs::tell_expiring;
use serde_json::json;

const DAY: u64 = 24 * 3600;

both_engines! {
    async fn the_owner_is_told_a_week_before_the_end_and_once(app) {
        let owner = app.owner().await;
        let make = async |body: serde_json::Value| owner.post("/v1/keys", body).await.is(201).text("id");
        let key = make(json!({ "name": "month", "expiresInSeconds": 30 * DAY })).await;
        make(json!({ "name": "short", "expiresInSeconds": 2 * DAY })).await;
        let revoked = make(json!({ "name": "revoked", "expiresInSeconds": 30 * DAY })).await;
        owner.delete(&format!("/v1/keys/{revoked}")).await.is(204);
        let told = async || {
            tell_expiring(&app.app).await;
            let events = app.events_of(&owner.account_id()).await.into_iter();
            events.filter(|(kind, _)| kind == "key.expiring").map(|(_, data)| data["keyId"].clone()).collect::<Vec<_>>()
        };

        app.clock.advance(Duration::from_secs(23 * DAY - 1));
        assert!(told().await.is_empty());
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(told().await, [json!(key)]);
        assert_eq!(told().await.len(), 1);

        let later = app.clock.now().plus(Duration::from_secs(20 * DAY)).to_rfc3339();
        app.admin().patch(&format!("/v1/admin/keys/{key}"), json!({ "expiresAt": later })).await.is(200);
        assert_eq!(told().await.len(), 1);
        app.clock.advance(Duration::from_secs(13 * DAY));
        assert_eq!(told().await, [json!(key), json!(key)]);
    }
}

use serde_json::json;

use super::{revoked, tell};

both_engines! {
    async fn an_event_is_shown_with_what_it_carries(app) {
        let owner = app.owner().await;
        tell(&app, &owner, &revoked(&app, "Shop sync")).await;
        let listed = owner.get("/v1/events?type=key.revoked").await.is(200).body["data"][0].clone();

        let event = owner.get(&format!("/v1/events/{}", listed["id"].as_str().expect("an id"))).await.is(200).body;
        assert_eq!(event, listed);
        assert_eq!(event["data"], json!({ "keyId": "key_x", "name": "Shop sync", "revokedAt": app.clock.now().to_rfc3339() }));
        assert_eq!(event["timestamp"], json!(app.clock.now().to_rfc3339()));
    }

    async fn anothers_event_is_a_missing_one(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        tell(&app, &owner, &revoked(&app, "mine")).await;
        let id = owner.get("/v1/events?type=key.revoked").await.is(200).body["data"][0]["id"].clone();

        let path = format!("/v1/events/{}", id.as_str().expect("an id"));
        let (anothers, missing) = (stranger.get(&path).await.is(404), stranger.get("/v1/events/evt_x").await.is(404));
        assert_eq!(anothers.body["detail"], missing.body["detail"]);
    }
}

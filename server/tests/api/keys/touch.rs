use std::time::Duration;

use serde_json::json;

both_engines! {
    async fn a_touch_is_a_use_and_begins_the_idle_time_anew(app) {
        let owner = app.owner().await;
        let key = owner.post("/v1/keys", json!({ "name": "x", "scopes": ["keys:read"], "maxIdleSeconds": 100 })).await.is(201);
        let path = format!("/v1/keys/{}", key.text("id"));
        app.clock.advance(Duration::from_secs(99));
        let touched = owner.post(&format!("{path}/touch"), json!({})).await.is(200);
        assert_eq!(touched.text("lastUsedAt"), app.clock.now().to_rfc3339());

        app.clock.advance(Duration::from_secs(99));
        owner.with_key(&key.text("secret")).get("/v1/keys").await.is(200);
    }

    async fn a_touch_never_revives(app) {
        let owner = app.owner().await;
        let mut paths = Vec::new();
        for body in [json!({ "name": "a", "maxIdleSeconds": 1 }), json!({ "name": "b", "expiresInSeconds": 1 }), json!({ "name": "c" })] {
            paths.push(format!("/v1/keys/{}", owner.post("/v1/keys", body).await.is(201).text("id")));
        }
        owner.delete(&paths[2]).await.is(204);
        app.clock.advance(Duration::from_secs(1));
        for path in paths {
            owner.post(&format!("{path}/touch"), json!({})).await.refuses(409, "CONFLICT");
            assert!(owner.get(&path).await.is(200).body["lastUsedAt"].is_null());
        }
    }
}

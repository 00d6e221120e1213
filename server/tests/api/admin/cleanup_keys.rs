use std::time::Duration;

use serde_json::json;

both_engines! {
    async fn only_keys_that_are_dead_for_long_enough_are_deleted(app) {
        let (owner, admin) = (app.owner().await, app.admin());
        let make = async |body: serde_json::Value| owner.post("/v1/keys", body).await.is(201).text("id");
        let revoked = make(json!({ "name": "revoked" })).await;
        let expired = make(json!({ "name": "expired", "expiresInSeconds": 1 })).await;
        let living = make(json!({ "name": "living" })).await;
        let late = make(json!({ "name": "late" })).await;
        owner.delete(&format!("/v1/keys/{revoked}")).await.is(204);
        app.clock.advance(Duration::from_secs(100));
        owner.delete(&format!("/v1/keys/{late}")).await.is(204);
        app.clock.advance(Duration::from_secs(50));

        let clean = async |seconds: u64| admin.post("/v1/admin/keys/cleanup", json!({ "olderThanSeconds": seconds })).await.is(200).body["deleted"].clone();
        assert_eq!(clean(151).await, 0);
        assert_eq!(clean(100).await, 2);
        assert_eq!(clean(100).await, 0);
        for (id, there) in [(revoked, 404), (expired, 404), (living, 200), (late, 200)] {
            owner.get(&format!("/v1/keys/{id}")).await.is(there);
        }
    }
}

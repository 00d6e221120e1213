use std::time::Duration;

use serde_json::{Value, json};

both_engines! {
    async fn the_overview_counts_accounts_keys_sessions_and_requests(app) {
        let before = app.admin().get("/v1/admin/overview").await.is(200).body;
        let owner = app.owner().await;
        app.sign_in(owner.account.clone().expect("an account")).await;
        let make = async |body: Value| owner.post("/v1/keys", body).await.is(201).text("id");
        make(json!({ "name": "living" })).await;
        let revoked = make(json!({ "name": "revoked" })).await;
        let disabled = make(json!({ "name": "disabled" })).await;
        make(json!({ "name": "idle", "maxIdleSeconds": 1 })).await;
        make(json!({ "name": "expired", "expiresInSeconds": 1 })).await;
        owner.delete(&format!("/v1/keys/{revoked}")).await.is(204);
        owner.patch(&format!("/v1/keys/{disabled}"), json!({ "disabled": true })).await.is(200);
        owner.get("/v1/items/itm_missing").await.is(404);
        app.clock.advance(Duration::from_secs(2));

        let after = app.admin().get("/v1/admin/overview").await.is(200).body;
        let more = |pointer: &str| {
            let number = |body: &Value| body.pointer(pointer).and_then(Value::as_i64).expect("a number");
            number(&after) - number(&before)
        };
        assert_eq!((more("/users"), more("/sessions")), (1, 2));
        for state in ["active", "disabled", "idle", "expired", "revoked"] {
            assert_eq!(more(&format!("/keys/{state}")), 1, "{state}");
        }
        // Registering, signing in twice, five keys, two changes, a missing item, and the first overview.
        assert_eq!((more("/requests/count"), more("/requests/errors")), (12, 1));
        assert_eq!(after["requestLog"], json!({ "enabled": true, "dropped": 0 }));
        assert_eq!(after["version"], env!("CARGO_PKG_VERSION"));
        assert!(after["startedAt"].as_str() < Some(app.clock.now().to_rfc3339().as_str()));
        let checks = after["checks"].as_array().expect("checks");
        assert!(checks.len() == 2 && checks.iter().all(|check| check["status"] == "ok"), "{after}");
        assert_eq!(checks[0]["engine"], app.app.db.engine());
        owner.get("/v1/admin/overview").await.is(403);
    }
}

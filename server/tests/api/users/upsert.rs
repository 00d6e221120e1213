use serde_json::json;

use super::{on_discord, service};

both_engines! {
    async fn an_account_is_opened_with_its_name_and_renamed_the_next_time(app) {
        let service = service(&app).await;
        let named = |name: &str| json!({ "platform": "discord", "identity": "1", "name": name });
        let first = service.put("/v1/users", named("Ada")).await.is(200).body;
        let second = service.put("/v1/users", named("Ada L.")).await.is(200).body;
        let third = service.put("/v1/users", on_discord("1")).await.is(200).body;

        assert_eq!((&first["created"], &first["user"]["name"]), (&json!(true), &json!("Ada")));
        assert_eq!((&second["created"], &second["user"]["name"]), (&json!(false), &json!("Ada L.")));
        assert_eq!((&second["user"]["id"], &third["user"]), (&first["user"]["id"], &second["user"]));
    }

    async fn a_new_name_shows_at_once(app) {
        let (service, owner) = (service(&app).await, app.owner().await);
        let path = format!("/v1/users/{}/identities", owner.account_id());
        service.post(&path, on_discord("1")).await.is(201);
        owner.get("/v1/me").await.is(200);
        service.put("/v1/users", json!({ "platform": "discord", "identity": "1", "name": "Grace" })).await.is(200);
        assert_eq!(owner.get("/v1/me").await.is(200).body["name"], "Grace");
    }

    async fn both_scopes_are_needed(app) {
        for one in ["users:write", "identities:write"] {
            let half = app.trusted(&[one]).await;
            half.put("/v1/users", on_discord("1")).await.refuses(403, "INSUFFICIENT_SCOPE");
        }
    }

    async fn the_built_in_administrator_is_renamed_by_nobody(app) {
        let service = service(&app).await;
        let path = format!("/v1/users/{}/identities", app.admin().account_id());
        service.post(&path, on_discord("1")).await.is(201);
        let named = json!({ "platform": "discord", "identity": "1", "name": "Mallory" });
        service.put("/v1/users", named).await.refuses(409, "CONFLICT");
    }
}

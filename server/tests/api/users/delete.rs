use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{on_discord, service};
use crate::support::actor::item;

both_engines! {
    async fn what_is_its_own_goes_and_applications_stay_and_name_nobody(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        let key = owner.keyed(&["read", "vault:write"]).await;
        key.put("/v1/vault/shop/card", json!({ "value": "a-value-of-the-shop" })).await.is(200);
        let item = owner.create_item().await;
        owner.post("/v1/projects", json!({ "name": "Loom", "tags": ["weaving"] })).await.is(201);
        service.post(&format!("/v1/users/{}/identities", owner.account_id()), on_discord("1")).await.is(201);
        let collective = app.trusted(&["applications:read", "applications:write"]).await;
        let made = collective.post("/v1/applications", json!({ "name": "Ada", "statement": "Looms.", "userId": owner.account_id() })).await.is(201).body;
        let application = format!("/v1/applications/{}", made["id"].as_str().expect("an id"));
        collective.put(&format!("{application}/votes"), json!({ "vote": "approve", "userId": owner.account_id() })).await.is(200);

        let path = format!("/v1/users/{}", owner.account_id());
        let gone = service.delete(&path).await.is(200).body;
        let counted = ["sessions", "keys", "items", "projects", "identities", "secrets", "applications", "votes"].map(|name| gone[name].as_i64());
        assert_eq!(counted, [Some(1); 8]);
        service.delete(&path).await.refuses(404, "NOT_FOUND");
        owner.get("/v1/me").await.is(401);
        key.get("/v1/me").await.is(401);
        app.nobody().get(&format!("/v1/items/{}", item["id"].as_str().expect("an id"))).await.is(404);
        assert_eq!(app.owner().await.get("/v1/projects/tags").await.is(200).body["data"], json!([]));
        let left = collective.get(&application).await.is(200).body;
        assert_eq!((&left["userId"], &left["votes"]["approve"]), (&Value::Null, &json!(0)));
        service.get("/v1/users/lookup?platform=discord&identity=1").await.is(404);
        let account = owner.account.clone().expect("an account");
        let body = json!({ "email": account.email, "password": account.password });
        app.nobody().post("/v1/auth/login", body).await.refuses(401, "INVALID_CREDENTIALS");
    }

    async fn what_is_made_while_the_account_goes_goes_with_it_or_is_refused(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        let key = owner.keyed(&["read", "write"]).await;
        let making = join_all((0..20).map(|_| key.post("/v1/items", item())));
        let path = format!("/v1/users/{}", owner.account_id());
        let (made, gone) = tokio::join!(making, service.delete(&path));
        gone.is(200);
        let odd: Vec<_> = made.iter().map(|answer| answer.status).filter(|status| ![201, 401, 503].contains(status)).collect();
        assert_eq!(odd, [0_u16; 0]);
        let left = app.nobody().get(&format!("/v1/items?sellerId={}", owner.account_id())).await.is(200).body;
        assert_eq!(left["data"], json!([]));
    }

    async fn an_administrator_is_deleted_by_administrators_alone(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        app.admin().put(&format!("/v1/admin/users/{}/role", owner.account_id()), json!({ "role": "admin" })).await.is(200);
        let path = format!("/v1/users/{}", owner.account_id());
        service.delete(&path).await.refuses(403, "FORBIDDEN");
        app.admin().delete(&path).await.is(200);
        app.admin().delete(&format!("/v1/users/{}", app.admin().account_id())).await.refuses(409, "CONFLICT");
    }
}

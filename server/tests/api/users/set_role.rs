use serde_json::json;

use crate::support::{Actor, TestApp};

async fn set(app: &TestApp, of: &Actor, role: &str) {
    let path = format!("/v1/admin/users/{}/role", of.account_id());
    assert_eq!(app.admin().put(&path, json!({ "role": role })).await.is(200).body["role"], role);
}

both_engines! {
    async fn a_role_holds_from_the_next_request_on(app) {
        let owner = app.owner().await;
        owner.get("/v1/users").await.refuses(403, "INSUFFICIENT_SCOPE");
        set(&app, &owner, "member").await;
        let member = app.sign_in(owner.account.clone().expect("an account")).await;
        member.get("/v1/users").await.is(200);
        set(&app, &owner, "authenticated").await;
        member.get("/v1/users").await.is(403);
        assert_eq!(member.get("/v1/me").await.is(200).body["role"], "authenticated");
    }

    async fn s111_who_stops_being_an_administrator_keeps_no_key_of_one(app) {
        let owner = app.owner().await;
        let plain = owner.keyed(&["read:items"]).await;
        set(&app, &owner, "admin").await;
        let admin = app.sign_in(owner.account.clone().expect("an account")).await;
        let (all, some) = (admin.keyed(&["admin"]).await, admin.keyed(&["read", "users:read"]).await);
        all.get("/v1/admin/keys").await.is(200);
        some.get("/v1/users").await.is(200);

        set(&app, &owner, "member").await;
        all.get("/v1/admin/keys").await.refuses(401, "REVOKED");
        some.get("/v1/users").await.refuses(401, "REVOKED");
        plain.get("/v1/me").await.is(200);
        admin.get("/v1/admin/keys").await.is(403);
    }

    async fn the_built_in_administrator_stays_one(app) {
        let path = format!("/v1/admin/users/{}/role", app.admin().account_id());
        app.admin().put(&path, json!({ "role": "member" })).await.refuses(409, "CONFLICT");
        app.admin().get("/v1/admin/keys").await.is(200);
    }

    async fn nobody_else_sets_a_role(app) {
        let member = app.member().await;
        for actor in [&member, &app.trusted(&["users:write", "identities:write"]).await] {
            let path = format!("/v1/admin/users/{}/role", actor.account_id());
            actor.put(&path, json!({ "role": "admin" })).await.is(403);
        }
    }
}

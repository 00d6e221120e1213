use serde_json::json;

use crate::support::{Credential, TestApp};

both_engines! {
    async fn an_administrator_makes_a_key_for_an_account_and_it_counts_alone(app) {
        let owner = app.owner().await;
        let body = json!({ "userId": owner.user_id, "name": "from above", "scopes": ["users:read", "keys:read"] });
        let key = app.admin().post("/v1/admin/keys", body).await.is(201);
        assert_eq!((key.text("tier"), key.text("userId")), ("service".to_owned(), owner.account_id()));

        let id = key.text("id");
        assert_eq!(owner.get(&format!("/v1/keys/{id}")).await.is(200).text("id"), id);
        let limits = owner.with_key(&key.text("secret")).get("/v1/rate-limit").await.is(200);
        assert_eq!(limits.text("tier"), "service");
        let log = app.audit_of(&id).await;
        assert_eq!(log.len(), 1);
        let told = app.events_of(&owner.account_id()).await;
        let mut told: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        // Both were written in one moment of the test's clock, which has no order.
        told.sort_unstable();
        assert_eq!(told, ["key.created", "user.registered"]);
    }

    async fn an_administrator_sees_changes_rotates_and_revokes_any_key(app) {
        let (owner, admin) = (app.owner().await, app.admin());
        let key = owner.create_key(&["keys:read"]).await;
        let path = format!("/v1/admin/keys/{}", key["id"].as_str().expect("an id"));

        assert_eq!(admin.get(&path).await.is(200).body["id"], key["id"]);
        assert_eq!(admin.patch(&path, json!({ "tier": "pro" })).await.is(200).text("tier"), "pro");
        let turned = admin.post(&format!("{path}/rotate"), json!({ "gracePeriodSeconds": 0 })).await.is(201);
        owner.with_key(key["secret"].as_str().expect("a secret")).get("/v1/keys").await.refuses(401, "EXPIRED");
        let new = owner.with_key(&turned.text("secret"));
        new.get("/v1/keys").await.is(200);
        admin.delete(&format!("/v1/admin/keys/{}", turned.text("id"))).await.is(204);
        new.get("/v1/keys").await.refuses(401, "REVOKED");
    }

    async fn the_list_holds_every_accounts_keys_and_is_filtered_by_account(app) {
        let (one, two, admin) = (app.owner().await, app.stranger().await, app.admin());
        for (owner, name) in [(&one, "Ones"), (&two, "Twos")] {
            owner.post("/v1/keys", json!({ "name": name, "namespace": "of-all" })).await.is(201);
        }
        let names = async |query: &str| {
            let page = admin.get(&format!("/v1/admin/keys?{query}")).await.is(200).body;
            let mut names: Vec<_> = page["data"].as_array().expect("data").iter().map(|key| key["name"].as_str().expect("a name").to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names("namespace=of-all").await, ["Ones", "Twos"]);
        assert_eq!(names(&format!("userId={}", two.account_id())).await, ["Twos"]);
        assert_eq!(names("search=ones&status=active&kind=secret").await, ["Ones"]);
        assert!(names("userId=nobody").await.is_empty());
    }

    async fn whoever_holds_the_scope_admin_may_and_nobody_else(app) {
        let owner = app.owner().await;
        let admins = app.admin().keyed(&["admin"]).await;
        admins.get("/v1/admin/keys").await.is(200);
        owner.get("/v1/admin/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        owner.keyed(&["read", "write"]).await.get("/v1/admin/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        app.admin().keyed(&["read", "write"]).await.get("/v1/admin/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
        app.nobody().with(Credential::None).get("/v1/admin/keys").await.refuses(401, "UNAUTHENTICATED");
    }
}

#[tokio::test]
async fn a_key_for_nobody_is_refused() {
    let app = TestApp::sqlite().await;
    for user in ["usr_00000000000000000000000000", "x"] {
        app.admin().post("/v1/admin/keys", json!({ "userId": user, "name": "x" })).await.faults("/userId");
    }
}

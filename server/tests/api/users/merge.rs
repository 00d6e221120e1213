use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{on_discord, service};
use crate::support::wallet::Wallet;
use crate::support::{Actor, Answer, Credential, TestApp};

async fn merge(app: &TestApp, source: &Actor, target: &Actor) -> Answer {
    let body = json!({ "sourceId": source.account_id(), "targetId": target.account_id() });
    app.admin().post("/v1/admin/users/merge", body).await
}

async fn link(service: &Actor, to: &Actor, discord: &str) -> Value {
    service.post(&format!("/v1/users/{}/identities", to.account_id()), on_discord(discord)).await.is(201).body
}

both_engines! {
    async fn everything_goes_over_and_the_source_is_gone(app) {
        let (source, target, service) = (app.owner().await, app.owner().await, service(&app).await);
        let key = source.keyed(&["read", "write", "vault:read", "vault:write"]).await;
        let item = source.create_item().await;
        let project = source.post("/v1/projects", json!({ "name": "Loom", "tags": ["weaving"], "visibility": "private" })).await.is(201).body;
        key.put("/v1/vault/shop/card", json!({ "value": "a-value-of-the-shop" })).await.is(200);
        link(&service, &source, "1").await;

        let moved = merge(&app, &source, &target).await.is(200).body;
        let counted = ["keys", "items", "projects", "identities", "secrets"].map(|name| moved[name].as_i64());
        assert_eq!((counted, &moved["userId"]), ([Some(1); 5], &json!(target.account_id())));
        assert_eq!(key.get("/v1/me").await.is(200).body["id"], json!(target.account_id()));
        assert_eq!(key.get("/v1/vault/shop/card").await.is(200).body["value"], "a-value-of-the-shop");
        let path = format!("/v1/items/{}", item["id"].as_str().expect("an id"));
        assert_eq!(app.nobody().get(&path).await.is(200).body["sellerId"], json!(target.account_id()));
        let path = format!("/v1/projects/{}", project["id"].as_str().expect("an id"));
        assert_eq!(target.get(&path).await.is(200).body["ownerId"], json!(target.account_id()));
        let found = service.get("/v1/users/lookup?platform=discord&identity=1").await.is(200).body;
        assert_eq!(found["id"], json!(target.account_id()));
        service.get(&format!("/v1/users/{}", source.account_id())).await.refuses(404, "NOT_FOUND");
    }

    async fn s111_the_sources_sessions_and_signed_keys_end_and_the_targets_go_on(app) {
        let (source, target) = (app.owner().await, app.owner().await);
        let signed = source.create_signed_key(&app.base).await;
        let signed = source.with_key(signed["secret"].as_str().expect("a secret"));
        signed.get("/v1/me").await.is(200);
        source.get("/v1/me").await.is(200);
        merge(&app, &source, &target).await.is(200);
        source.get("/v1/me").await.is(401);
        signed.get("/v1/me").await.is(401);
        target.get("/v1/me").await.is(200);
    }

    async fn s111_what_only_an_administrator_grants_does_not_outlive_the_role_by_a_merge(app) {
        let (source, target) = (app.owner().await, app.owner().await);
        let role = format!("/v1/admin/users/{}/role", source.account_id());
        app.admin().put(&role, json!({ "role": "admin" })).await.is(200);
        let source = app.sign_in(source.account.clone().expect("an account")).await;
        let (strong, weak) = (source.keyed(&["admin"]).await, source.keyed(&["read"]).await);
        strong.get("/v1/admin/overview").await.is(200);
        merge(&app, &source, &target).await.is(200);
        strong.get("/v1/me").await.is(401);
        assert_eq!(weak.get("/v1/me").await.is(200).body["id"], json!(target.account_id()));
    }

    async fn a_key_turned_into_a_token_names_the_old_account_and_is_refused(app) {
        let (source, target) = (app.owner().await, app.owner().await);
        let client = source.client(&["read"]).await;
        let token = client.form("/oauth/token", &[("grant_type", "client_credentials")]).await.is(200).text("access_token");
        let bearer = source.with(Credential::Token(token));
        bearer.get("/v1/me").await.is(200);
        merge(&app, &source, &target).await.is(200);
        bearer.get("/v1/me").await.is(401);
    }

    async fn the_targets_primary_identity_and_its_vote_count(app) {
        let (source, target, service) = (app.owner().await, app.owner().await, service(&app).await);
        link(&service, &target, "1").await;
        link(&service, &source, "2").await;
        let collective = app.trusted(&["applications:read", "applications:write"]).await;
        let made = collective.post("/v1/applications", json!({ "name": "Ada", "statement": "Looms.", "userId": source.account_id() })).await.is(201).body;
        let path = format!("/v1/applications/{}", made["id"].as_str().expect("an id"));
        for (voter, vote) in [(&source, "reject"), (&target, "approve")] {
            collective.put(&format!("{path}/votes"), json!({ "vote": vote, "userId": voter.account_id() })).await.is(200);
        }
        merge(&app, &source, &target).await.is(200);
        let shown = collective.get(&path).await.is(200).body;
        assert_eq!((&shown["votes"], &shown["userId"]), (&json!({ "approve": 1, "reject": 0, "abstain": 0 }), &json!(target.account_id())));
        let known = target.get("/v1/users/me/identities").await.is(200).body["data"].clone();
        let primary: Vec<_> = known.as_array().expect("data").iter().filter(|one| one["isPrimary"] == true).map(|one| &one["identity"]).collect();
        assert_eq!((known.as_array().map(Vec::len), primary), (Some(2), vec![&json!("1")]));
    }

    async fn secrets_of_one_name_are_not_lost_nothing_is_done(app) {
        let (source, target) = (app.owner().await, app.owner().await);
        for owner in [&source, &target] {
            let key = owner.keyed(&["vault:write"]).await;
            key.put("/v1/vault/shop/card", json!({ "value": "a-value-of-the-shop" })).await.is(200);
        }
        source.create_item().await;
        merge(&app, &source, &target).await.refuses(409, "CONFLICT");
        source.get("/v1/me").await.is(200);
    }

    async fn the_way_of_signing_in_goes_over_where_the_target_has_none(app) {
        let (source, application) = (app.owner().await, app.owner().await.keyed(&[]).await);
        let wallet = Wallet::number(9);
        let user = wallet.sign_in(&application, &app.clock.now().to_rfc3339()).await.is(200).text("userId");
        let target = app.nobody().of_account(&user);
        merge(&app, &source, &target).await.is(200);
        let again = app.sign_in(source.account.clone().expect("an account")).await;
        assert_eq!(again.user_id, Some(user));
    }

    async fn of_two_merges_crosswise_at_once_one_is_done(app) {
        let (one, other) = (app.owner().await, app.owner().await);
        let answers = join_all([merge(&app, &one, &other), merge(&app, &other, &one)]).await;
        let mut statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 422]);
    }

    async fn what_cannot_be_merged_is_refused(app) {
        let owner = app.owner().await;
        merge(&app, &owner, &owner).await.faults("/sourceId");
        let nobody = app.nobody().of_account("usr_01k9z3v8q2m4n6p8r0s2t4v6w8");
        merge(&app, &nobody, &owner).await.faults("/sourceId");
        merge(&app, &owner, &nobody).await.faults("/targetId");
        merge(&app, &app.admin(), &owner).await.refuses(409, "CONFLICT");
    }
}

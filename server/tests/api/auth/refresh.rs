use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Actor, Answer, TestApp};

async fn refresh(actor: &Actor, token: &str) -> Answer {
    actor.post("/v1/auth/refresh", json!({ "refreshToken": token })).await
}

both_engines! {
    async fn the_successor_works_and_so_does_its_access_token(app) {
        let owner = app.owner().await;
        let first = owner.refresh_token.clone().expect("a token");
        let pair = refresh(&app.nobody(), &first).await.is(200);

        assert_ne!(pair.text("refreshToken"), first);
        app.nobody().with(crate::support::Credential::Token(pair.text("accessToken"))).get("/v1/auth/me").await.is(200);
        refresh(&app.nobody(), &pair.text("refreshToken")).await.is(200);
    }

    async fn s2_many_at_once_get_one_successor(app) {
        let first = app.owner().await.refresh_token.expect("a token");
        let nobody = app.nobody();
        let answers = join_all((0..20).map(|_| refresh(&nobody, &first))).await;
        let mut successors: Vec<String> = answers.into_iter().map(|answer| answer.is(200).text("refreshToken")).collect();
        successors.dedup();

        assert_eq!(successors.len(), 1);
    }

    async fn s3_reuse_ends_the_session_at_once(app) {
        let owner = app.owner().await;
        let first = owner.refresh_token.clone().expect("a token");
        let second = refresh(&app.nobody(), &first).await.is(200).text("refreshToken");
        app.clock.advance(Duration::from_millis(10_001));

        refresh(&app.nobody(), &first).await.refuses(401, "REFRESH_TOKEN_REUSED");
        refresh(&app.nobody(), &second).await.refuses(401, "INVALID_REFRESH_TOKEN");
        owner.get("/v1/auth/me").await.refuses(401, "REVOKED");
        assert_eq!(app.events(&owner, "session.reuse_detected").await, 1);
    }

    async fn s5_a_session_is_refreshed_by_the_key_that_it_began_with_and_by_no_other_client(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let keyed = owner.keyed(&["read"]).await;
        let other = owner.keyed(&["read"]).await;
        let body = json!({ "email": account.email, "password": account.password });
        let begun = async |actor: &Actor| actor.post("/v1/auth/login", body.clone()).await.is(200).text("refreshToken");

        let token = begun(&keyed).await;
        let next = refresh(&keyed, &token).await.is(200).text("refreshToken");
        refresh(&keyed, &next).await.is(200);
        for (first, then) in [(&keyed, &app.nobody()), (&keyed, &other), (&app.nobody(), &keyed)] {
            let token = begun(first).await;
            refresh(then, &token).await.refuses(401, "REFRESH_TOKEN_REUSED");
            refresh(first, &token).await.refuses(401, "INVALID_REFRESH_TOKEN");
        }
        assert_eq!(app.events(&owner, "session.reuse_detected").await, 3);
    }

    /// Whoever rotates his key, as he should, signs nobody out: while grace lasts and after, and once the old key is deleted.
    async fn s5_a_rotated_key_is_the_same_client_and_its_child_is_another(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let body = json!({ "email": account.email, "password": account.password });
        let first = owner.create_key(&["read"]).await;
        let holder = |key: &Value| app.nobody().with_key(key["secret"].as_str().expect("a secret"));
        let rotate = async |key: &Value| {
            let path = format!("/v1/keys/{}/rotate", key["id"].as_str().expect("an id"));
            owner.post(&path, json!({ "gracePeriodSeconds": 60 })).await.is(201).body
        };
        let begun = async |key: &Value| holder(key).post("/v1/auth/login", body.clone()).await.is(200).text("refreshToken");
        let token = begun(&first).await;
        let second = rotate(&first).await;
        let token = refresh(&holder(&second), &token).await.is(200).text("refreshToken");
        let token = refresh(&holder(&first), &token).await.is(200).text("refreshToken");

        app.clock.advance(Duration::from_secs(60));
        let third = rotate(&second).await;
        let token = refresh(&holder(&third), &token).await.is(200).text("refreshToken");
        let of_second = begun(&second).await;
        app.clock.advance(Duration::from_secs(120));
        let cleaned = app.admin().post("/v1/admin/keys/cleanup", json!({ "olderThanSeconds": 1 })).await.is(200);
        assert_eq!(cleaned.body["deleted"], 2);
        let token = refresh(&holder(&third), &token).await.is(200).text("refreshToken");
        refresh(&holder(&third), &of_second).await.is(200);
        assert_eq!(app.events(&owner, "session.reuse_detected").await, 0);

        let child = json!({ "name": "child", "scopes": ["read"], "parentId": third["id"] });
        let child = owner.post("/v1/keys", child).await.is(201).body;
        refresh(&holder(&child), &token).await.refuses(401, "REFRESH_TOKEN_REUSED");
    }
}

#[tokio::test]
async fn what_is_no_refresh_token_is_refused() {
    let app = TestApp::sqlite().await;
    let unknown = format!("gpr_{}", "A".repeat(43));
    for token in ["x", "gpr_", unknown.as_str()] {
        refresh(&app.nobody(), token).await.refuses(401, "INVALID_REFRESH_TOKEN");
    }
}

#[tokio::test]
async fn s6_an_idle_session_ends_after_thirty_days() {
    let app = TestApp::sqlite().await;
    let token = app.owner().await.refresh_token.expect("a token");
    app.clock.advance(Duration::from_secs(30 * 24 * 3600));

    refresh(&app.nobody(), &token).await.refuses(401, "INVALID_REFRESH_TOKEN");
}

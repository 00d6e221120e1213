use serde_json::json;

both_engines! {
    async fn s32_every_access_and_refresh_token_is_refused_from_the_next_request_on(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let body = json!({ "email": account.email, "password": account.password });
        let other = app.nobody().post("/v1/auth/login", body).await.is(200);
        let elsewhere = owner.with(crate::support::Credential::Token(other.text("accessToken")));
        elsewhere.get("/v1/auth/me").await.is(200);

        let ended = owner.post("/v1/auth/revoke", json!(null)).await.is(200);
        assert_eq!(ended.body["revoked"], 2);
        for actor in [&owner, &elsewhere] {
            actor.get("/v1/auth/me").await.refuses(401, "REVOKED");
        }
        let token = json!({ "refreshToken": other.text("refreshToken") });
        app.nobody().post("/v1/auth/refresh", token).await.refuses(401, "INVALID_REFRESH_TOKEN");
    }

    async fn keys_and_other_accounts_stay(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let keyed = owner.keyed(&["read"]).await;
        owner.post("/v1/auth/revoke", json!(null)).await.is(200);

        keyed.get("/v1/keys").await.is(200);
        stranger.get("/v1/auth/me").await.is(200);
    }
}

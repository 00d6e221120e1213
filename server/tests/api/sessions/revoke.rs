use serde_json::json;

both_engines! {
    async fn s32_its_tokens_are_refused_from_the_next_request_on_and_the_other_sessions_stay(app) {
        let owner = app.owner().await;
        let elsewhere = app.sign_in(owner.account.clone().expect("an account")).await;
        let id = elsewhere.get("/v1/auth/me").await.is(200).text("sessionId");

        owner.delete(&format!("/v1/auth/sessions/{id}")).await.is(204);
        elsewhere.get("/v1/auth/me").await.refuses(401, "REVOKED");
        let token = json!({ "refreshToken": elsewhere.refresh_token });
        app.nobody().post("/v1/auth/refresh", token).await.refuses(401, "INVALID_REFRESH_TOKEN");
        owner.get("/v1/auth/me").await.is(200);
        assert_eq!(owner.get("/v1/auth/sessions").await.is(200).body["data"].as_array().map(Vec::len), Some(1));
        owner.delete(&format!("/v1/auth/sessions/{id}")).await.is(204);
    }

    async fn anothers_is_not_there(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let id = owner.get("/v1/auth/me").await.is(200).text("sessionId");

        stranger.delete(&format!("/v1/auth/sessions/{id}")).await.refuses(404, "NOT_FOUND");
        owner.get("/v1/auth/me").await.is(200);
    }
}

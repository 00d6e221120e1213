use serde_json::json;

both_engines! {
    async fn other_limits_hold_from_the_next_request_on(app) {
        let owner = app.owner().await;
        assert_eq!(owner.get("/v1/rate-limit").await.is(200).body["tier"], "free");
        let path = format!("/v1/admin/users/{}/tier", owner.account_id());
        assert_eq!(app.admin().put(&path, json!({ "tier": "pro" })).await.is(200).body["tier"], "pro");
        assert_eq!(owner.get("/v1/rate-limit").await.is(200).body["tier"], "pro");
    }

    async fn an_account_that_is_not_there_is_404(app) {
        for nobody in ["usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            app.admin().put(&format!("/v1/admin/users/{nobody}/tier"), json!({ "tier": "pro" })).await.refuses(404, "NOT_FOUND");
        }
    }
}

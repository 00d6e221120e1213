use serde_json::{Value, json};

both_engines! {
    async fn a_key_is_told_whose_it_is_and_what_it_may_do(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read:items", "write:items"]).await;
        let me = owner.with_key(key["secret"].as_str().expect("a secret")).get("/v1/me").await.is(200).body;

        assert_eq!(me["id"].as_str(), owner.user_id.as_deref());
        assert_eq!((&me["credential"], &me["keyId"]), (&json!("apiKey"), &key["id"]));
        assert_eq!(me["scopes"], json!(["read:items", "write:items"]));
        assert_eq!((&me["role"], &me["tier"]), (&json!("authenticated"), &json!("free")));
    }

    async fn a_session_and_the_root_key_are_told_what_they_are(app) {
        let session = app.owner().await.get("/v1/me").await.is(200).body;
        assert_eq!((&session["credential"], &session["keyId"]), (&json!("accessToken"), &Value::Null));

        let root = app.root().get("/v1/me").await.is(200).body;
        assert_eq!((&root["credential"], &root["role"], &root["tier"]), (&json!("rootKey"), &json!("admin"), &json!("admin")));
    }
}

use crate::support::TestApp;

both_engines! {
    async fn s105_anothers_key_is_like_one_that_is_not_there(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let key = owner.create_key(&[]).await;
        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));

        owner.get(&path).await.is(200);
        let foreign = stranger.get(&path).await.refuses(404, "NOT_FOUND");
        let missing = stranger.get("/v1/keys/key_00000000000000000000000000").await.refuses(404, "NOT_FOUND");
        assert_eq!(foreign.body["detail"], missing.body["detail"]);
        app.admin().get(&path).await.refuses(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn what_cannot_be_an_id_is_not_found() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    for id in ["key_", "x", "usr_00000000000000000000000001", "key_0000000000000000000000000U"] {
        owner.get(&format!("/v1/keys/{id}")).await.refuses(404, "NOT_FOUND");
    }
}

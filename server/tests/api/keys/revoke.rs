both_engines! {
    async fn s56_the_next_request_with_the_key_is_refused(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["keys:read"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        keyed.get("/v1/keys").await.is(200);

        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        owner.delete(&path).await.is(204);
        keyed.get("/v1/keys").await.refuses(401, "REVOKED");
    }

    async fn revoking_again_changes_nothing(app) {
        let owner = app.owner().await;
        let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
        owner.delete(&path).await.is(204);
        let first = owner.get(&path).await.is(200).text("revokedAt");
        app.clock.advance(std::time::Duration::from_secs(1));
        owner.delete(&path).await.is(204);

        assert_eq!(owner.get(&path).await.is(200).text("revokedAt"), first);
    }

    async fn a_stranger_revokes_nothing(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let path = format!("/v1/keys/{}", owner.create_key(&[]).await["id"].as_str().expect("an id"));
        stranger.delete(&path).await.refuses(404, "NOT_FOUND");

        assert_eq!(owner.get(&path).await.is(200).text("status"), "active");
    }
}

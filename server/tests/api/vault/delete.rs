use super::{put, service, value};

both_engines! {
    async fn a_deleted_secret_is_gone_and_its_name_is_free(app) {
        let service = service(&app).await;
        put(&service, "stripe", "a-value-that-is-long").await;
        service.delete("/v1/vault/shop/stripe").await.is(204);

        service.get("/v1/vault/shop/stripe").await.is(404);
        service.delete("/v1/vault/shop/stripe").await.is(404);
        put(&service, "stripe", "a-value-that-is-new").await;
        assert_eq!(value(&service, "stripe").await, "a-value-that-is-new");
        let log = app.admin().get("/v1/admin/audit?action=secret.deleted").await.is(200).body;
        assert_eq!(log["data"].as_array().map(Vec::len), Some(1));
    }

    async fn anothers_secret_stays(app) {
        let (ada, bob) = (service(&app).await, service(&app).await);
        put(&ada, "stripe", "a-value-that-is-long").await;

        bob.delete("/v1/vault/shop/stripe").await.is(404);
        assert_eq!(value(&ada, "stripe").await, "a-value-that-is-long");
    }
}

both_engines! {
    async fn a_deleted_item_is_gone(app) {
        let seller = app.owner().await;
        let made = seller.create_item().await;
        let path = format!("/v1/items/{}", made["id"].as_str().expect("an id"));
        seller.delete(&path).await.is(204);

        app.nobody().get(&path).await.refuses(404, "NOT_FOUND");
        seller.delete(&path).await.refuses(404, "NOT_FOUND");
    }

    async fn s105_only_the_seller_and_administrators_delete_an_item(app) {
        let made = app.owner().await.create_item().await;
        let path = format!("/v1/items/{}", made["id"].as_str().expect("an id"));

        app.stranger().await.delete(&path).await.refuses(403, "FORBIDDEN");
        app.nobody().get(&path).await.is(200);
        app.admin().delete(&path).await.is(204);
    }
}

use serde_json::json;

both_engines! {
    async fn offering_and_changing_an_item_is_told_to_its_seller(app) {
        let seller = app.owner().await;
        let made = seller.create_item().await;
        let path = format!("/v1/items/{}", made["id"].as_str().expect("an id"));
        app.clock.advance(std::time::Duration::from_millis(1));
        app.admin().patch(&path, json!({ "status": "withdrawn" })).await.is(200);
        seller.patch(&path, json!({ "title": "" })).await.is(422);
        app.stranger().await.patch(&path, json!({ "title": "Mine" })).await.is(403);

        let told = app.events_of(&seller.account_id()).await;
        let told: Vec<_> = told.into_iter().filter(|(kind, _)| kind.starts_with("item.")).collect();
        let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["item.created", "item.updated"]);
        assert_eq!(told[0].1, json!({ "itemId": made["id"], "title": made["title"], "price": made["price"], "status": "active", "createdAt": made["createdAt"] }));
        assert_eq!((&told[1].1["status"], &told[1].1["itemId"]), (&json!("withdrawn"), &made["id"]));
    }
}

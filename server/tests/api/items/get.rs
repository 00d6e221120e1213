both_engines! {
    async fn everybody_sees_an_item(app) {
        let made = app.owner().await.create_item().await;
        let path = format!("/v1/items/{}", made["id"].as_str().expect("an id"));

        for actor in [app.nobody(), app.stranger().await, app.admin()] {
            assert_eq!(actor.get(&path).await.is(200).body, made);
        }
    }

    async fn what_is_no_id_is_as_missing_as_an_id_that_nobody_has(app) {
        for id in ["itm_01k9z3v8q2m4n6p8r0s2t4v6w8", "usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "x", "%2e%2e", "'"] {
            app.nobody().get(&format!("/v1/items/{id}")).await.refuses(404, "NOT_FOUND");
        }
    }
}

use super::Deal;

both_engines! {
    async fn s105_buyer_and_seller_see_an_order_and_to_everybody_else_there_is_none(app) {
        let deal = Deal::new(&app).await;
        for party in [&deal.buyer, &deal.seller] {
            assert_eq!(party.get(&deal.path("")).await.is(200).body, deal.order);
        }
        let everybody_else = [app.stranger().await, app.member().await, app.trusted(&["read", "write"]).await, app.admin()];
        for other in everybody_else {
            let missing = other.get("/v1/orders/ord_01k9z3v8q2m4n6p8r0s2t4v6w8").await.refuses(404, "NOT_FOUND");
            for path in ["", "/messages"] {
                let anothers = other.get(&deal.path(path)).await.refuses(404, "NOT_FOUND");
                assert_eq!(anothers.body["detail"], missing.body["detail"]);
            }
            for path in ["/complete", "/cancel"] {
                let anothers = other.post_nothing(&deal.path(path)).await.refuses(404, "NOT_FOUND");
                assert_eq!(anothers.body["detail"], missing.body["detail"]);
            }
        }
        assert_eq!(deal.buyer.get(&deal.path("")).await.is(200).body["status"], "pending");
    }

    async fn reading_does_not_take_the_scope_to_order_nor_the_other_way_round(app) {
        let deal = Deal::new(&app).await;
        let (reader, writer) = (deal.buyer.keyed(&["read:orders"]).await, deal.buyer.keyed(&["write:orders"]).await);
        reader.get(&deal.path("")).await.is(200);
        reader.post_nothing(&deal.path("/cancel")).await.refuses(403, "INSUFFICIENT_SCOPE");
        writer.get(&deal.path("")).await.refuses(403, "INSUFFICIENT_SCOPE");
        writer.post_nothing(&deal.path("/cancel")).await.is(200);
    }
}

use serde_json::json;

use super::{Deal, order, told};

both_engines! {
    async fn a_cancelled_order_puts_its_item_back_for_everybody(app) {
        for by in ["buyer", "seller"] {
            let deal = Deal::new(&app).await;
            let party = if by == "buyer" { &deal.buyer } else { &deal.seller };
            let cancelled = party.post_nothing(&deal.path("/cancel")).await.is(200).body;

            assert_eq!((&cancelled["status"], &cancelled["endedBy"]), (&json!("cancelled"), &json!(by)));
            assert_eq!(deal.item_status(&app).await, "active");
            deal.seller.post_nothing(&deal.path("/complete")).await.refuses(409, "CONFLICT");
            let next = order(&app.stranger().await, &deal.item).await.is(201).body;
            assert_ne!(next["id"], deal.order["id"]);
        }
    }

    async fn both_are_told(app) {
        let deal = Deal::new(&app).await;
        deal.buyer.post_nothing(&deal.path("/cancel")).await.is(200);
        for party in [&deal.buyer, &deal.seller] {
            assert_eq!(told(&app, party).await, ["order.cancelled", "order.created"]);
        }
    }
}

use futures_util::future::join;
use serde_json::json;

use super::{Deal, told};

both_engines! {
    async fn a_completed_order_sells_its_item_for_good(app) {
        let deal = Deal::new(&app).await;
        app.clock.advance(std::time::Duration::from_secs(60));
        let now = app.clock.now().to_rfc3339();
        let done = deal.seller.post_nothing(&deal.path("/complete")).await.is(200).body;

        assert_eq!((&done["status"], &done["endedBy"], &done["endedAt"]), (&json!("completed"), &json!("seller"), &json!(now)));
        assert_eq!(deal.buyer.get(&deal.path("")).await.is(200).body, done);
        assert_eq!(deal.item_status(&app).await, "sold");
        for party in [&deal.buyer, &deal.seller] {
            for end in ["/complete", "/cancel"] {
                party.post_nothing(&deal.path(end)).await.refuses(409, "CONFLICT");
            }
        }
    }

    async fn the_buyer_may_complete_it_as_well(app) {
        let deal = Deal::new(&app).await;
        let done = deal.buyer.post_nothing(&deal.path("/complete")).await.is(200).body;
        assert_eq!((&done["status"], &done["endedBy"]), (&json!("completed"), &json!("buyer")));
    }

    async fn s109_of_completing_and_cancelling_at_once_one_wins(app) {
        for _ in 0..10 {
            let deal = Deal::new(&app).await;
            let (complete, cancel) = (deal.path("/complete"), deal.path("/cancel"));
            let (completed, cancelled) = join(deal.seller.post_nothing(&complete), deal.buyer.post_nothing(&cancel)).await;
            let mut statuses = [completed.status, cancelled.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
            let (order, item) = if completed.status == 200 { ("completed", "sold") } else { ("cancelled", "active") };
            assert_eq!(deal.buyer.get(&deal.path("")).await.is(200).body["status"], order);
            assert_eq!(deal.item_status(&app).await, item);
        }
    }

    async fn both_are_told_and_the_seller_of_the_item_too(app) {
        let deal = Deal::new(&app).await;
        deal.buyer.post_nothing(&deal.path("/complete")).await.is(200);

        assert_eq!(told(&app, &deal.buyer).await, ["order.completed", "order.created"]);
        assert_eq!(told(&app, &deal.seller).await, ["item.sold", "order.completed", "order.created"]);
        let events = app.events_of(&deal.seller.account_id()).await;
        let (_, sold) = events.iter().find(|(kind, _)| kind == "item.sold").expect("the event");
        let expected = json!({ "itemId": deal.item["id"], "title": deal.item["title"], "orderId": deal.order["id"], "price": deal.item["price"] });
        assert_eq!(sold, &expected);
        let (_, completed) = events.iter().find(|(kind, _)| kind == "order.completed").expect("the event");
        assert_eq!(completed["endedBy"], "buyer");
    }
}

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::orders::Deal;

both_engines! {
    async fn what_one_party_writes_the_other_reads_to_the_letter(app) {
        let deal = Deal::new(&app).await;
        let text = "<script>alert(1)</script> & **bold**\n\u{202e}Grüße 🧳";
        let sent = deal.buyer.post(&deal.path("/messages"), json!({ "text": text })).await.is(201).body;

        assert_eq!((&sent["text"], &sent["number"], &sent["sender"]), (&json!(text), &json!(1), &json!("buyer")));
        assert_eq!((&sent["orderId"], &sent["senderId"]), (&deal.order["id"], &json!(deal.buyer.account_id())));
        let read = deal.seller.get(&deal.path("/messages")).await.is(200).body;
        assert_eq!(read, json!({ "data": [sent], "nextCursor": null }));
    }

    async fn the_other_party_is_told_and_the_writer_is_not(app) {
        let deal = Deal::new(&app).await;
        let sent = deal.seller.post(&deal.path("/messages"), json!({ "text": "On its way." })).await.is(201).body;

        let events = app.events_of(&deal.buyer.account_id()).await;
        let (_, told) = events.iter().find(|(kind, _)| kind == "message.received").expect("the event");
        let expected = json!({ "messageId": sent["id"], "orderId": deal.order["id"], "number": 1, "sender": "seller", "text": "On its way." });
        assert_eq!(told, &expected);
        assert_eq!(app.events(&deal.seller, "message.received").await, 0);
    }

    async fn s105_nobody_else_writes_or_reads(app) {
        let deal = Deal::new(&app).await;
        for other in [app.stranger().await, app.member().await, app.admin()] {
            other.post(&deal.path("/messages"), json!({ "text": "Buy mine instead." })).await.refuses(404, "NOT_FOUND");
            other.get(&deal.path("/messages")).await.refuses(404, "NOT_FOUND");
        }
        assert_eq!(deal.buyer.get(&deal.path("/messages")).await.is(200).body["data"], json!([]));
    }

    async fn a_text_has_a_length_and_is_not_all_blank(app) {
        let deal = Deal::new(&app).await;
        for bad in ["", " \n\t ", &"é".repeat(2_001)] {
            deal.buyer.post(&deal.path("/messages"), json!({ "text": bad })).await.faults("/text");
        }
        deal.buyer.post(&deal.path("/messages"), json!({ "text": "é".repeat(2_000) })).await.is(201);
    }

    async fn messages_at_once_have_each_their_number(app) {
        let deal = Deal::new(&app).await;
        let path = deal.path("/messages");
        let answers = join_all((0..20).map(|number| {
            let (writer, path) = (if number % 2 == 0 { &deal.buyer } else { &deal.seller }, &path);
            async move { writer.post(path, json!({ "text": format!("{number}") })).await.is(201).body["number"].as_i64() }
        }))
        .await;
        let mut numbers: Vec<_> = answers.into_iter().flatten().collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=20).collect::<Vec<_>>());
    }

    async fn an_order_that_ended_can_still_be_written_about(app) {
        let deal = Deal::new(&app).await;
        deal.seller.post_nothing(&deal.path("/complete")).await.is(200);
        deal.buyer.post(&deal.path("/messages"), json!({ "text": "Thank you." })).await.is(201);
    }

    async fn the_same_request_twice_is_one_message(app) {
        let deal = Deal::new(&app).await;
        let send = async || {
            let body = Some(json!({ "text": "Once." }));
            deal.buyer.send(Method::POST, &deal.path("/messages"), body, &[("idempotency-key", "k")]).await.is(201).body
        };
        assert_eq!(send().await, send().await);
        let list: Value = deal.buyer.get(&deal.path("/messages")).await.is(200).body;
        assert_eq!(list["data"].as_array().map(Vec::len), Some(1));
    }
}

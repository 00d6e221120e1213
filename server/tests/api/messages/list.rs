use serde_json::json;

use crate::api::orders::Deal;

both_engines! {
    async fn the_newest_stands_last_and_every_message_once_whatever_the_page(app) {
        let deal = Deal::new(&app).await;
        let texts: Vec<String> = (1..=7).map(|number| format!("number {number}")).collect();
        for (number, text) in texts.iter().enumerate() {
            // All in one millisecond.
            let writer = if number % 2 == 0 { &deal.buyer } else { &deal.seller };
            writer.post(&deal.path("/messages"), json!({ "text": text })).await.is(201);
        }
        for limit in [1, 3, 7, 100] {
            let (mut seen, mut next) = (Vec::new(), String::new());
            loop {
                let page = deal.buyer.get(&deal.path(&format!("/messages?limit={limit}{next}"))).await.is(200).body;
                let data = page["data"].as_array().expect("data").iter();
                seen.extend(data.map(|message| message["text"].as_str().expect("a text").to_owned()));
                let Some(cursor) = page["nextCursor"].as_str() else { break };
                next = format!("&cursor={cursor}");
            }
            assert_eq!(seen, texts, "{limit}");
        }
    }

    async fn each_order_has_messages_of_its_own(app) {
        let (one, other) = (Deal::new(&app).await, Deal::new(&app).await);
        one.buyer.post(&one.path("/messages"), json!({ "text": "Mine." })).await.is(201);
        assert_eq!(other.buyer.get(&other.path("/messages")).await.is(200).body["data"], json!([]));
        let theirs = other.buyer.post(&other.path("/messages"), json!({ "text": "Theirs." })).await.is(201).body;
        assert_eq!(theirs["number"], 1);
    }
}

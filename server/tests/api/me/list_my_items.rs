use std::time::Duration;

use serde_json::{Value, json};

use crate::api::orders::{item_path, order};
use crate::support::Actor;

async fn ids(actor: &Actor, query: &str) -> Vec<Value> {
    let (mut ids, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("/v1/me/items?{query}{next}")).await.is(200).body;
        ids.extend(page["data"].as_array().expect("data").iter().map(|item| item["id"].clone()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return ids,
        }
    }
}

both_engines! {
    async fn ones_own_items_of_every_state_newest_first_and_nobody_elses(app) {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let mut made = Vec::new();
        for number in 0..5 {
            made.push(seller.create_item().await);
            app.clock.advance(Duration::from_millis((number + 1) % 2));
        }
        buyer.create_item().await;
        seller.patch(&item_path(&made[0]), json!({ "status": "withdrawn" })).await.is(200);
        order(&buyer, &made[1]).await.is(201);

        let whole = ids(&seller, "limit=100").await;
        assert_eq!((whole.len(), whole.last()), (5, made.first().map(|item| &item["id"])));
        for limit in [1, 2, 5] {
            assert_eq!(ids(&seller, &format!("limit={limit}")).await, whole, "{limit}");
        }
        assert_eq!(ids(&seller, "status=withdrawn").await, [made[0]["id"].clone()]);
        assert_eq!(ids(&seller, "status=reserved").await, [made[1]["id"].clone()]);
        assert_eq!(ids(&seller, "status=active").await.len(), 3);
        assert!(ids(&app.stranger().await, "limit=100").await.is_empty());
    }
}

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::{Deal, id, item_path, order, told};
use crate::support::actor::item as offer;
use crate::support::{Actor, TestApp};

/// Accounts with a key that orders; many, so not by signing in.
async fn buyers(app: &TestApp, count: usize) -> Vec<Actor> {
    let root = app.root();
    let mut buyers = Vec::new();
    for number in 0..count {
        let body = json!({ "platform": "discord", "identity": format!("{}", 80_351_110_224_678_912 + number) });
        let user = root.post("/v1/users/resolve", body).await.is(200).body["user"]["id"].clone();
        let key =
            json!({ "userId": user, "name": "buyer", "scopes": ["read:orders", "write:orders"], "tier": "service" });
        let key = root.post("/v1/admin/keys", key).await.is(201).text("secret");
        buyers.push(app.nobody().with_key(&key));
    }
    buyers
}

/// The answer of somebody who orders; a server that is too busy is asked again, as the SDKs do.
async fn patiently(buyer: &Actor, item: &Value) -> u16 {
    loop {
        let answer = order(buyer, item).await;
        match answer.status {
            503 => tokio::task::yield_now().await,
            409 => return answer.refuses(409, "ITEM_UNAVAILABLE").status,
            _ => return answer.is(201).status,
        }
    }
}

both_engines! {
    async fn an_order_reserves_its_item_and_says_what_was_bought(app) {
        let deal = Deal::new(&app).await;

        let shown = &deal.order;
        assert_eq!((&shown["itemId"], &shown["itemTitle"]), (&deal.item["id"], &deal.item["title"]));
        assert_eq!((&shown["buyerId"], &shown["sellerId"]), (&json!(deal.buyer.account_id()), &json!(deal.seller.account_id())));
        assert_eq!((&shown["price"], &shown["status"]), (&deal.item["price"], &json!("pending")));
        assert_eq!((&shown["endedBy"], &shown["endedAt"]), (&Value::Null, &Value::Null));
        assert_eq!(deal.item_status(&app).await, "reserved");
    }

    async fn s109_a_hundred_buyers_at_once_make_one_order(app) {
        let seller = app.owner().await;
        let item = seller.create_item().await;
        let buyers = buyers(&app, 100).await;
        let answers = join_all(buyers.iter().map(|buyer| patiently(buyer, &item))).await;

        assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1);
        let orders = seller.get("/v1/me/orders?limit=100").await.is(200).body;
        assert_eq!(orders["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(told(&app, &seller).await, ["order.created"]);
    }

    async fn s109_round_after_round_one_of_several_wins(app) {
        let seller = app.owner().await;
        let (item, buyers) = (seller.create_item().await, buyers(&app, 5).await);
        for _ in 0..20 {
            let answers = join_all(buyers.iter().map(|buyer| patiently(buyer, &item))).await;
            assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1);
            let pending = seller.get("/v1/me/orders?status=pending").await.is(200).body;
            let [order] = pending["data"].as_array().expect("data").as_slice() else { panic!("one order: {pending}") };
            seller.post_nothing(&format!("/v1/orders/{}/cancel", id(order))).await.is(200);
        }
    }

    async fn s109_the_price_is_what_the_item_cost_then(app) {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let item = seller.create_item().await;
        let seen = item["price"].clone();
        seller.patch(&item_path(&item), json!({ "price": { "amount": 99_900, "currency": "EUR" } })).await.is(200);

        let path = format!("{}/orders", item_path(&item));
        buyer.post(&path, json!({ "expectedPrice": seen })).await.refuses(409, "PRICE_CHANGED");
        buyer.post(&path, json!({ "expectedPrice": { "amount": 99_900, "currency": "ABC" } })).await.faults("/expectedPrice/currency");
        buyer.post(&path, json!({ "price": { "amount": 1, "currency": "EUR" } })).await.faults("/price");
        let made = buyer.post(&path, json!({ "expectedPrice": { "amount": 99_900, "currency": "EUR" } })).await.is(201).body;
        assert_eq!(made["price"]["amount"], 99_900);
    }

    async fn ones_own_item_and_what_is_not_for_sale_are_refused(app) {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let item = seller.create_item().await;
        order(&seller, &item).await.refuses(403, "FORBIDDEN");
        seller.patch(&item_path(&item), json!({ "status": "withdrawn" })).await.is(200);
        order(&buyer, &item).await.refuses(409, "ITEM_UNAVAILABLE");
        seller.patch(&item_path(&item), json!({ "status": "active" })).await.is(200);
        let made = order(&buyer, &item).await.is(201).body;
        order(&app.stranger().await, &item).await.refuses(409, "ITEM_UNAVAILABLE");
        order(&buyer, &item).await.refuses(409, "ITEM_UNAVAILABLE");
        seller.post_nothing(&format!("/v1/orders/{}/complete", id(&made))).await.is(200);
        order(&app.stranger().await, &item).await.refuses(409, "ITEM_UNAVAILABLE");
    }

    async fn what_is_gone_is_404(app) {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let item = seller.create_item().await;
        seller.delete(&item_path(&item)).await.is(204);
        order(&buyer, &item).await.refuses(404, "NOT_FOUND");
        order(&buyer, &json!({ "id": "nonsense" })).await.refuses(404, "NOT_FOUND");
    }

    async fn what_is_ordered_neither_changes_nor_goes_until_the_order_ends(app) {
        let deal = Deal::new(&app).await;
        let path = item_path(&deal.item);
        deal.seller.patch(&path, json!({ "title": "Something else" })).await.refuses(409, "CONFLICT");
        deal.seller.patch(&path, json!({ "status": "active" })).await.refuses(409, "CONFLICT");
        deal.seller.delete(&path).await.refuses(409, "CONFLICT");
        deal.seller.post_nothing(&deal.path("/cancel")).await.is(200);
        deal.seller.patch(&path, json!({ "title": "Something else" })).await.is(200);
        deal.seller.delete(&path).await.is(204);
        // What was ordered is still told.
        assert_eq!(deal.buyer.get(&deal.path("")).await.is(200).body["itemTitle"], deal.item["title"]);
    }

    async fn the_same_request_twice_is_one_order_and_the_same_key_for_another_item_is_refused(app) {
        let (seller, buyer) = (app.owner().await, app.owner().await);
        let (item, other) = (seller.create_item().await, seller.post("/v1/items", offer()).await.is(201).body);
        let send = async |item: &Value| {
            let path = format!("{}/orders", item_path(item));
            buyer.send(Method::POST, &path, Some(json!({})), &[("idempotency-key", "k")]).await
        };
        let first = send(&item).await.is(201);
        let again = send(&item).await.is(201);
        assert_eq!((again.header("idempotency-replayed"), &again.body), (Some("true"), &first.body));
        send(&other).await.refuses(422, "IDEMPOTENCY_KEY_REUSED");
        assert_eq!(app.nobody().get(&item_path(&other)).await.is(200).body["status"], "active");
    }

    async fn both_parties_are_told_and_nobody_else(app) {
        let deal = Deal::new(&app).await;
        for party in [&deal.buyer, &deal.seller] {
            let events = app.events_of(&party.account_id()).await;
            let (_, data) = events.iter().find(|(kind, _)| kind == "order.created").expect("the event");
            assert_eq!((&data["orderId"], &data["itemId"], &data["price"]), (&deal.order["id"], &deal.item["id"], &deal.item["price"]));
            assert_eq!((&data["buyerId"], &data["sellerId"]), (&deal.order["buyerId"], &deal.order["sellerId"]));
        }
        assert!(told(&app, &app.stranger().await).await.is_empty());
    }
}

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::actor::item;

fn path(item: &Value) -> String {
    format!("/v1/items/{}", item["id"].as_str().expect("an id"))
}

both_engines! {
    async fn a_change_touches_what_it_names_and_nothing_else(app) {
        let seller = app.owner().await;
        let before = seller.create_item().await;
        app.clock.advance(Duration::from_secs(1));
        let after = seller.patch(&path(&before), json!({ "price": { "amount": 19_900, "currency": "CHF" } })).await.is(200).body;

        let mut expected = before.clone();
        expected["price"] = json!({ "amount": 19_900, "currency": "CHF" });
        expected["updatedAt"] = after["updatedAt"].clone();
        assert_eq!(after, expected);
        assert_ne!(after["updatedAt"], before["updatedAt"]);
        assert_eq!(app.nobody().get(&path(&before)).await.is(200).body, after);
    }

    async fn null_clears_category_and_brand(app) {
        let seller = app.owner().await;
        let mut body = item();
        body["categoryId"] = app.nobody().get("/v1/categories?limit=1").await.is(200).body["data"][0]["id"].clone();
        let made = seller.post("/v1/items", body).await.is(201).body;

        let kept = seller.patch(&path(&made), json!({ "title": "Camera" })).await.is(200).body;
        assert_eq!(kept["categoryId"], made["categoryId"]);
        let cleared = seller.patch(&path(&made), json!({ "categoryId": null })).await.is(200).body;
        assert_eq!(cleared["categoryId"], Value::Null);
        seller.patch(&path(&made), json!({ "title": null })).await.faults("/title");
        seller.patch(&path(&made), json!({ "brandId": "x" })).await.faults("/brandId");
    }

    async fn withdrawing_an_item_is_reversible_and_selling_is_not_the_sellers_to_say(app) {
        let seller = app.owner().await;
        let made = seller.create_item().await;
        for status in ["withdrawn", "active"] {
            let after = seller.patch(&path(&made), json!({ "status": status })).await.is(200).body;
            assert_eq!(after["status"], status);
        }
        seller.patch(&path(&made), json!({ "status": "sold" })).await.faults("/status");
    }

    async fn s105_somebody_elses_item_is_403_and_stays_as_it_was(app) {
        let made = app.owner().await.create_item().await;
        app.stranger().await.patch(&path(&made), json!({ "title": "Mine now" })).await.refuses(403, "FORBIDDEN");

        assert_eq!(app.nobody().get(&path(&made)).await.is(200).body, made);
        let after = app.admin().patch(&path(&made), json!({ "title": "By an administrator" })).await.is(200).body;
        assert_eq!((&after["title"], &after["sellerId"]), (&json!("By an administrator"), &made["sellerId"]));
    }

    async fn an_empty_change_is_refused(app) {
        let seller = app.owner().await;
        let made = seller.create_item().await;
        seller.patch(&path(&made), json!({})).await.is(422);
    }
}

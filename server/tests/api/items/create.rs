use serde_json::{Value, json};

use crate::support::actor::item;

/// The item to offer, with one property set otherwise.
fn with(name: &str, value: Value) -> Value {
    let mut body = item();
    body[name] = value;
    body
}

both_engines! {
    async fn an_offered_item_is_active_and_its_sellers(app) {
        let seller = app.owner().await;
        let made = seller.post("/v1/items", item()).await.is(201).body;

        assert_eq!(made["status"], "active");
        assert_eq!(made["sellerId"].as_str(), seller.user_id.as_deref());
        assert_eq!(made["createdAt"], made["updatedAt"]);
        let path = format!("/v1/items/{}", made["id"].as_str().expect("an id"));
        assert_eq!(app.nobody().get(&path).await.is(200).body, made);
    }

    async fn category_and_brand_must_exist(app) {
        let seller = app.owner().await;
        for unknown in ["cat_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            seller.post("/v1/items", with("categoryId", json!(unknown))).await.faults("/categoryId");
        }
        seller.post("/v1/items", with("brandId", json!("brd_01k9z3v8q2m4n6p8r0s2t4v6w8"))).await.faults("/brandId");

        let category = app.nobody().get("/v1/categories?limit=1").await.is(200).body["data"][0]["id"].clone();
        let made = seller.post("/v1/items", with("categoryId", category.clone())).await.is(201).body;
        assert_eq!(made["categoryId"], category);
    }

    async fn a_currency_must_be_one_of_iso_4217(app) {
        let seller = app.owner().await;
        seller.post("/v1/items", with("price", json!({ "amount": 1, "currency": "ABC" }))).await.faults("/price/currency");
    }

    async fn s106_what_the_server_sets_cannot_be_sent(app) {
        let seller = app.owner().await;
        for (name, value) in [("id", json!("itm_1")), ("sellerId", json!("usr_1")), ("status", json!("sold")), ("createdAt", json!("2026-11-22T12:00:00.000Z"))] {
            seller.post("/v1/items", with(name, value)).await.is(422);
        }
    }

    async fn s108_text_is_measured_in_characters_at_its_bounds(app) {
        let seller = app.owner().await;
        seller.post("/v1/items", with("title", json!("é".repeat(200)))).await.is(201);
        seller.post("/v1/items", with("title", json!("é".repeat(201)))).await.faults("/title");
        seller.post("/v1/items", with("title", json!(""))).await.faults("/title");
        seller.post("/v1/items", with("description", json!("🧳".repeat(5_000)))).await.is(201);
        seller.post("/v1/items", with("description", json!("🧳".repeat(5_001)))).await.faults("/description");
    }

    async fn money_is_whole_minor_units_within_its_bounds(app) {
        let seller = app.owner().await;
        let priced = |amount: Value| with("price", json!({ "amount": amount, "currency": "EUR" }));
        seller.post("/v1/items", priced(json!(0))).await.is(201);
        seller.post("/v1/items", priced(json!(100_000_000_000_i64))).await.is(201);
        for bad in [json!(-1), json!(100_000_000_001_i64), json!(1.5), json!("1"), Value::Null] {
            seller.post("/v1/items", priced(bad)).await.faults("/price/amount");
        }
    }

    async fn h75_any_text_comes_back_as_it_was_sent(app) {
        let seller = app.owner().await;
        for text in ["'; DROP TABLE items; --", "<script>alert(1)</script>", "%_\\", "=1+1", "{{7*7}}", "\u{202e}rtl", "line\r\nbreak"] {
            let made = seller.post("/v1/items", with("title", json!(text))).await.is(201).body;
            assert_eq!(made["title"], text);
        }
        seller.post("/v1/items", with("title", json!("a\0b"))).await.is(422);
    }
}

//! What becomes of orders when an account is deleted.

use serde_json::{Value, json};

use super::{Deal, id, item_path, order, told};

both_engines! {
    async fn a_deleted_buyer_cancels_what_is_pending_and_leaves_the_rest_without_a_name(app) {
        let deal = Deal::new(&app).await;
        let item = deal.seller.create_item().await;
        let done = order(&deal.buyer, &item).await.is(201).body;
        deal.seller.post_nothing(&format!("/v1/orders/{}/complete", id(&done))).await.is(200);
        deal.buyer.post(&deal.path("/messages"), json!({ "text": "Is it still there?" })).await.is(201);
        app.admin().delete(&format!("/v1/users/{}", deal.buyer.account_id())).await.is(200);

        let left = deal.seller.get(&deal.path("")).await.is(200).body;
        assert_eq!((&left["status"], &left["endedBy"], &left["buyerId"]), (&json!("cancelled"), &json!("buyer"), &Value::Null));
        assert_eq!(deal.item_status(&app).await, "active");
        let sold = deal.seller.get(&format!("/v1/orders/{}", id(&done))).await.is(200).body;
        assert_eq!((&sold["status"], &sold["buyerId"], &sold["sellerId"]), (&json!("completed"), &Value::Null, &json!(deal.seller.account_id())));
        assert_eq!(app.nobody().get(&item_path(&item)).await.is(200).body["status"], "sold");
        let messages = deal.seller.get(&deal.path("/messages")).await.is(200).body;
        assert_eq!((&messages["data"][0]["sender"], &messages["data"][0]["senderId"]), (&json!("buyer"), &Value::Null));
        deal.seller.post(&deal.path("/messages"), json!({ "text": "Yes." })).await.refuses(409, "CONFLICT");
        assert!(told(&app, &deal.seller).await.contains(&"order.cancelled".to_owned()));
    }

    async fn a_deleted_seller_takes_the_items_along_and_the_orders_stay_with_their_buyer(app) {
        let deal = Deal::new(&app).await;
        app.admin().delete(&format!("/v1/users/{}", deal.seller.account_id())).await.is(200);

        let left = deal.buyer.get(&deal.path("")).await.is(200).body;
        assert_eq!((&left["status"], &left["endedBy"], &left["sellerId"]), (&json!("cancelled"), &json!("seller"), &Value::Null));
        assert_eq!(left["itemTitle"], deal.item["title"]);
        app.nobody().get(&item_path(&deal.item)).await.is(404);
        let mine = deal.buyer.get("/v1/me/orders").await.is(200).body;
        assert_eq!(mine["data"], json!([left]));
    }

    async fn orders_of_a_merged_account_are_the_other_ones(app) {
        let (deal, other) = (Deal::new(&app).await, app.owner().await);
        let body = json!({ "sourceId": deal.buyer.account_id(), "targetId": other.account_id() });
        app.admin().post("/v1/admin/users/merge", body).await.is(200);

        let left = other.get(&deal.path("")).await.is(200).body;
        assert_eq!((&left["status"], &left["buyerId"]), (&json!("pending"), &json!(other.account_id())));
        other.post_nothing(&deal.path("/complete")).await.is(200);
    }
}

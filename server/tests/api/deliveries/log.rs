use std::time::Duration;

use serde_json::{Value, json};

use super::{NEAR, id, owner, register, test, tried, wait_for_next};
use crate::support::receiver::{Receiver, Reply};
use crate::support::rows;

fn ids(page: &Value) -> Vec<&Value> {
    page["data"].as_array().expect("a list").iter().map(|one| &one["id"]).collect()
}

both_engines! {
    with NEAR;
    async fn deliveries_are_listed_newest_first_and_filtered(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["key.*"]).await;
        let list = format!("/v1/webhooks/{}/deliveries", id(&webhook));
        let first = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &first, 1).await;
        app.clock.advance(Duration::from_secs(1));
        receiver.answers([Reply::Status(503, "", "")]);
        owner.create_key(&["read"]).await;
        receiver.next().await;
        let all = owner.get(&list).await.is(200).body;
        let second = all["data"][0].clone();
        tried(&owner, &second, 1).await;

        assert_eq!(ids(&all), [&second["id"], &first["id"]]);
        for (query, found) in [
            ("status=pending", vec![&second["id"]]),
            ("status=delivered", vec![&first["id"]]),
            ("status=failed", vec![]),
            ("type=key.*", vec![&second["id"]]),
            ("type=webhook.test", vec![&first["id"]]),
        ] {
            assert_eq!(ids(&owner.get(&format!("{list}?{query}")).await.is(200).body), found, "{query}");
        }
        let since = second["createdAt"].as_str().expect("a time");
        assert_eq!(ids(&owner.get(&format!("{list}?since={since}")).await.is(200).body), [&second["id"]]);
        assert_eq!(ids(&owner.get(&format!("{list}?until={since}")).await.is(200).body), [&first["id"]]);
        let page = owner.get(&format!("{list}?limit=1")).await.is(200).body;
        let rest = owner.get(&format!("{list}?limit=1&cursor={}", page["nextCursor"].as_str().expect("a cursor"))).await.is(200).body;
        assert_eq!((ids(&page), ids(&rest), &rest["nextCursor"]), (vec![&second["id"]], vec![&first["id"]], &Value::Null));
    }

    async fn s92_s105_the_log_is_the_owners_alone(app) {
        let (owner, stranger, receiver) = (owner(&app).await, owner(&app).await, Receiver::start().await);
        let (webhook, theirs) = (register(&owner, &receiver, &["*"]).await, register(&stranger, &receiver, &["*"]).await);
        let delivery = test(&owner, &webhook).await;
        for through in [&webhook, &theirs] {
            let path = format!("/v1/webhooks/{}/deliveries/{}", id(through), id(&delivery));
            stranger.get(&path).await.refuses(404, "NOT_FOUND");
            stranger.post_nothing(&format!("{path}/replay")).await.refuses(404, "NOT_FOUND");
        }
        let list = format!("/v1/webhooks/{}/deliveries", id(&webhook));
        stranger.get(&list).await.refuses(404, "NOT_FOUND");
        stranger.post(&format!("{list}/replay-failed"), json!({ "since": delivery["createdAt"] })).await.refuses(404, "NOT_FOUND");
    }

    async fn what_ended_is_forgotten_after_its_time_and_what_waits_is_not(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        receiver.answers([Reply::Status(500, "", "")]);
        let done = test(&owner, &webhook).await;
        receiver.next().await;
        wait_for_next(&app, &tried(&owner, &done, 1).await);
        receiver.next().await;
        tried(&owner, &done, 2).await;
        assert_eq!(rows(&app.app, "delivery_attempts").await, 1, "the last one stands with the delivery");
        app.clock.advance(Duration::from_secs(30 * 86_400 + 1));
        receiver.answers([Reply::Status(500, "", "")]);
        let waits = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &waits, 1).await;

        gatepost::jobs::clean(&app.app).await;
        assert_eq!((rows(&app.app, "deliveries").await, rows(&app.app, "delivery_attempts").await), (1, 0));
        tried(&owner, &waits, 1).await;
    }

    async fn with_its_endpoint_a_delivery_is_forgotten(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let delivery = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &delivery, 1).await;
        owner.delete(&format!("/v1/webhooks/{}", id(&webhook))).await.is(204);
        assert_eq!((rows(&app.app, "deliveries").await, rows(&app.app, "delivery_attempts").await), (0, 0));
    }
}

use std::time::Duration;

use serde_json::json;

use super::{NEAR, id, look, owner, register, test, tried};
use crate::support::receiver::{Receiver, Reply};

both_engines! {
    with NEAR;
    async fn what_failed_is_seen_and_arrives_once_the_receiver_is_mended(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        receiver.answers([Reply::Status(500, "", "no such table")]);
        let delivery = test(&owner, &webhook).await;
        let first = receiver.next().await;
        let failed = tried(&owner, &delivery, 1).await;
        assert_eq!(failed["attempts"][0]["answer"], "no such table");

        let replay = format!("/v1/webhooks/{}/deliveries/{}/replay", id(&webhook), id(&delivery));
        assert_eq!(owner.post_nothing(&replay).await.is(200).body["status"], "pending");
        let again = receiver.next().await;
        assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
        let done = tried(&owner, &delivery, 2).await;
        assert_eq!((&done["status"], &done["attempts"][1]["number"]), (&json!("delivered"), &json!(2)));
        // Also what arrived is sent again if it is asked for.
        owner.post_nothing(&replay).await.is(200);
        receiver.next().await;
        tried(&owner, &delivery, 3).await;
    }

    async fn any_event_is_sent_to_any_endpoint_of_its_owner(app) {
        let (owner, mut first, mut late) = (owner(&app).await, Receiver::start().await, Receiver::start().await);
        register(&owner, &first, &["key.*"]).await;
        owner.create_key(&["read"]).await;
        let told = first.next().await;
        // It was not there when the key was made, and is told of other kinds.
        let webhook = register(&owner, &late, &["webhook.*"]).await;
        let replay = format!("/v1/webhooks/{}/events/{}/replay", id(&webhook), told.header("webhook-id"));
        let delivery = owner.post_nothing(&replay).await.is(200).body;
        let came = late.next().await;
        assert_eq!((came.header("webhook-id"), &came.body), (told.header("webhook-id"), &told.body));
        assert_eq!(came.header("webhook-sequence"), told.header("webhook-sequence"));
        tried(&owner, &delivery, 1).await;
        // Asked for again, it is the same delivery that is sent again.
        assert_eq!(owner.post_nothing(&replay).await.is(200).body["id"], delivery["id"]);
        late.next().await;
        assert_eq!(tried(&owner, &delivery, 2).await["status"], "delivered");
        assert!(first.is_empty(), "others are told nothing");
    }

    async fn s105_nobody_sends_anothers_event_or_to_anothers_endpoint(app) {
        let (owner, stranger, receiver) = (owner(&app).await, owner(&app).await, Receiver::start().await);
        let (webhook, theirs) = (register(&owner, &receiver, &["*"]).await, register(&stranger, &receiver, &["*"]).await);
        owner.create_key(&["read"]).await;
        let event = owner.get("/v1/events?type=key.created&limit=1").await.is(200).body["data"][0].clone();
        for (webhook, event) in [(id(&webhook), id(&event)), (id(&theirs), id(&event)), (id(&theirs), "evt_nothing")] {
            stranger.post_nothing(&format!("/v1/webhooks/{webhook}/events/{event}/replay")).await.refuses(404, "NOT_FOUND");
        }
        owner.patch(&format!("/v1/webhooks/{}", id(&webhook)), json!({ "enabled": false })).await.is(200);
        let replay = format!("/v1/webhooks/{}/events/{}/replay", id(&webhook), id(&event));
        owner.post_nothing(&replay).await.refuses(409, "CONFLICT");
    }

    async fn an_event_tells_the_number_that_endpoints_saw(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let created = async || owner.get("/v1/events?type=key.created").await.is(200).body["data"].clone();
        owner.create_key(&["read"]).await;
        let untold = created().await;
        assert!(untold.as_array().expect("events").iter().all(|event| event["sequence"].is_null()), "nobody was told");
        register(&owner, &receiver, &["*"]).await;
        owner.create_key(&["read"]).await;
        let came = receiver.next().await;
        let told = owner.get(&format!("/v1/events/{}", came.header("webhook-id"))).await.is(200).body;
        assert_eq!(told["sequence"].to_string(), came.header("webhook-sequence"));
    }

    async fn all_that_failed_since_a_time_are_sent_again_and_nothing_else(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let path = format!("/v1/webhooks/{}", id(&webhook));
        let mut made = Vec::new();
        // One that arrived, one that failed early, two that failed later.
        for reply in [204, 500, 500, 500] {
            receiver.answers([Reply::Status(reply, "", "")]);
            let delivery = test(&owner, &webhook).await;
            receiver.next().await;
            tried(&owner, &delivery, 1).await;
            made.push(delivery);
            app.clock.advance(Duration::from_secs(1));
        }
        // Disabling gives up what waits.
        owner.patch(&path, json!({ "enabled": false })).await.is(200);
        let replay = format!("{path}/deliveries/replay-failed");
        owner.post(&replay, json!({ "since": made[0]["createdAt"] })).await.refuses(409, "CONFLICT");
        owner.post_nothing(&format!("{path}/deliveries/{}/replay", id(&made[1]))).await.refuses(409, "CONFLICT");
        owner.patch(&path, json!({ "enabled": true })).await.is(200);

        let answer = owner.post(&replay, json!({ "since": made[2]["createdAt"] })).await.is(200).body;
        assert_eq!(answer["replayed"], 2);
        let mut came = [receiver.next().await, receiver.next().await].map(|came| came.header("webhook-id").to_owned());
        came.sort_unstable();
        assert_eq!(came.each_ref().map(String::as_str), [&made[2], &made[3]].map(|one| one["eventId"].as_str().expect("an id")));
        assert_eq!(look(&owner, &made[1]).await["status"], "failed");
        let nothing = json!({ "since": made[0]["createdAt"], "until": made[0]["createdAt"] });
        assert_eq!(owner.post(&replay, nothing).await.is(200).body["replayed"], 0);
    }
}

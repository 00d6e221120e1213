use std::time::Duration;

use serde_json::json;

use super::{NEAR, id, owner, register, test, tried};
use crate::support::receiver::{Receiver, Reply};

both_engines! {
    with NEAR;
    async fn an_endpoints_deliveries_are_counted_by_interval_and_by_what_became_of_them(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let (webhook, other) = (register(&owner, &receiver, &["*"]).await, register(&owner, &receiver, &["*"]).await);
        let path = format!("/v1/webhooks/{}", id(&webhook));
        let health = format!("{path}/health");
        let nothing = owner.get(&health).await.is(200).body;
        assert_eq!((&nothing["totals"], &nothing["data"]), (&json!({ "delivered": 0, "failed": 0, "pending": 0 }), &json!([])));

        // Two that arrive, and one that is given up with its endpoint; another endpoint's are none of them.
        for (reply, webhook) in [(204, &webhook), (204, &webhook), (204, &other), (500, &webhook)] {
            receiver.answers([Reply::Status(reply, "", "")]);
            let delivery = test(&owner, webhook).await;
            receiver.next().await;
            tried(&owner, &delivery, 1).await;
        }
        owner.patch(&path, json!({ "enabled": false })).await.is(200);
        owner.patch(&path, json!({ "enabled": true })).await.is(200);
        let earlier = app.clock.now();
        app.clock.advance(Duration::from_secs(3_600));
        // An hour later one that waits for its next attempt.
        receiver.answers([Reply::Status(500, "", "")]);
        let waits = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &waits, 1).await;

        let seen = owner.get(&health).await.is(200).body;
        assert_eq!(seen["webhookId"], webhook["id"]);
        assert_eq!(seen["totals"], json!({ "delivered": 2, "failed": 1, "pending": 1 }));
        let hour = |time: gatepost::domain::time::Time| {
            gatepost::domain::usage::Interval::Hour.start(time).to_rfc3339()
        };
        let first = json!({ "start": hour(earlier), "delivered": 2, "failed": 1, "pending": 0 });
        let second = json!({ "start": hour(app.clock.now()), "delivered": 0, "failed": 0, "pending": 1 });
        assert_eq!(seen["data"], json!([first, second]));
        let from = hour(app.clock.now());
        let late = owner.get(&format!("{health}?from={from}")).await.is(200).body;
        assert_eq!(late["data"], json!([second]));
        let early = owner.get(&format!("{health}?from={}&to={from}", hour(earlier))).await.is(200).body;
        assert_eq!((&early["data"], &early["totals"]["failed"]), (&json!([first]), &json!(1)));
        let days = owner.get(&format!("{health}?interval=day&from={}", hour(earlier))).await.is(200).body;
        assert_eq!((&days["interval"], &days["totals"]), (&json!("day"), &seen["totals"]));
    }

    async fn s92_s105_an_endpoints_health_is_its_owners_alone_and_has_bounds(app) {
        let (owner, stranger, receiver) = (owner(&app).await, owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let health = format!("/v1/webhooks/{}/health", id(&webhook));
        stranger.get(&health).await.refuses(404, "NOT_FOUND");
        owner.get("/v1/webhooks/whk_1/health").await.refuses(404, "NOT_FOUND");
        for wrong in ["interval=minute&from=2020-01-01T00:00:00.000Z", "interval=week", "from=2100-01-01T00:00:00.000Z"] {
            owner.get(&format!("{health}?{wrong}")).await.is(422);
        }
    }
}

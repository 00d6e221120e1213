use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};

use super::{NEAR, id, owner, register, test};
use crate::support::receiver::Receiver;

both_engines! {
    with NEAR;
    async fn an_endpoint_with_a_rate_gets_no_more_a_second_and_loses_nothing(app) {
        let (owner, mut slow) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &slow, &["*"]).await;
        owner.patch(&format!("/v1/webhooks/{}", id(&webhook)), json!({ "ratePerSecond": 10 })).await.is(200);
        let mut waiting = BTreeSet::new();
        for _ in 0..5 {
            waiting.insert(test(&owner, &webhook).await["eventId"].as_str().expect("an id").to_owned());
        }
        let mut came = 0;
        while !waiting.is_empty() {
            // The clock stands still: what is due is bounded by the rate, and looking again and again brings nothing.
            let next = slow.next_within(Duration::from_millis(700)).await;
            match next {
                Some(next) => {
                    assert!(waiting.remove(next.header("webhook-id")), "nothing comes twice");
                    came += 1;
                }
                None => {
                    assert!(came <= 2, "{came} came within 200 ms of the clock");
                    came = 0;
                    app.clock.advance(Duration::from_millis(100));
                }
            }
        }
    }

    async fn a_slow_endpoint_holds_up_nobody_else(app) {
        let (owner, slow, mut other) = (owner(&app).await, Receiver::start().await, Receiver::start().await);
        let webhook = register(&owner, &slow, &["key.*"]).await;
        owner.patch(&format!("/v1/webhooks/{}", id(&webhook)), json!({ "ratePerSecond": 1 })).await.is(200);
        for _ in 0..4 {
            owner.create_key(&["read"]).await;
        }
        let plain = register(&owner, &other, &["*"]).await;
        let delivery = test(&owner, &plain).await;
        assert_eq!(other.next().await.header("webhook-id"), delivery["eventId"]);
    }

    async fn a_rate_is_shown_changed_lifted_and_bounded(app) {
        let (owner, receiver) = (owner(&app).await, Receiver::start().await);
        let asked = |rate: Value| json!({ "url": receiver.url, "events": ["*"], "ratePerSecond": rate });
        let made = owner.post("/v1/webhooks", asked(json!(50))).await.is(201).body;
        assert_eq!(made["ratePerSecond"], 50);
        let path = format!("/v1/webhooks/{}", id(&made));
        assert_eq!(owner.patch(&path, json!({ "description": "Ours." })).await.is(200).body["ratePerSecond"], 50);
        assert_eq!(owner.patch(&path, json!({ "ratePerSecond": 5 })).await.is(200).body["ratePerSecond"], 5);
        assert_eq!(owner.patch(&path, json!({ "ratePerSecond": null })).await.is(200).body["ratePerSecond"], Value::Null);
        for bad in [json!(0), json!(1_001), json!(-1), json!("5"), json!(1.5)] {
            owner.patch(&path, json!({ "ratePerSecond": bad })).await.faults("/ratePerSecond");
        }
    }
}

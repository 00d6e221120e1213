//! The tag `deliveries`, and what is delivered: one guarantee a test.

mod health;
mod log;
mod outbox;
mod rate;
mod replay;
mod schedule;
mod sending;

use serde_json::{Value, json};

use crate::support::receiver::Receiver;
use crate::support::{Actor, TestApp, seen};

/// Receivers stand on this machine, and hanging ones need not be waited for.
const NEAR: &[(&str, &str)] = &[("WEBHOOKS_ALLOW", "127.0.0.0/8"), ("WEBHOOKS_TIMEOUT_SECONDS", "1")];

/// Somebody with a key, which outlives the days that schedules take.
async fn owner(app: &TestApp) -> Actor {
    app.owner().await.keyed(&["read", "write", "webhooks"]).await
}

/// A new endpoint of `owner` at that receiver, with its secret.
async fn register(owner: &Actor, receiver: &Receiver, events: &[&str]) -> Value {
    owner.post("/v1/webhooks", json!({ "url": receiver.url, "events": events })).await.is(201).body
}

fn id(thing: &Value) -> &str {
    thing["id"].as_str().expect("an id")
}

/// A delivery that is on its way.
async fn test(owner: &Actor, webhook: &Value) -> Value {
    owner.post_nothing(&format!("/v1/webhooks/{}/test", id(webhook))).await.is(200).body
}

/// A delivery with its attempts.
async fn look(owner: &Actor, delivery: &Value) -> Value {
    let webhook = delivery["webhookId"].as_str().expect("an id");
    owner.get(&format!("/v1/webhooks/{webhook}/deliveries/{}", id(delivery))).await.is(200).body
}

/// A delivery once it was tried that often and that is written down.
async fn tried(owner: &Actor, delivery: &Value, times: i64) -> Value {
    seen(async || Some(look(owner, delivery).await).filter(|seen| seen["attemptCount"] == times)).await
}

/// Moves the clock to a delivery's next attempt.
fn wait_for_next(app: &TestApp, delivery: &Value) {
    let next = delivery["nextAttemptAt"].as_str().expect("a next attempt");
    let next = gatepost::domain::time::Time::parse_rfc3339(next).expect("a time");
    app.clock.advance(next.since(app.clock.now()));
}

/// How long from now until a delivery's next attempt, in seconds.
fn seconds_to_next(app: &TestApp, delivery: &Value) -> f64 {
    let next = delivery["nextAttemptAt"].as_str().expect("a next attempt");
    gatepost::domain::time::Time::parse_rfc3339(next).expect("a time").since(app.clock.now()).as_secs_f64()
}

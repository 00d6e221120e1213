//! The tag `practice`: one file an operation, one guarantee a test.

mod account_ends;
mod leaderboard;
mod start;
mod stats;
mod stop;
mod total_hours;

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

/// A service that starts and stops practice for others.
async fn service(app: &TestApp) -> Actor {
    app.trusted(&["practice:read", "practice:write"]).await
}

async fn start(actor: &Actor, body: Value) -> Value {
    actor.post("/v1/practice/start", body).await.is(201).body
}

async fn stop(actor: &Actor, body: Value) -> Value {
    actor.post("/v1/practice/stop", body).await.is(200).body
}

/// Somebody practises for so long.
async fn practise(app: &TestApp, service: &Actor, who: &Actor, seconds: u64) {
    let who = json!({ "userId": who.account_id() });
    start(service, who.clone()).await;
    app.clock.advance(Duration::from_secs(seconds));
    stop(service, who).await;
}

/// Links a Discord id to somebody's account, as an administrator does.
async fn on_discord(app: &TestApp, who: &Actor, id: &str) {
    let body = json!({ "userId": who.account_id(), "platform": "discord", "identity": id });
    app.admin().post("/v1/admin/identities", body).await.is(201);
}

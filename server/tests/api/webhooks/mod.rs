//! The tag `webhooks`: one file an operation, one guarantee a test.

mod create;
mod delete;
mod list;
mod reseal;
mod rotate_secret;
mod update;

use serde_json::{Value, json};

use crate::support::Actor;

const URL: &str = "https://hooks.example.com/gatepost";

fn endpoint() -> Value {
    json!({ "url": URL, "events": ["key.*"] })
}

/// A new endpoint, with its secret.
async fn register(owner: &Actor) -> Value {
    owner.post("/v1/webhooks", endpoint()).await.is(201).body
}

fn path(webhook: &Value) -> String {
    format!("/v1/webhooks/{}", webhook["id"].as_str().expect("an id"))
}

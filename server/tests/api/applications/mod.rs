//! The tag `applications`: one file an operation, one guarantee a test.

mod create;
mod decide;
mod delete;
mod get;
mod list;
mod vote;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

/// A service that takes applications.
async fn service(app: &TestApp) -> Actor {
    app.trusted(&["applications:read", "applications:write"]).await
}

fn application() -> Value {
    json!({ "name": "Ada", "statement": "I build looms." })
}

/// A new application of this service.
async fn hand_in(service: &Actor) -> Value {
    service.post("/v1/applications", application()).await.is(201).body
}

/// The path of an application.
fn path(application: &Value) -> String {
    format!("/v1/applications/{}", application["id"].as_str().expect("an id"))
}

fn votes_path(application: &Value) -> String {
    format!("{}/votes", path(application))
}

async fn decide(actor: &Actor, application: &Value, decision: &str) -> Value {
    let body = json!({ "decision": decision });
    actor.post(&format!("{}/decision", path(application)), body).await.is(200).body
}

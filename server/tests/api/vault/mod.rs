//! The tag `vault`, secrets under lock: one file an operation, one guarantee a test.

mod delete;
mod get;
mod list;
mod put;
mod reseal;

use serde_json::json;

use crate::support::{Actor, TestApp};

/// Somebody's service: a key that may read and write secrets.
async fn service(app: &TestApp) -> Actor {
    app.owner().await.keyed(&["vault:read", "vault:write"]).await
}

async fn put(actor: &Actor, name: &str, value: &str) {
    actor.put(&format!("/v1/vault/shop/{name}"), json!({ "value": value })).await.is(200);
}

/// The value at a name, as its owner reads it.
async fn value(actor: &Actor, name: &str) -> String {
    actor.get(&format!("/v1/vault/shop/{name}")).await.is(200).text("value")
}

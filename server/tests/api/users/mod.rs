//! The tag `users` and what administrators do to accounts: one guarantee a test.

mod delete;
mod find;
mod list;
mod merge;
mod resolve;
mod set_role;
mod set_tier;
mod upsert;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

/// A service that may look for people, open their accounts and vouch for who they are.
async fn service(app: &TestApp) -> Actor {
    app.trusted(&["users:read", "users:write", "identities:read", "identities:write"]).await
}

fn on_discord(id: &str) -> Value {
    json!({ "platform": "discord", "identity": id })
}

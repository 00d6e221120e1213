//! The tag `identities`, and administrators who link and unlink: one guarantee a test.

mod add;
mod connect;
mod list;
mod remove;
mod set_primary;

use serde_json::{Value, json};

use crate::support::wallet::{Wallet, linking};
use crate::support::{Actor, TestApp};

/// A service that vouches.
async fn service(app: &TestApp) -> Actor {
    app.trusted(&["identities:read", "identities:write"]).await
}

fn path(of: &Actor) -> String {
    format!("/v1/users/{}/identities", of.account_id())
}

fn on_discord(id: &str) -> Value {
    json!({ "platform": "discord", "identity": id })
}

/// What links a wallet to the account of whoever sends it.
fn signed(app: &TestApp, actor: &Actor, wallet: &Wallet) -> Value {
    let mut body = linking(actor, wallet, app.clock.now());
    body["platform"] = json!("evm");
    body
}

/// An identity's own path.
fn one(of: &Actor, identity: &Value) -> String {
    format!("{}/{}", path(of), identity["id"].as_str().expect("an id"))
}

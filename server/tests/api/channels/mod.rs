//! The tag `channels`: one guarantee a test.

mod delete;
mod list;
mod put;

use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

const GUILD: &str = "613425648685547541";
const CHANNEL: &str = "1043210987654321098";

/// A service that looks after channels.
async fn service(app: &TestApp) -> Actor {
    app.trusted(&["discord:read", "discord:write"]).await
}

fn path(guild: &str, key: &str) -> String {
    format!("/v1/discord/channels/{guild}/{key}")
}

async fn put(service: &Actor, guild: &str, key: &str) -> Value {
    service.put(&path(guild, key), json!({ "channelId": CHANNEL })).await.is(200).body
}

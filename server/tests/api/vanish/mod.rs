//! The tag `vanish`: one file an operation, one guarantee a test.

mod add_stats;
mod delete;
mod get;
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

fn path(channel: &str) -> String {
    format!("/v1/discord/vanish/{channel}")
}

async fn put(service: &Actor, channel: &str, guild: &str, seconds: i64) -> Value {
    let body = json!({ "guildId": guild, "durationSeconds": seconds });
    service.put(&path(channel), body).await.is(200).body
}

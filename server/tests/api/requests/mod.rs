//! Requests are kept as they were, without their secrets, and shown to their account alone. One file an operation.

mod get;
mod list;
mod load;
mod secrets;

use serde_json::Value;

use crate::support::Actor;

/// The requests that a list shows, by operation and status, newest first.
pub fn told(page: &Value) -> Vec<(String, i64)> {
    let rows = page["data"].as_array().expect("requests").iter();
    rows.map(|row| (row["operationId"].as_str().expect("an id").to_owned(), row["status"].as_i64().expect("a status")))
        .collect()
}

/// The same of what this person is shown for that query.
pub async fn seen(actor: &Actor, query: &str) -> Vec<(String, i64)> {
    told(&actor.get(&format!("/v1/requests?limit=100&{query}")).await.is(200).body)
}

/// What [`told`] tells.
pub fn rows<const N: usize>(all: [(&str, i64); N]) -> Vec<(String, i64)> {
    all.map(|(operation, status)| (operation.to_owned(), status)).into()
}

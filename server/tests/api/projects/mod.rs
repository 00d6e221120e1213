//! The tag `projects`: one file an operation, one guarantee a test.

mod create;
mod delete;
mod get;
mod list;
mod list_popular_tags;
mod list_user_projects;
mod update;

use serde_json::{Value, json};

use crate::support::Actor;

/// A new project of this name, with these tags.
async fn show(owner: &Actor, name: &str, tags: &[&str]) -> Value {
    owner.post("/v1/projects", json!({ "name": name, "tags": tags })).await.is(201).body
}

/// The same, seen by its owner alone.
async fn hide(owner: &Actor, name: &str, tags: &[&str]) -> Value {
    owner.post("/v1/projects", json!({ "name": name, "tags": tags, "visibility": "private" })).await.is(201).body
}

fn path(project: &Value) -> String {
    format!("/v1/projects/{}", project["id"].as_str().expect("an id"))
}

/// The names that a list shows, over all its pages of that many.
async fn names(actor: &Actor, path: &str, limit: usize) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), String::new());
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = actor.get(&format!("{path}{sign}limit={limit}{next}")).await.is(200).body;
        let data = page["data"].as_array().expect("data");
        names.extend(data.iter().map(|one| one["name"].as_str().expect("a name").to_owned()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return names,
        }
    }
}

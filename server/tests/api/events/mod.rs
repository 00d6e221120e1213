//! The tag `events`, what happened and what kinds there are: one file an operation, one guarantee a test.

mod get;
mod list;
mod list_types;

use gatepost::domain::events::{KeyRevokedData, Payload, UserRegisteredData};
use gatepost::store::events;

use crate::support::{Actor, TestApp};

/// Tells of something that happened to the actor, as an operation would.
async fn tell<P: Payload + Sync>(app: &TestApp, actor: &Actor, data: &P) {
    let owner = actor.user_id.as_ref().expect("an account").parse().expect("an id");
    let mut tx = app.app.db.write().await.expect("a transaction");
    events::tell(&mut tx, (app.clock.now(), &app.app.random), &owner, data).await.expect("an event");
    tx.commit().await.expect("kept");
}

fn revoked(app: &TestApp, name: &str) -> KeyRevokedData {
    KeyRevokedData { key_id: "key_x".to_owned(), name: name.to_owned(), revoked_at: app.clock.now() }
}

fn registered() -> UserRegisteredData {
    UserRegisteredData { user_id: "usr_x".to_owned() }
}

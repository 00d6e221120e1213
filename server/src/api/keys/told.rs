//! What is told of a key: to its owner as an event, and to the audit log. Never a secret.

use serde_json::json;

use super::shown::shown;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::events::Payload;
use crate::domain::keys::{Key, told};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::problem::Problem;
use crate::store::keys::Condemned;
use crate::store::{Tx, audit, events};

/// Tells the owner that something happened to a key.
pub async fn owner(app: &App, tx: &mut Tx, data: &(impl Payload + Sync), key: &Key, now: Time) -> Result<(), Problem> {
    events::tell(tx, (now, &app.random), &key.owner, data).await?;
    Ok(())
}

/// Tells the owners of keys that they are revoked.
pub async fn revoked(app: &App, tx: &mut Tx, keys: &[Key], now: Time) -> Result<(), Problem> {
    for key in keys {
        owner(app, tx, &told::revoked(key, now), key, now).await?;
    }
    Ok(())
}

/// Writes into the audit log what the key was and what it is. To be called last before the commit.
pub async fn audit_log(
    app: &App,
    tx: &mut Tx,
    (caller, action): (&Caller, Action),
    (before, after): (Option<&Key>, &Key),
    now: Time,
) -> Result<(), Problem> {
    let state = |key: &Key| serde_json::to_value(shown(key, now)).ok();
    let (before, after_that) = (before.and_then(state), state(after));
    let change = Change { action, target: after.id.to_string(), owner: Some(after.owner), before, after: after_that };
    record(app, tx, caller, &change, now).await
}

/// The same for a key that was revoked, and which keys went with it.
pub async fn audit_revoked(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    (old, revoked): (&Key, &[Key]),
    now: Time,
) -> Result<(), Problem> {
    let ids: Vec<&str> = revoked.iter().map(|key| key.id.as_str()).collect();
    let change = Change {
        action: Action::KeyRevoked,
        target: old.id.to_string(),
        owner: Some(old.owner),
        before: serde_json::to_value(shown(old, now)).ok(),
        after: Some(json!({ "revokedAt": now.to_rfc3339(), "revoked": ids })),
    };
    record(app, tx, caller, &change, now).await
}

/// One entry for many keys: by which filter, and how many.
pub async fn audit_bulk(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    (filter, revoked): (&Condemned, i64),
    now: Time,
) -> Result<(), Problem> {
    let asked = json!({
        "namespace": filter.namespace,
        "createdBefore": filter.before.map(Time::to_rfc3339),
        "createdAfter": filter.after.map(Time::to_rfc3339),
        "scopes": filter.scopes.map(Scopes::to_names),
        "revoked": revoked,
    });
    let (target, owner) = (filter.owner.to_string(), Some(filter.owner));
    let change = Change { action: Action::KeysRevoked, target, owner, before: None, after: Some(asked) };
    record(app, tx, caller, &change, now).await
}

/// One entry for keys that were deleted: dead before when, and how many.
pub async fn audit_cleanup(
    app: &App,
    tx: &mut Tx,
    caller: &Caller,
    (before, deleted): (Time, u64),
    now: Time,
) -> Result<(), Problem> {
    let after = Some(json!({ "deadBefore": before.to_rfc3339(), "deleted": deleted }));
    let change = Change { action: Action::KeysDeleted, target: "keys".to_owned(), owner: None, before: None, after };
    record(app, tx, caller, &change, now).await
}

async fn record(app: &App, tx: &mut Tx, caller: &Caller, change: &Change, now: Time) -> Result<(), Problem> {
    audit::record(tx, (now, &app.random), &caller.actor(), change).await?;
    Ok(())
}

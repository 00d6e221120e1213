//! Rotating and revoking: how one key ends, or many.

use std::time::Duration;

use super::cases::Named;
use super::shown::{rotated, shown};
use super::told;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::Action;
use crate::domain::ids::UserId;
use crate::domain::keys::{self as domain, Form, Grace, Key, KeyError, told as payload};
use crate::domain::scopes::{Scope, Scopes};
use crate::generated::keys::{RevokeKeys, RevokedKeys};
use crate::generated::types as wire;
use crate::generated::types::{GraceStart, RotateKey, RotatedKey};
use crate::problem::Problem;
use crate::store::keys::{self, Condemned};
use crate::store::{idempotency, users};

/// Replaces a key by a new one.
pub async fn rotate(
    app: &App,
    caller: &Caller,
    (id, whose): Named<'_>,
    body: RotateKey,
) -> Result<RotatedKey, Problem> {
    let found = keys::find(&mut *app.db.read().await?, id, whose).await?.ok_or(KeyError::NotFound)?;
    // Whoever sees the new secret has the key's rights. It is made before the transaction: a key pair takes its time.
    domain::grant(caller.grantable(), found.scopes)?;
    let now = app.clock.now();
    let (made, secret) = app.auth.make_key(found.successor(now)?, Form::of(&found), now).await?;
    let mut tx = app.db.write().await?;
    users::hold(&mut tx, &found.owner, true).await?;
    let old = keys::lock(&mut tx, id, whose).await?.ok_or(KeyError::NotFound)?;
    domain::grant(caller.grantable(), old.scopes)?;
    let now = app.clock.now();
    let turned = old.clone().replaced_by(made, grace(&body), now)?;
    keys::insert(&mut tx, &turned.new).await?;
    keys::update(&mut tx, &turned.old).await?;
    let below = keys::hashes_below(&mut tx, id).await?;
    keys::hand_over_children(&mut tx, id, &turned.new.id).await?;
    told::owner(app, &mut tx, &payload::rotated(&turned.new, &turned.old), &turned.new, now).await?;
    let answer = rotated(&turned.new, secret, &turned.old, now);
    idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
    told::audit_log(app, &mut tx, (caller, Action::KeyRotated), (Some(&old), &turned.new), now).await?;
    tx.commit().await?;
    below.iter().chain([&turned.old.hash]).for_each(|hash| app.auth.forget_key(hash));
    Ok(answer)
}

fn grace(body: &RotateKey) -> Grace {
    let seconds = u64::try_from(body.grace_period_seconds).unwrap_or(0);
    Grace { lasts: Duration::from_secs(seconds), from_first_use: body.grace_starts == GraceStart::FirstUse }
}

/// Counts as a use of a key that lives.
pub async fn touch(app: &App, (id, whose): Named<'_>) -> Result<wire::Key, Problem> {
    let mut tx = app.db.write().await?;
    let mut key = keys::lock(&mut tx, id, whose).await?.ok_or(KeyError::NotFound)?;
    let now = app.clock.now();
    key.is_alive(now)?;
    let replaced = keys::begin_grace(&mut tx, id, now).await?;
    keys::note_use(&mut tx, id, now).await?;
    let below = keys::hashes_below(&mut tx, id).await?;
    tx.commit().await?;
    below.iter().chain([&key.hash]).chain(&replaced).for_each(|hash| app.auth.forget_key(hash));
    key.last_used_at = key.last_used_at.max(Some(now));
    Ok(shown(&key, now))
}

/// Revokes a key for good, and its children with it. Again, it changes nothing.
pub async fn revoke(app: &App, caller: &Caller, (id, whose): Named<'_>) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    let found = keys::find(&mut tx, id, whose).await?.ok_or(KeyError::NotFound)?;
    // No child is made while its parent goes.
    users::hold(&mut tx, &found.owner, true).await?;
    let old = keys::lock(&mut tx, id, whose).await?.ok_or(KeyError::NotFound)?;
    let now = app.clock.now();
    let ids = keys::with_children(&mut tx, id).await?;
    let revoked = keys::revoke(&mut tx, ids, now).await?;
    if revoked.is_empty() {
        return Ok(());
    }
    told::revoked(app, &mut tx, &revoked, now).await?;
    told::audit_revoked(app, &mut tx, caller, (&old, &revoked), now).await?;
    tx.commit().await?;
    revoked.iter().for_each(|key| app.auth.forget_key(&key.hash));
    Ok(())
}

/// Revokes every living key of an account that passes the filters, or counts them.
pub async fn revoke_many(app: &App, caller: &Caller, body: RevokeKeys) -> Result<RevokedKeys, Problem> {
    let filter = condemned(caller, &body)?;
    let mut tx = app.db.write().await?;
    // Keys that are being made are waited for, and later ones are made later: none is missed (S59).
    users::hold(&mut tx, &filter.owner, true).await?;
    let now = app.clock.now();
    let ids = keys::condemned(&mut tx, &filter, now).await?;
    if body.dry_run {
        return Ok(RevokedKeys { revoked: count(&ids), dry_run: true });
    }
    let revoked = keys::revoke(&mut tx, ids, now).await?;
    told::revoked(app, &mut tx, &revoked, now).await?;
    told::audit_bulk(app, &mut tx, caller, (&filter, count(&revoked)), now).await?;
    tx.commit().await?;
    revoked.iter().for_each(|key: &Key| app.auth.forget_key(&key.hash));
    Ok(RevokedKeys { revoked: count(&revoked), dry_run: false })
}

fn count<T>(all: &[T]) -> i64 {
    i64::try_from(all.len()).unwrap_or(i64::MAX)
}

/// What is to be revoked; never everything by omission (promise 4).
fn condemned(caller: &Caller, body: &RevokeKeys) -> Result<Condemned, Problem> {
    let owner = match &body.user_id {
        Some(_) if !caller.is_admin() => {
            return Err(Problem::forbidden("Only an administrator revokes the keys of another account."));
        }
        Some(id) => id.parse::<UserId>().map_err(|_| Problem::invalid_body("/userId", "is no account's id"))?,
        None => *caller.owner(),
    };
    let filters = [
        body.user_id.is_some(),
        body.namespace.is_some(),
        body.created_before.is_some(),
        body.created_after.is_some(),
        body.scope.is_some(),
    ];
    if !filters.contains(&true) {
        return Err(Problem::invalid_body("", "needs at least one filter: nothing does not mean everything"));
    }
    Ok(Condemned {
        owner,
        namespace: body.namespace.clone(),
        before: body.created_before,
        after: body.created_after,
        scopes: body.scope.map(holders),
    })
}

/// The scopes that open what `scope` opens: itself, and the umbrellas over it.
fn holders(scope: Scope) -> Scopes {
    Scope::ALL.iter().copied().filter(|one| Scopes::from(*one).covers(scope.into())).collect()
}

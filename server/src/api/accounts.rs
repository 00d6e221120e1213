//! Accounts as operations of several tags show and change them.

use std::collections::HashMap;

use serde_json::json;

use super::identities as linked;
use super::keys::told;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::UserId;
use crate::domain::scopes::Scopes;
use crate::domain::users::{Role, Tier, User, UserError};
use crate::generated::types as wire;
use crate::problem::Problem;
use crate::store::keys::{self, Condemned};
use crate::store::{Connection, Tx, audit, identities, users};

/// The account that a path names: an id, or `me`. What cannot be an id is one that nobody has.
pub fn id(caller: &Caller, text: &str) -> Result<UserId, UserError> {
    if text == "me" { Ok(*caller.owner()) } else { text.parse().map_err(|_| UserError::NotFound) }
}

/// One account, with who it is elsewhere.
pub async fn show(connection: &mut Connection, id: UserId) -> Result<wire::User, Problem> {
    let user = users::find(connection, &id).await?.ok_or(UserError::NotFound)?;
    let known = identities::of_all(connection, [id]).await?;
    let mut all = shown(vec![user], known, |_, identity| identity.to_owned());
    Ok(all.pop().ok_or(UserError::NotFound)?)
}

/// Accounts with who they are elsewhere, each identity as `written`.
pub fn shown(
    users: Vec<User>,
    identities: Vec<Identity>,
    written: impl Fn(Platform, &str) -> String,
) -> Vec<wire::User> {
    let mut of: HashMap<UserId, Vec<wire::Identity>> = HashMap::new();
    for identity in identities {
        let text = written(identity.platform, &identity.identity);
        of.entry(identity.owner).or_default().push(linked::shown(&Identity { identity: text, ..identity }));
    }
    let one = |user: User| wire::User {
        identities: of.remove(&user.id).unwrap_or_default(),
        id: user.id.to_string(),
        name: user.name,
        role: user.role.into(),
        tier: user.tier.into(),
        created_at: user.created_at,
    };
    users.into_iter().map(one).collect()
}

/// What is written down of a change to an account.
pub fn change(action: Action, before: &User, after: &User) -> Change {
    let state = |user: &User| json!({ "name": user.name, "role": user.role.name(), "tier": user.tier.name() });
    let (before, now) = (state(before), state(after));
    Change { action, target: after.id.to_string(), owner: Some(after.id), before: Some(before), after: Some(now) }
}

/// Makes an account something else in the collective. What an administrator alone could grant does not outlive that
/// role in a key (S111).
pub async fn set_role(app: &App, caller: &Caller, text: &str, role: Role) -> Result<wire::User, Problem> {
    let mut tx = app.db.write().await?;
    let before = locked(&mut tx, caller, text).await?;
    before.may_change()?;
    let after = User { role, ..before.clone() };
    users::update(&mut tx, &after).await?;
    if before.role == Role::Admin && role != Role::Admin {
        revoke_admin_granted(app, &mut tx, after.id).await?;
    }
    kept(app, caller, tx, &change(Action::RoleChanged, &before, &after)).await
}

/// Revokes the keys of an account that hold what only an administrator grants, and tells its owner.
pub async fn revoke_admin_granted(app: &App, tx: &mut Tx, owner: UserId) -> Result<(), Problem> {
    let scopes = Some(Scopes::ADMIN_GRANTED);
    let filter = Condemned { owner, namespace: None, before: None, after: None, scopes };
    let now = app.clock.now();
    let ids = keys::condemned(tx, &filter, now).await?;
    let revoked = keys::revoke(tx, ids, now).await?;
    told::revoked(app, tx, &revoked, now).await
}

/// Gives an account other limits.
pub async fn set_tier(app: &App, caller: &Caller, text: &str, tier: Tier) -> Result<wire::User, Problem> {
    let mut tx = app.db.write().await?;
    let before = locked(&mut tx, caller, text).await?;
    let after = User { tier, ..before.clone() };
    users::update(&mut tx, &after).await?;
    kept(app, caller, tx, &change(Action::TierChanged, &before, &after)).await
}

async fn locked(tx: &mut Tx, caller: &Caller, text: &str) -> Result<User, Problem> {
    let id = id(caller, text)?;
    users::hold(tx, &id, true).await?;
    Ok(users::find(tx, &id).await?.ok_or(UserError::NotFound)?)
}

/// Writes the change down, keeps it, and lets every process ask anew who the account is.
async fn kept(app: &App, caller: &Caller, mut tx: Tx, change: &Change) -> Result<wire::User, Problem> {
    let id = change.owner.ok_or(UserError::NotFound)?;
    let answer = show(&mut tx, id).await?;
    audit::record(&mut tx, (app.clock.now(), &app.random), &caller.actor(), change).await?;
    tx.commit().await?;
    app.auth.forget_everything();
    Ok(answer)
}

//! How accounts end: deleted, or merged into another one. Each is one transaction, and written down.

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::accounts;
use super::keys::told;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::identities::{IdentityError, MOST};
use crate::domain::ids::UserId;
use crate::domain::users::{Role, User, UserError};
use crate::domain::vault::{Kept, Place};
use crate::generated::types as wire;
use crate::problem::Problem;
use crate::store::belongings::{self, Belongings};
use crate::store::tables::{
    ApplicationVotes, Applications, Identities, Items, Keys, PracticeSessions, Projects, Webhooks,
};
use crate::store::{Tx, audit, identities, keys, sessions, users, vault};

/// Deletes an account, with what is its own alone.
pub async fn delete(app: &App, caller: &Caller, text: &str) -> Result<wire::Belongings, Problem> {
    let id = accounts::id(caller, text)?;
    let mut tx = app.db.write().await?;
    users::hold(&mut tx, &id, true).await?;
    let user = users::find(&mut tx, &id).await?.ok_or(UserError::NotFound)?;
    user.may_change()?;
    if user.role == Role::Admin && !caller.is_admin() {
        return Err(UserError::AnAdministrator.into());
    }
    let ended = sessions::revoke_all(&mut tx, &id, app.clock.now()).await?.len();
    let secrets = belongings::places(&mut tx, id).await?.len();
    app.cancel_orders_of(&mut tx, id).await?;
    let gone = belongings::remove(&mut tx, id).await?;
    let answer = counted(id, &gone, (ended, secrets));
    let before = json!({ "name": user.name, "role": user.role.name(), "tier": user.tier.name() });
    let after = serde_json::to_value(&answer).ok();
    let change =
        Change { action: Action::AccountDeleted, target: id.to_string(), owner: Some(id), before: Some(before), after };
    kept(app, caller, tx, &change).await?;
    Ok(answer)
}

/// Makes one account of two.
pub async fn merge(app: &App, caller: &Caller, source: &str, target: &str) -> Result<wire::Belongings, Problem> {
    let unknown = |property| move |_| UserError::Unknown(property);
    let from: UserId = source.parse().map_err(unknown("sourceId"))?;
    let to: UserId = target.parse().map_err(unknown("targetId"))?;
    if from == to {
        return Err(UserError::Same.into());
    }
    let mut tx = app.db.write().await?;
    let (source, target) = both(&mut tx, from, to).await?;
    source.may_change()?;
    if identities::of_all(&mut tx, [from, to]).await?.len() > MOST {
        return Err(IdentityError::TooMany.into());
    }
    revoke_signed(app, &mut tx, from).await?;
    if source.role == Role::Admin && target.role != Role::Admin {
        accounts::revoke_admin_granted(app, &mut tx, from).await?;
    }
    let ended = sessions::revoke_all(&mut tx, &from, app.clock.now()).await?.len();
    let secrets = move_secrets(app, &mut tx, from, to).await?;
    let moved = belongings::hand_over(&mut tx, from, to).await?;
    belongings::hand_over_sign_in(&mut tx, from, to).await?;
    users::delete(&mut tx, &from).await?;
    let answer = counted(to, &moved, (ended, secrets));
    let before = json!({ "sourceId": from.as_str(), "name": source.name, "role": source.role.name() });
    let after = serde_json::to_value(&answer).ok();
    let change =
        Change { action: Action::AccountMerged, target: to.to_string(), owner: Some(to), before: Some(before), after };
    kept(app, caller, tx, &change).await?;
    Ok(answer)
}

/// Both accounts, held in one order, so that two merges never wait for each other.
async fn both(tx: &mut Tx, from: UserId, to: UserId) -> Result<(User, User), Problem> {
    for id in [from.min(to), from.max(to)] {
        users::hold(tx, &id, true).await?;
    }
    let source = users::find(tx, &from).await?.ok_or(UserError::Unknown("sourceId"))?;
    Ok((source, users::find(tx, &to).await?.ok_or(UserError::Unknown("targetId"))?))
}

/// A signed key says whose it is, and nobody can say otherwise in it.
async fn revoke_signed(app: &App, tx: &mut Tx, owner: UserId) -> Result<(), Problem> {
    let mut ids = Vec::new();
    for id in belongings::signed_keys(tx, owner).await? {
        ids.extend(keys::with_children(tx, &id).await?);
    }
    let now = app.clock.now();
    let revoked = keys::revoke(tx, ids, now).await?;
    told::revoked(app, tx, &revoked, now).await
}

/// Each secret is bound to its owner, so that it is opened and sealed anew.
async fn move_secrets(app: &App, tx: &mut Tx, from: UserId, to: UserId) -> Result<usize, Problem> {
    let places = belongings::places(tx, from).await?;
    for old in &places {
        let place = Place { owner: to, ..old.clone() };
        if vault::find(tx, &place).await?.is_some() {
            return Err(UserError::SecretsClash.into());
        }
        let Some(kept) = vault::find(tx, old).await? else { continue };
        let value = app.vault.open(&kept)?;
        let sealed = app.vault.seal(place, kept.version, value.expose_secret(), kept.updated_at, &app.random)?;
        vault::insert(tx, &Kept { description: kept.description, created_at: kept.created_at, ..sealed }).await?;
        vault::delete(tx, old).await?;
    }
    Ok(places.len())
}

async fn kept(app: &App, caller: &Caller, mut tx: Tx, change: &Change) -> Result<(), Problem> {
    audit::record(&mut tx, (app.clock.now(), &app.random), &caller.actor(), change).await?;
    tx.commit().await?;
    app.auth.forget_everything();
    Ok(())
}

fn counted(id: UserId, much: &Belongings, (sessions, secrets): (usize, usize)) -> wire::Belongings {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX).min(1_000_000_000);
    let few = |count: usize| number(u64::try_from(count).unwrap_or(u64::MAX));
    let applied = [Applications::CreatedBy, Applications::Applicant].map(|by| much.of(Applications::Table, by));
    wire::Belongings {
        user_id: id.to_string(),
        sessions: few(sessions),
        keys: number(much.of(Keys::Table, Keys::Owner)),
        items: number(much.of(Items::Table, Items::Seller)),
        webhooks: number(much.of(Webhooks::Table, Webhooks::Owner)),
        projects: number(much.of(Projects::Table, Projects::Owner)),
        practice: number(much.of(PracticeSessions::Table, PracticeSessions::Owner)),
        identities: number(much.of(Identities::Table, Identities::Owner)),
        secrets: few(secrets),
        applications: number(applied.iter().sum()),
        votes: number(much.of(ApplicationVotes::Table, ApplicationVotes::Voter)),
    }
}

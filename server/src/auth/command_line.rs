//! Keys made at the command line, next to a server or without one: whoever reaches the database may make them.

use serde_json::json;
use thiserror::Error;

use super::start;
use crate::domain::audit::{Action, Actor, Change};
use crate::domain::ids::UserId;
use crate::domain::keys::{Bounds, End, Environment, Key, KeyError, Labels, NewKey, Secret, told};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{Email, Tier};
use crate::random::Random;
use crate::store::{Db, StoreError, audit, events, keys, users};

/// The key that is asked for.
#[derive(Debug, Clone)]
pub struct KeyOrder {
    /// What to call it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Whose it will be.
    pub owner: KeyOwner,
    /// Live or test.
    pub environment: Environment,
    /// A tier of its own; the account's without one.
    pub tier: Option<Tier>,
    /// When it ends.
    pub ends: End,
}

/// Whose a key will be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyOwner {
    /// The built-in administrator's.
    Administrator,
    /// The account's with that id.
    Id(UserId),
    /// The account's with that address.
    Email(Email),
}

/// Why there is no key.
#[derive(Debug, Error)]
pub enum KeyOrderError {
    /// No such account.
    #[error("there is no such account")]
    NoSuchUser,
    /// It cannot be made like that.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The store's failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes a key. Its secret is shown by the caller, once.
///
/// # Errors
/// [`KeyOrderError`].
pub async fn make_key(db: &Db, order: KeyOrder, now: Time, random: &Random) -> Result<(Key, Secret), KeyOrderError> {
    let mut tx = db.write().await?;
    let owner = match &order.owner {
        KeyOwner::Administrator => {
            users::insert_if_new(&mut tx, &start::administrator(now), None).await?;
            Some(UserId::ADMINISTRATOR)
        }
        KeyOwner::Id(id) => users::find(&mut tx, id).await?.map(|user| user.id),
        KeyOwner::Email(email) => users::find_by_email(&mut tx, email).await?.map(|user| user.id),
    };
    let new = NewKey {
        owner: owner.ok_or(KeyOrderError::NoSuchUser)?,
        name: order.name,
        description: None,
        environment: order.environment,
        scopes: order.scopes,
        tier: order.tier,
        ends: order.ends,
        labels: Labels::default(),
        bounds: Bounds::default(),
        parent: None,
    };
    let (key, secret) = Key::make(new, now, random)?;
    keys::insert(&mut tx, &key).await?;
    events::tell(&mut tx, (now, random), &key.owner, &told::created(&key)).await?;
    let by_command = Actor { credential: Some("commandLine".to_owned()), ..Actor::default() };
    audit::record(&mut tx, (now, random), &by_command, &created(&key)).await?;
    tx.commit().await?;
    Ok((key, secret))
}

/// A key that was made without a request, for the audit log.
pub(super) fn created(key: &Key) -> Change {
    let after = json!({
        "name": key.name,
        "display": key.display,
        "scopes": key.scopes.to_names(),
        "expiresAt": key.expires_at.map(Time::to_rfc3339),
    });
    let (target, owner) = (key.id.to_string(), Some(key.owner));
    Change { action: Action::KeyCreated, target, owner, before: None, after: Some(after) }
}

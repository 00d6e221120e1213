//! What is done with keys, by their owners and by administrators: `whose` is whose keys the caller may see, `None` for
//! everybody's.

use super::asked::{self, Listed};
use super::form;
use super::shown::{shown, shown_once};
use super::told;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::Action;
use crate::domain::cursor::Cursor;
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{Key, KeyChange, KeyError, line, told as payload};
use crate::domain::time::Time;
use crate::generated::keys::CreateKey;
use crate::generated::types as wire;
use crate::generated::types::{CreatedKey, KeyPage, UpdateKey};
use crate::problem::Problem;
use crate::store::keys::{self, Filter};
use crate::store::{Tx, idempotency, users};

/// A key's id, and whose it has to be.
pub type Named<'a> = (&'a KeyId, Option<&'a UserId>);

/// Makes a key for `owner`.
pub async fn create(app: &App, caller: &Caller, owner: UserId, body: CreateKey) -> Result<CreatedKey, Problem> {
    let parent = asked::parent(body.parent_id.as_deref())?;
    let form = form::of(&body)?;
    let new = asked::new_key(caller, owner, parent, body)?;
    // Before the transaction: a key pair takes its time.
    let (mut key, secret) = app.auth.make_key(new, form, app.clock.now()).await?;
    let mut tx = app.db.write().await?;
    // Before the time is taken: whoever revokes all keys up to a moment waits for this one, or this one for them (S59).
    if !users::hold(&mut tx, &owner, parent.is_some()).await? {
        return Err(Problem::invalid_body("/userId", "is no account"));
    }
    let now = app.clock.now();
    let above = parents(&mut tx, &owner, parent, now).await?;
    key.created_at = now;
    key.scopes = line::scopes_within(key.scopes, &above)?;
    key.expires_at = line::end_within(key.expires_at, &above)?;
    keys::insert(&mut tx, &key).await?;
    told::owner(app, &mut tx, &payload::created(&key), &key, now).await?;
    let created = shown_once(&key, secret, now);
    idempotency::keep(&mut tx, caller.idempotency.as_deref(), &created).await?;
    told::audit_log(app, &mut tx, (caller, Action::KeyCreated), (None, &key), now).await?;
    tx.commit().await?;
    Ok(created)
}

/// The parent that is asked for and those above it, if it may have another child.
async fn parents(tx: &mut Tx, owner: &UserId, parent: Option<KeyId>, now: Time) -> Result<Vec<Key>, Problem> {
    let Some(parent) = parent else { return Ok(Vec::new()) };
    let parents = keys::find_line(tx, &parent, Some(owner)).await?;
    line::may_have_child(&parents, now)?;
    Ok(parents)
}

/// A page of keys.
pub async fn list(app: &App, filter: &Filter, Listed { most, after }: Listed) -> Result<KeyPage, Problem> {
    let now = app.clock.now();
    // One more than asked for tells whether there is a next page.
    let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
    let mut found = keys::list(&mut *app.db.read().await?, filter, after.as_ref(), wanted, now).await?;
    let more = found.len() > most;
    found.truncate(most);
    let last = found.last().filter(|_| more).map(|key| Cursor { time: key.created_at, id: key.id });
    Ok(KeyPage {
        data: found.iter().map(|key| shown(key, now)).collect(),
        next_cursor: last.map(|cursor| cursor.to_text()),
    })
}

/// Changes a key.
pub async fn update(app: &App, caller: &Caller, (id, whose): Named<'_>, body: UpdateKey) -> Result<wire::Key, Problem> {
    let change = asked::change(caller, body)?;
    let mut tx = app.db.write().await?;
    let old = keys::lock(&mut tx, id, whose).await?.ok_or(KeyError::NotFound)?;
    let now = app.clock.now();
    let key = changed(&mut tx, old.clone(), change, now).await?;
    keys::update(&mut tx, &key).await?;
    if key.expires_at != old.expires_at {
        keys::tell_again(&mut tx, id).await?;
    }
    let below = keys::hashes_below(&mut tx, id).await?;
    told::audit_log(app, &mut tx, (caller, Action::KeyUpdated), (Some(&old), &key), now).await?;
    tx.commit().await?;
    below.iter().chain([&key.hash]).for_each(|hash| app.auth.forget_key(hash));
    Ok(shown(&key, now))
}

/// The key with the change made, still within what its parent allows.
async fn changed(tx: &mut Tx, old: Key, change: KeyChange, now: Time) -> Result<Key, Problem> {
    let (scopes, end) = (change.scopes.is_some(), change.expires_at.is_some());
    let mut key = old.change(change, now)?;
    if key.lineage.parent.is_some() && (scopes || end) {
        let line = keys::find_line(tx, &key.id, None).await?;
        let above = line.get(1..).unwrap_or_default();
        if scopes {
            key.scopes = line::scopes_within(key.scopes, above)?;
        }
        if end {
            key.expires_at = line::end_within(key.expires_at, above)?;
        }
    }
    Ok(key)
}

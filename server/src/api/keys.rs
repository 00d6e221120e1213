//! API keys: their owner makes, sees, changes and revokes them.

use std::time::Duration;

use poem_openapi::types::MaybeUndefined;

use super::key_form;
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Cursor;
use crate::domain::ids::KeyId;
use crate::domain::keys::{self as domain, End, Key, KeyChange, KeyError, NewKey, Secret};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::generated::keys as wire;
use crate::generated::keys::{CreateKey, CreatedKey, KeyPage, KeyVerification, KeysApi, UpdateKey, VerifyKey};
use crate::problem::Problem;
use crate::store::{idempotency, keys};

impl KeysApi for App {
    async fn create_key(&self, caller: Caller, body: CreateKey) -> Result<CreatedKey, Problem> {
        let now = self.clock.now();
        let form = key_form::of(&body)?;
        let (key, secret) = self.auth.make_key(new_key(&caller, body)?, form, now).await?;
        let created = shown_once(&key, secret, now);
        let mut tx = self.db.write().await?;
        keys::insert(&mut tx, &key).await?;
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &created).await?;
        tx.commit().await?;
        Ok(created)
    }

    async fn list_keys(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        status: Option<wire::KeyStatus>,
    ) -> Result<KeyPage, Problem> {
        let now = self.clock.now();
        let after = cursor.as_deref().map(Cursor::parse).transpose();
        let after = after.map_err(|error| Problem::invalid_query("cursor", error.to_string()))?;
        let most = usize::try_from(limit).unwrap_or(1);
        let mut connection = self.db.read().await?;
        // One more than asked for tells whether there is a next page.
        let wanted = u64::try_from(most).unwrap_or(1).saturating_add(1);
        let status = status.map(Into::into);
        let mut found = keys::list(&mut connection, caller.owner(), status, after.as_ref(), wanted, now).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more).map(|key| Cursor { time: key.created_at, id: key.id });
        Ok(KeyPage {
            data: found.iter().map(|key| shown(key, now)).collect(),
            next_cursor: last.map(|cursor| cursor.to_text()),
        })
    }

    async fn get_key(&self, caller: Caller, key_id: String) -> Result<wire::Key, Problem> {
        let id = id(&key_id)?;
        let key = keys::find_owned(&mut *self.db.read().await?, &id, caller.owner()).await?;
        Ok(shown(&key.ok_or(KeyError::NotFound)?, self.clock.now()))
    }

    async fn update_key(&self, caller: Caller, key_id: String, body: UpdateKey) -> Result<wire::Key, Problem> {
        let id = id(&key_id)?;
        let mut tx = self.db.write().await?;
        let old = keys::lock_owned(&mut tx, &id, caller.owner()).await?.ok_or(KeyError::NotFound)?;
        let now = self.clock.now();
        let key = old.change(change(&caller, body)?, now)?;
        keys::update(&mut tx, &key).await?;
        tx.commit().await?;
        self.auth.forget_key(&key.hash);
        Ok(shown(&key, now))
    }

    async fn revoke_key(&self, caller: Caller, key_id: String) -> Result<(), Problem> {
        let id = id(&key_id)?;
        let mut tx = self.db.write().await?;
        let mut key = keys::lock_owned(&mut tx, &id, caller.owner()).await?.ok_or(KeyError::NotFound)?;
        key.revoked_at = Some(key.revoked_at.unwrap_or_else(|| self.clock.now()));
        keys::update(&mut tx, &key).await?;
        tx.commit().await?;
        self.auth.forget_key(&key.hash);
        Ok(())
    }

    async fn verify_key(&self, _caller: Caller, body: VerifyKey) -> Result<KeyVerification, Problem> {
        super::verify_key::verify(self, body).await
    }
}

fn new_key(caller: &Caller, body: CreateKey) -> Result<NewKey, Problem> {
    let within = body.expires_in_seconds.and_then(|seconds| u64::try_from(seconds).ok()).map(Duration::from_secs);
    Ok(NewKey {
        owner: *caller.owner(),
        name: body.name,
        description: body.description,
        environment: body.environment.map_or(domain::Environment::Live, Into::into),
        scopes: domain::grant(caller.scopes, body.scopes.into_iter().collect())?,
        tier: None,
        ends: End::from_either(body.expires_at, within)?,
        labels: domain::Labels::default(),
        bounds: domain::Bounds::default(),
        parent: None,
    })
}

fn change(caller: &Caller, body: UpdateKey) -> Result<KeyChange, Problem> {
    let scopes = body.scopes.map(|wanted| domain::grant(caller.scopes, wanted.into_iter().collect::<Scopes>()));
    Ok(KeyChange {
        name: body.name,
        description: nullable(body.description),
        scopes: scopes.transpose()?,
        disabled: body.disabled,
        expires_at: nullable(body.expires_at),
    })
}

/// `Some(None)` is the null that clears.
fn nullable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// An id that cannot be one is an id that nobody has.
fn id(text: &str) -> Result<KeyId, KeyError> {
    text.parse().map_err(|_| KeyError::NotFound)
}

fn shown(key: &Key, now: Time) -> wire::Key {
    wire::Key {
        id: key.id.to_string(),
        user_id: key.owner.to_string(),
        name: key.name.clone(),
        description: key.description.clone(),
        kind: key.kind.into(),
        environment: key.environment.into(),
        audience: key_form::audience(key),
        algorithm: key_form::algorithm(key),
        display: key.display.clone(),
        scopes: key.scopes.iter().collect(),
        status: key.status(now).into(),
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
    }
}

fn shown_once(key: &Key, secret: Secret, now: Time) -> CreatedKey {
    let key = shown(key, now);
    CreatedKey {
        id: key.id,
        user_id: key.user_id,
        name: key.name,
        description: key.description,
        kind: key.kind,
        environment: key.environment,
        audience: key.audience,
        algorithm: key.algorithm,
        display: key.display,
        scopes: key.scopes,
        status: key.status,
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
        secret: secret.show_once(),
    }
}

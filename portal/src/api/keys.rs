//! `keys`: list, make, change, revoke.

use gatepost_sdk::types;

use super::{Calls, Failure};
use crate::dates::Moment;

/// More keys than this are not shown; who has them uses the API.
const MAX_KEYS: usize = 1000;

/// A key as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub id: String,
    pub name: String,
    pub description: String,
    pub display: String,
    pub scopes: Vec<String>,
    /// `active`, `disabled`, `expired` or `revoked`; others may come.
    pub status: String,
    pub created: Moment,
    pub expires: Option<Moment>,
    pub last_used: Option<Moment>,
    pub revoked: Option<Moment>,
}

/// A key to make.
#[derive(Debug, Clone)]
pub(crate) struct KeyDraft {
    pub name: String,
    pub scopes: Vec<String>,
    /// `None` never ends.
    pub expires_in_seconds: Option<i64>,
    /// Makes a form that is sent twice one key.
    pub idempotency_key: Option<String>,
}

/// A new key and its secret, which nobody keeps.
pub(crate) struct CreatedKey {
    pub key: Key,
    pub secret: String,
}

/// What to change about a key.
#[derive(Debug, Clone)]
pub(crate) enum KeyChange {
    About { name: String, description: Option<String>, scopes: Vec<String> },
    Disabled(bool),
}

impl Key {
    /// Whether it can still be changed.
    pub fn is_alive(&self) -> bool {
        matches!(self.status.as_str(), "active" | "disabled")
    }
}

impl Calls {
    /// The visitor's keys, newest first.
    pub async fn keys(&self) -> Result<Vec<Key>, Failure> {
        let mut stream = self.client.list_keys().limit(100).stream();
        let mut keys = Vec::new();
        while let Some(key) = stream.try_next().await? {
            keys.push(Key::from(key));
            if keys.len() >= MAX_KEYS {
                break;
            }
        }
        Ok(keys)
    }

    pub async fn key(&self, id: &str) -> Result<Key, Failure> {
        Ok(self.client.get_key().key_id(id).send().await?.into_inner().into())
    }

    pub async fn create_key(&self, draft: &KeyDraft) -> Result<CreatedKey, Failure> {
        let call = self.client.create_key().maybe_idempotency_key(draft.idempotency_key.as_deref()).body_map(|body| {
            body.name(draft.name.as_str())
                .scopes(draft.scopes.iter().map(String::as_str))
                .maybe_expires_in_seconds(draft.expires_in_seconds)
        });
        let created = call.send().await?.into_inner();
        let secret = created.secret.clone();
        Ok(CreatedKey { key: created.into(), secret })
    }

    pub async fn change_key(&self, id: &str, change: &KeyChange) -> Result<Key, Failure> {
        let call = self.client.update_key().key_id(id).body_map(|body| match change {
            KeyChange::About { name, description, scopes } => {
                let body = body.name(name.as_str()).scopes(scopes.iter().map(String::as_str));
                match description {
                    Some(description) => body.description(description.as_str()),
                    None => body.clear_description(),
                }
            }
            KeyChange::Disabled(disabled) => body.disabled(*disabled),
        });
        Ok(call.send().await?.into_inner().into())
    }

    pub async fn revoke_key(&self, id: &str) -> Result<(), Failure> {
        self.client.revoke_key().key_id(id).send().await?;
        Ok(())
    }
}

pub(super) fn moment(timestamp: gatepost_sdk::Timestamp) -> Moment {
    Moment::from_ms(timestamp.unix_ms())
}

fn names(scopes: &[types::Scope]) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}

impl From<types::Key> for Key {
    fn from(key: types::Key) -> Self {
        Self {
            id: key.id,
            name: key.name,
            description: key.description.unwrap_or_default(),
            display: key.display,
            scopes: names(&key.scopes),
            status: key.status.as_str().to_owned(),
            created: moment(key.created_at),
            expires: key.expires_at.map(moment),
            last_used: key.last_used_at.map(moment),
            revoked: key.revoked_at.map(moment),
        }
    }
}

impl From<types::CreatedKey> for Key {
    fn from(key: types::CreatedKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            description: key.description.unwrap_or_default(),
            display: key.display,
            scopes: names(&key.scopes),
            status: key.status.as_str().to_owned(),
            created: moment(key.created_at),
            expires: key.expires_at.map(moment),
            last_used: key.last_used_at.map(moment),
            revoked: key.revoked_at.map(moment),
        }
    }
}

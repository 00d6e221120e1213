//! `keys`: list, make, change, rotate, revoke.

use gatepost_sdk::types;

use super::{Calls, Failure, KeyChange, KeyDraft, Rotation};
use crate::dates::Moment;

/// More keys than this are not shown; who has them uses the API.
const MAX_KEYS: usize = 1000;

/// A key as its owner sees it.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub id: String,
    pub name: String,
    pub description: String,
    /// `secret`, `publishable` or `signed`; others may come.
    pub kind: String,
    pub display: String,
    pub scopes: Vec<String>,
    /// `active`, `disabled`, `idle`, `expired` or `revoked`; others may come.
    pub status: String,
    pub created: Moment,
    pub expires: Option<Moment>,
    pub last_used: Option<Moment>,
    pub revoked: Option<Moment>,
    pub namespace: Option<String>,
    /// Who a signed key is for.
    pub audience: Option<String>,
    pub client_name: Option<String>,
    pub max_idle_seconds: Option<i64>,
    pub allowed_origins: Vec<String>,
    pub allowed_ips: Vec<String>,
    pub per_minute: Option<i64>,
    pub per_day: Option<i64>,
    pub parent: Option<String>,
    pub rotated_from: Option<String>,
    pub rotated_to: Option<String>,
}

/// A new key and its secret, which nobody keeps.
pub(crate) struct CreatedKey {
    pub key: Key,
    pub secret: String,
}

/// The key that takes over, and when the one before it ends.
pub(crate) struct RotatedKey {
    pub created: CreatedKey,
    /// `None` while the grace has not begun.
    pub previous_ends: Option<Moment>,
}

impl Key {
    /// Whether it can still be changed.
    pub fn is_alive(&self) -> bool {
        matches!(self.status.as_str(), "active" | "disabled")
    }

    /// Whether another can take its place: one that has gone once cannot go twice.
    pub fn can_rotate(&self) -> bool {
        self.is_alive() && self.rotated_to.is_none()
    }

    /// How long it may lie unused, in words.
    pub fn max_idle(&self) -> Option<String> {
        self.max_idle_seconds.map(crate::dates::span)
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
        let call = self.client.create_key().maybe_idempotency_key(draft.idempotency_key.as_deref());
        let created = call.body_map(|body| draft.fill(body)).send().await?.into_inner();
        let secret = created.secret.clone();
        Ok(CreatedKey { key: created.into(), secret })
    }

    pub async fn change_key(&self, id: &str, change: &KeyChange) -> Result<Key, Failure> {
        let call = self.client.update_key().key_id(id).body_map(|body| change.fill(body));
        Ok(call.send().await?.into_inner().into())
    }

    /// Makes the key that takes over.
    pub async fn rotate_key(&self, id: &str, rotation: &Rotation) -> Result<RotatedKey, Failure> {
        let call = self.client.rotate_key().key_id(id).maybe_idempotency_key(rotation.idempotency_key.as_deref());
        let rotated = call.body_map(|body| rotation.fill(body)).send().await?.into_inner();
        let (secret, previous_ends) = (rotated.secret.clone(), rotated.previous_expires_at.map(moment));
        Ok(RotatedKey { created: CreatedKey { key: rotated.into(), secret }, previous_ends })
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

/// The answers that hold a key have its properties each; what more they have is read before.
macro_rules! key_from {
    ($($answer:ty),+) => {$(
        impl From<$answer> for Key {
            fn from(key: $answer) -> Self {
                Self {
                    id: key.id,
                    name: key.name,
                    description: key.description.unwrap_or_default(),
                    kind: key.kind.as_str().to_owned(),
                    display: key.display,
                    scopes: names(&key.scopes),
                    status: key.status.as_str().to_owned(),
                    created: moment(key.created_at),
                    expires: key.expires_at.map(moment),
                    last_used: key.last_used_at.map(moment),
                    revoked: key.revoked_at.map(moment),
                    namespace: key.namespace,
                    audience: key.audience,
                    client_name: key.client_name,
                    max_idle_seconds: key.max_idle_seconds,
                    allowed_origins: key.allowed_origins,
                    allowed_ips: key.allowed_ips,
                    per_minute: key.limits.per_minute,
                    per_day: key.limits.per_day,
                    parent: key.parent_id,
                    rotated_from: key.rotated_from,
                    rotated_to: key.rotated_to,
                }
            }
        }
    )+};
}

key_from!(types::Key, types::CreatedKey, types::RotatedKey);

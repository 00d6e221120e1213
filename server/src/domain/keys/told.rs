//! What each event of a key's life carries, as the contract's `webhooks` say. Never a secret.

use super::Key;
use crate::domain::events::{KeyCreatedData, KeyExpiringData, KeyRevokedData, KeyRotatedData};
use crate::domain::time::Time;

/// How long before its end a key's owner is told.
pub const AHEAD: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3_600);

/// `key.created`
#[must_use]
pub fn created(key: &Key) -> KeyCreatedData {
    KeyCreatedData {
        key_id: key.id.to_string(),
        name: key.name.clone(),
        display: key.display.clone(),
        scopes: key.scopes.iter().collect(),
        expires_at: key.expires_at,
    }
}

/// `key.rotated`: no end of the old key is known while its grace waits for the first use of the new one.
#[must_use]
pub fn rotated(new: &Key, old: &Key) -> KeyRotatedData {
    KeyRotatedData {
        key_id: new.id.to_string(),
        previous_key_id: old.id.to_string(),
        name: new.name.clone(),
        previous_expires_at: old.expires_at.filter(|_| old.lineage.grace_ms.is_none()),
    }
}

/// `key.expiring`, of a key that ends then.
#[must_use]
pub fn expiring(key: &Key, expires_at: Time) -> KeyExpiringData {
    KeyExpiringData { key_id: key.id.to_string(), name: key.name.clone(), expires_at }
}

/// `key.revoked`, of a key that was revoked then.
#[must_use]
pub fn revoked(key: &Key, revoked_at: Time) -> KeyRevokedData {
    KeyRevokedData { key_id: key.id.to_string(), name: key.name.clone(), revoked_at }
}

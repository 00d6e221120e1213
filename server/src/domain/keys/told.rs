//! What each event of a key's life carries, as the contract's `webhooks` say. Never a secret.

use serde_json::{Value, json};

use super::Key;
use crate::domain::time::Time;

/// How long before its end a key's owner is told.
pub const AHEAD: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3_600);

/// `key.created`
#[must_use]
pub fn created(key: &Key) -> Value {
    json!({
        "keyId": key.id.as_str(),
        "name": key.name,
        "display": key.display,
        "scopes": key.scopes.to_names(),
        "expiresAt": key.expires_at.map(Time::to_rfc3339),
    })
}

/// `key.rotated`: no end of the old key is known while its grace waits for the first use of the new one.
#[must_use]
pub fn rotated(new: &Key, old: &Key) -> Value {
    let known = old.expires_at.filter(|_| old.lineage.grace_ms.is_none());
    json!({
        "keyId": new.id.as_str(),
        "previousKeyId": old.id.as_str(),
        "name": new.name,
        "previousExpiresAt": known.map(Time::to_rfc3339),
    })
}

/// `key.expiring`
#[must_use]
pub fn expiring(key: &Key) -> Value {
    json!({ "keyId": key.id.as_str(), "name": key.name, "expiresAt": key.expires_at.map(Time::to_rfc3339) })
}

/// `key.revoked`
#[must_use]
pub fn revoked(key: &Key) -> Value {
    json!({ "keyId": key.id.as_str(), "name": key.name, "revokedAt": key.revoked_at.map(Time::to_rfc3339) })
}

//! Keys as the wire shows them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form;
use crate::domain::keys::{Key, Secret};
use crate::domain::time::Time;
use crate::generated::types as wire;
use crate::generated::types::{CreatedKey, KeyLimits, RotatedKey};

/// A key without its secret.
pub fn shown(key: &Key, now: Time) -> wire::Key {
    let (labels, bounds, lineage) = (&key.labels, &key.bounds, &key.lineage);
    wire::Key {
        id: key.id.to_string(),
        user_id: key.owner.to_string(),
        name: key.name.clone(),
        description: key.description.clone(),
        kind: key.kind.into(),
        environment: key.environment.into(),
        audience: form::audience(key),
        algorithm: form::algorithm(key),
        display: key.display.clone(),
        scopes: key.scopes.iter().collect(),
        status: key.status(now).into(),
        created_at: key.created_at,
        expires_at: key.expires_at,
        last_used_at: key.last_used_at,
        revoked_at: key.revoked_at,
        namespace: labels.namespace.clone(),
        metadata: metadata(key),
        client_name: labels.client_name.clone(),
        max_idle_seconds: bounds.max_idle_ms.map(|ms| ms / 1_000),
        allowed_origins: bounds.origins.iter().map(str::to_owned).collect(),
        allowed_ips: bounds.networks.iter().map(ToString::to_string).collect(),
        limits: KeyLimits { per_minute: bounds.per_minute, per_day: bounds.per_day },
        tier: key.tier.map(Into::into),
        parent_id: lineage.parent.map(|id| id.to_string()),
        rotated_from: lineage.rotated_from.map(|id| id.to_string()),
        rotated_to: lineage.rotated_to.map(|id| id.to_string()),
    }
}

/// What its owner keeps with a key.
pub fn metadata(key: &Key) -> Option<BTreeMap<String, Value>> {
    key.labels.metadata.as_ref().map(|metadata| metadata.0.clone().into_iter().collect())
}

/// A type that is a key and something besides.
macro_rules! with {
    ($type:ident, $key:expr, $($more:ident: $value:expr),+) => {{
        let key = $key;
        $type {
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
            namespace: key.namespace,
            metadata: key.metadata,
            client_name: key.client_name,
            max_idle_seconds: key.max_idle_seconds,
            allowed_origins: key.allowed_origins,
            allowed_ips: key.allowed_ips,
            limits: key.limits,
            tier: key.tier,
            parent_id: key.parent_id,
            rotated_from: key.rotated_from,
            rotated_to: key.rotated_to,
            $($more: $value),+
        }
    }};
}

/// A new key with its secret.
pub fn shown_once(key: &Key, secret: Secret, now: Time) -> CreatedKey {
    with!(CreatedKey, shown(key, now), secret: secret.show_once())
}

/// The key that took over, with its secret, and when the one that it replaced ends.
pub fn rotated(key: &Key, secret: Secret, previous: &Key, now: Time) -> RotatedKey {
    let waits = previous.lineage.grace_ms.is_some();
    let previous_ends = previous.expires_at.filter(|_| !waits);
    with!(RotatedKey, shown(key, now), secret: secret.show_once(), previous_expires_at: previous_ends)
}

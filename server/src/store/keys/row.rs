//! A row of the table, and the key that it is.

use sea_query::{Query, SelectStatement};
use sqlx::FromRow;

use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{
    Bounds, Environment, Key, KeyHash, KeyKind, Labels, Lineage, Metadata, Networks, Origins, Signed,
};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::Tier;
use crate::store::tables::Keys;

#[derive(FromRow)]
pub(super) struct Row {
    id: KeyId,
    owner: UserId,
    hash: KeyHash,
    display: String,
    name: String,
    description: Option<String>,
    environment: Environment,
    scopes: Scopes,
    tier: Option<Tier>,
    created_at: Time,
    expires_at: Option<Time>,
    last_used_at: Option<Time>,
    disabled_at: Option<Time>,
    revoked_at: Option<Time>,
    kind: KeyKind,
    namespace: Option<String>,
    metadata: Option<Metadata>,
    client_name: Option<String>,
    max_idle_ms: Option<i64>,
    allowed_origins: Origins,
    allowed_ips: Networks,
    per_minute: Option<i64>,
    per_day: Option<i64>,
    parent: Option<KeyId>,
    rotated_from: Option<KeyId>,
    rotated_to: Option<KeyId>,
    grace_ms: Option<i64>,
    algorithm: Option<String>,
    audience: Option<String>,
    claims: Option<Metadata>,
    public_jwk: Option<String>,
    family: Option<KeyId>,
}

pub(super) const COLUMNS: [Keys; 32] = [
    Keys::Id,
    Keys::Owner,
    Keys::Hash,
    Keys::Display,
    Keys::Name,
    Keys::Description,
    Keys::Environment,
    Keys::Scopes,
    Keys::Tier,
    Keys::CreatedAt,
    Keys::ExpiresAt,
    Keys::LastUsedAt,
    Keys::DisabledAt,
    Keys::RevokedAt,
    Keys::Kind,
    Keys::Namespace,
    Keys::Metadata,
    Keys::ClientName,
    Keys::MaxIdleMs,
    Keys::AllowedOrigins,
    Keys::AllowedIps,
    Keys::PerMinute,
    Keys::PerDay,
    Keys::Parent,
    Keys::RotatedFrom,
    Keys::RotatedTo,
    Keys::GraceMs,
    Keys::Algorithm,
    Keys::Audience,
    Keys::Claims,
    Keys::PublicJwk,
    Keys::Family,
];

/// All columns of keys.
pub(super) fn select() -> SelectStatement {
    Query::select().columns(COLUMNS.map(|column| (Keys::Table, column))).from(Keys::Table).to_owned()
}

impl From<Row> for Key {
    fn from(row: Row) -> Self {
        let signed = row.algorithm.zip(row.audience).zip(row.public_jwk).map(|((algorithm, audience), public_jwk)| {
            Signed { algorithm, audience, public_jwk, claims: row.claims.unwrap_or_default() }
        });
        Self {
            id: row.id,
            owner: row.owner,
            hash: row.hash,
            display: row.display,
            name: row.name,
            description: row.description,
            environment: row.environment,
            scopes: row.scopes,
            tier: row.tier,
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            disabled_at: row.disabled_at,
            revoked_at: row.revoked_at,
            kind: row.kind,
            labels: Labels { namespace: row.namespace, metadata: row.metadata, client_name: row.client_name },
            bounds: Bounds {
                max_idle_ms: row.max_idle_ms,
                origins: row.allowed_origins,
                networks: row.allowed_ips,
                per_minute: row.per_minute,
                per_day: row.per_day,
            },
            lineage: Lineage {
                parent: row.parent,
                rotated_from: row.rotated_from,
                rotated_to: row.rotated_to,
                grace_ms: row.grace_ms,
                family: row.family,
            },
            signed,
        }
    }
}

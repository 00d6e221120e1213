//! API keys.

use sea_query::{Cond, Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{Keys, Users};
use super::{Connection, StoreError, Tx};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{
    Bounds, Environment, Key, KeyHash, KeyKind, KeyStatus, Labels, Lineage, Metadata, Networks, Origins, Signed,
};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier};

#[derive(FromRow)]
struct Row {
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
}

/// A key, and what its owner's account adds to it.
#[derive(Debug, Clone)]
pub struct KeyAndOwner {
    /// The key.
    pub key: Key,
    /// The owner's role.
    pub role: Role,
    /// The owner's tier.
    pub tier: Tier,
    /// Whether the owner's account was stopped.
    pub owner_disabled: bool,
}

#[derive(FromRow)]
struct RowWithOwner {
    #[sqlx(flatten)]
    key: Row,
    owner_role: Role,
    owner_tier: Tier,
    owner_disabled_at: Option<Time>,
}

const COLUMNS: [Keys; 31] = [
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
];

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS.map(|column| (Keys::Table, column))).from(Keys::Table).to_owned()
}

/// The key whose secret has this hash, whatever its state.
///
/// # Errors
/// The store's failure.
pub async fn find_by_hash(connection: &mut Connection, hash: &KeyHash) -> Result<Option<KeyAndOwner>, StoreError> {
    with_owner(connection, Expr::col((Keys::Table, Keys::Hash)).eq(hash)).await
}

/// The key of that id, whoever's it is and whatever its state.
///
/// # Errors
/// The store's failure.
pub async fn find_with_owner(connection: &mut Connection, id: &KeyId) -> Result<Option<KeyAndOwner>, StoreError> {
    with_owner(connection, Expr::col((Keys::Table, Keys::Id)).eq(id)).await
}

async fn with_owner(connection: &mut Connection, which: Expr) -> Result<Option<KeyAndOwner>, StoreError> {
    let statement = select()
        .expr_as(Expr::col((Users::Table, Users::Role)), "owner_role")
        .expr_as(Expr::col((Users::Table, Users::Tier)), "owner_tier")
        .expr_as(Expr::col((Users::Table, Users::DisabledAt)), "owner_disabled_at")
        .inner_join(Users::Table, Expr::col((Users::Table, Users::Id)).equals((Keys::Table, Keys::Owner)))
        .and_where(which)
        .to_owned();
    let row: Option<RowWithOwner> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|row| KeyAndOwner {
        key: row.key.into(),
        role: row.owner_role,
        tier: row.owner_tier,
        owner_disabled: row.owner_disabled_at.is_some(),
    }))
}

/// The owner's key of that id. In a transaction it is locked until its end.
///
/// # Errors
/// The store's failure.
pub async fn find_owned(connection: &mut Connection, id: &KeyId, owner: &UserId) -> Result<Option<Key>, StoreError> {
    let statement = select()
        .and_where(Expr::col((Keys::Table, Keys::Id)).eq(id))
        .and_where(Expr::col((Keys::Table, Keys::Owner)).eq(owner))
        .to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Key::from))
}

/// As [`find_owned`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock_owned(tx: &mut Tx, id: &KeyId, owner: &UserId) -> Result<Option<Key>, StoreError> {
    let statement = select()
        .and_where(Expr::col((Keys::Table, Keys::Id)).eq(id))
        .and_where(Expr::col((Keys::Table, Keys::Owner)).eq(owner))
        .lock_exclusive()
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Key::from))
}

/// Up to `most` keys of the owner, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    status: Option<KeyStatus>,
    after: Option<&Cursor<KeyId>>,
    most: u64,
    now: Time,
) -> Result<Vec<Key>, StoreError> {
    let mut statement = select();
    statement.and_where(Expr::col((Keys::Table, Keys::Owner)).eq(owner));
    if let Some(status) = status {
        statement.cond_where(in_state(status, now));
    }
    if let Some(after) = after {
        statement.cond_where(
            Cond::any().add(Expr::col((Keys::Table, Keys::CreatedAt)).lt(after.time)).add(
                Cond::all()
                    .add(Expr::col((Keys::Table, Keys::CreatedAt)).eq(after.time))
                    .add(Expr::col((Keys::Table, Keys::Id)).lt(after.id)),
            ),
        );
    }
    statement
        .order_by((Keys::Table, Keys::CreatedAt), Order::Desc)
        .order_by((Keys::Table, Keys::Id), Order::Desc)
        .limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Key::from).collect())
}

/// What [`Key::status`] says, as a condition.
fn in_state(status: KeyStatus, now: Time) -> Cond {
    let column = |column: Keys| Expr::col((Keys::Table, column));
    let not_revoked = column(Keys::RevokedAt).is_null();
    let expired = column(Keys::ExpiresAt).lte(now);
    let not_expired = column(Keys::ExpiresAt).is_null().or(column(Keys::ExpiresAt).gt(now));
    match status {
        KeyStatus::Revoked => Cond::all().add(column(Keys::RevokedAt).is_not_null()),
        KeyStatus::Expired => Cond::all().add(not_revoked).add(expired),
        KeyStatus::Disabled => {
            Cond::all().add(not_revoked).add(not_expired).add(column(Keys::DisabledAt).is_not_null())
        }
        KeyStatus::Active => Cond::all().add(not_revoked).add(not_expired).add(column(Keys::DisabledAt).is_null()),
    }
}

/// Keeps a new key.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, key: &Key) -> Result<(), StoreError> {
    let signed = key.signed.as_ref();
    let values: [Expr; 31] = [
        key.id.into(),
        key.owner.into(),
        key.hash.into(),
        key.display.as_str().into(),
        key.name.as_str().into(),
        key.description.clone().into(),
        key.environment.into(),
        key.scopes.into(),
        key.tier.into(),
        key.created_at.into(),
        key.expires_at.into(),
        key.last_used_at.into(),
        key.disabled_at.into(),
        key.revoked_at.into(),
        key.kind.into(),
        key.labels.namespace.clone().into(),
        key.labels.metadata.clone().into(),
        key.labels.client_name.clone().into(),
        key.bounds.max_idle_ms.into(),
        key.bounds.origins.clone().into(),
        key.bounds.networks.clone().into(),
        key.bounds.per_minute.into(),
        key.bounds.per_day.into(),
        key.lineage.parent.into(),
        key.lineage.rotated_from.into(),
        key.lineage.rotated_to.into(),
        key.lineage.grace_ms.into(),
        signed.map(|signed| signed.algorithm.clone()).into(),
        signed.map(|signed| signed.audience.clone()).into(),
        signed.map(|signed| signed.claims.clone()).into(),
        signed.map(|signed| signed.public_jwk.clone()).into(),
    ];
    let statement = Query::insert().into_table(Keys::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps what can be changed of a key.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, key: &Key) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Keys::Table)
        .value(Keys::Name, key.name.as_str())
        .value(Keys::Description, key.description.clone())
        .value(Keys::Scopes, key.scopes)
        .value(Keys::ExpiresAt, key.expires_at)
        .value(Keys::DisabledAt, key.disabled_at)
        .value(Keys::RevokedAt, key.revoked_at)
        .value(Keys::Namespace, key.labels.namespace.clone())
        .value(Keys::Metadata, key.labels.metadata.clone())
        .value(Keys::ClientName, key.labels.client_name.clone())
        .value(Keys::MaxIdleMs, key.bounds.max_idle_ms)
        .value(Keys::AllowedOrigins, key.bounds.origins.clone())
        .value(Keys::AllowedIps, key.bounds.networks.clone())
        .value(Keys::PerMinute, key.bounds.per_minute)
        .value(Keys::PerDay, key.bounds.per_day)
        .value(Keys::Tier, key.tier)
        .value(Keys::RotatedTo, key.lineage.rotated_to)
        .value(Keys::GraceMs, key.lineage.grace_ms)
        .and_where(Expr::col(Keys::Id).eq(key.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps when a key was used, unless a later use is known.
///
/// # Errors
/// The store's failure.
pub async fn note_use(tx: &mut Tx, id: &KeyId, at: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Keys::Table)
        .value(Keys::LastUsedAt, at)
        .and_where(Expr::col(Keys::Id).eq(id))
        .and_where(Expr::col(Keys::LastUsedAt).is_null().or(Expr::col(Keys::LastUsedAt).lt(at)))
        .to_owned();
    tx.execute(&statement).await.map(drop)
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
            },
            signed,
        }
    }
}

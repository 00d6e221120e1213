//! API keys.

mod ends;
mod line;
mod list;
mod row;

use sea_query::{Expr, ExprTrait as _, LockType, Query, SelectStatement};
use sqlx::FromRow;

use self::line::Line;
use self::row::{COLUMNS, Row, select};
use super::tables::{Keys, Users};
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::{Key, KeyHash};
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier};

pub use ends::{Condemned, condemned, delete_dead, expiring, hand_over_children, revoke, with_children};
pub use list::{Filter, count, list};

/// A key, those above it, and what its owner's account adds.
#[derive(Debug, Clone)]
pub struct KeyAndOwner {
    /// The key.
    pub key: Key,
    /// Its parent, and that one's parent.
    pub above: Vec<Key>,
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

/// What the key of that id is found by.
///
/// # Errors
/// The store's failure.
pub async fn hash_of(connection: &mut Connection, id: &KeyId) -> Result<Option<KeyHash>, StoreError> {
    let statement =
        Query::select().column(Keys::Hash).from(Keys::Table).and_where(Expr::col(Keys::Id).eq(id)).to_owned();
    let row: Option<(KeyHash,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(hash,)| hash))
}

/// The key whose secret has this hash, whatever its state, with those above it.
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
    let found = select().and_where(which).to_owned();
    let statement = line::all()
        .expr_as(Expr::col((Users::Table, Users::Role)), "owner_role")
        .expr_as(Expr::col((Users::Table, Users::Tier)), "owner_tier")
        .expr_as(Expr::col((Users::Table, Users::DisabledAt)), "owner_disabled_at")
        .inner_join(Users::Table, Expr::col((Users::Table, Users::Id)).equals((Line::Table, Keys::Owner)))
        .to_owned()
        .with(line::upwards(found));
    let mut rows = connection.fetch_all::<RowWithOwner>(&statement).await?.into_iter();
    let Some(first) = rows.next() else { return Ok(None) };
    Ok(Some(KeyAndOwner {
        key: first.key.into(),
        above: rows.map(|row| row.key.into()).collect(),
        role: first.owner_role,
        tier: first.owner_tier,
        owner_disabled: first.owner_disabled_at.is_some(),
    }))
}

/// The key of that id, and those above it; nothing where it is not the owner's. `None` asks for anybody's.
///
/// # Errors
/// The store's failure.
pub async fn find_line(
    connection: &mut Connection,
    id: &KeyId,
    owner: Option<&UserId>,
) -> Result<Vec<Key>, StoreError> {
    let statement = line::all().with(line::upwards(one(id, owner)));
    Ok(connection.fetch_all::<Row>(&statement).await?.into_iter().map(Key::from).collect())
}

/// The key of that id; nothing where it is not the owner's. `None` asks for anybody's.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &KeyId, owner: Option<&UserId>) -> Result<Option<Key>, StoreError> {
    Ok(connection.fetch_optional::<Row>(&one(id, owner)).await?.map(Key::from))
}

/// As [`find`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &KeyId, owner: Option<&UserId>) -> Result<Option<Key>, StoreError> {
    let statement = one(id, owner).lock(LockType::Update).to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Key::from))
}

/// The owner's key of that id.
///
/// # Errors
/// The store's failure.
pub async fn find_owned(connection: &mut Connection, id: &KeyId, owner: &UserId) -> Result<Option<Key>, StoreError> {
    find(connection, id, Some(owner)).await
}

/// As [`find_owned`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock_owned(tx: &mut Tx, id: &KeyId, owner: &UserId) -> Result<Option<Key>, StoreError> {
    lock(tx, id, Some(owner)).await
}

fn one(id: &KeyId, owner: Option<&UserId>) -> SelectStatement {
    let mut statement = select();
    statement.and_where(Expr::col((Keys::Table, Keys::Id)).eq(id));
    if let Some(owner) = owner {
        statement.and_where(Expr::col((Keys::Table, Keys::Owner)).eq(owner));
    }
    statement
}

/// The form in which names are searched.
fn folded(text: &str) -> String {
    text.to_lowercase()
}

/// The hashes of all keys below this one: who changes a key makes the caches forget these too.
///
/// # Errors
/// The store's failure.
pub async fn hashes_below(connection: &mut Connection, id: &KeyId) -> Result<Vec<KeyHash>, StoreError> {
    let below = Query::select()
        .column((Line::Table, Keys::Hash))
        .from(Line::Table)
        .and_where(Expr::col((Line::Table, Line::Depth)).gt(0_i64))
        .to_owned()
        .with(line::downwards(one(id, None)));
    let rows: Vec<(KeyHash,)> = connection.fetch_all(&below).await?;
    Ok(rows.into_iter().map(|(hash,)| hash).collect())
}

/// Keeps a new key.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, key: &Key) -> Result<(), StoreError> {
    let signed = key.signed.as_ref();
    let values: [Expr; 33] = [
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
        key.lineage.family.into(),
        folded(&key.name).into(),
    ];
    let statement = Query::insert()
        .into_table(Keys::Table)
        .columns(COLUMNS.into_iter().chain([Keys::Search]))
        .values_panic(values)
        .to_owned();
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
        .value(Keys::Parent, key.lineage.parent)
        .value(Keys::Search, folded(&key.name))
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

/// Starts the grace of the key that waits for the first use of `successor`, and says which key's end that moved. Its end
/// is never later than it was.
///
/// # Errors
/// The store's failure.
pub async fn begin_grace(tx: &mut Tx, successor: &KeyId, at: Time) -> Result<Option<KeyHash>, StoreError> {
    let waiting = select()
        .and_where(Expr::col((Keys::Table, Keys::RotatedTo)).eq(successor))
        .and_where(Expr::col((Keys::Table, Keys::GraceMs)).is_not_null())
        .lock(LockType::Update)
        .to_owned();
    let Some(mut old) = tx.fetch_optional::<Row>(&waiting).await?.map(Key::from) else { return Ok(None) };
    old.end_grace_after(at);
    update(tx, &old).await?;
    Ok(Some(old.hash))
}

/// Forgets that the owner was told of the key's end: it has another one now.
///
/// # Errors
/// The store's failure.
pub async fn tell_again(tx: &mut Tx, id: &KeyId) -> Result<(), StoreError> {
    let none: Option<Time> = None;
    let statement =
        Query::update().table(Keys::Table).value(Keys::ToldAt, none).and_where(Expr::col(Keys::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

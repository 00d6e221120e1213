//! How keys end: revoked with their children, many at once, and at last deleted.

use sea_query::{Cond, Expr, ExprTrait as _, LockType, Order, Query, SelectStatement};

use super::line::{self, Line};
use super::row::{COLUMNS, Row, select};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::Key;
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::store::tables::Keys;
use crate::store::{Connection, StoreError, Tx};

/// Keys that one statement names at most: engines bound how many values it may have.
const AT_ONCE: usize = 500;

/// Which keys to revoke. What is `None` lets all through.
#[derive(Debug, Clone)]
pub struct Condemned {
    /// Whose.
    pub owner: UserId,
    /// Of which group.
    pub namespace: Option<String>,
    /// Made before this moment.
    pub before: Option<Time>,
    /// Made at this moment or later.
    pub after: Option<Time>,
    /// Any one of these scopes stands in theirs.
    pub scopes: Option<Scopes>,
}

/// The ids of a key and of all below it that are not revoked yet.
///
/// # Errors
/// The store's failure.
pub async fn with_children(connection: &mut Connection, id: &KeyId) -> Result<Vec<KeyId>, StoreError> {
    let first = select().and_where(Expr::col((Keys::Table, Keys::Id)).eq(id)).to_owned();
    not_revoked(connection, first).await
}

/// The ids of the living keys that pass the filter, and of all below them that are not revoked yet.
///
/// # Errors
/// The store's failure.
pub async fn condemned(connection: &mut Connection, filter: &Condemned, now: Time) -> Result<Vec<KeyId>, StoreError> {
    let column = |column: Keys| Expr::col((Keys::Table, column));
    // The names stand with a space between: alone, first, last, or in the middle.
    let holds = |any: Cond, name: &str| {
        let like = |pattern: String| column(Keys::Scopes).like(pattern);
        any.add(column(Keys::Scopes).eq(name))
            .add(like(format!("{name} %")))
            .add(like(format!("% {name}")))
            .add(like(format!("% {name} %")))
    };
    let scopes = filter.scopes.map(|scopes| scopes.iter().fold(Cond::any(), |any, one| holds(any, one.name())));
    let passes = Cond::all()
        .add(column(Keys::Owner).eq(filter.owner))
        .add(column(Keys::RevokedAt).is_null())
        .add(column(Keys::ExpiresAt).is_null().or(column(Keys::ExpiresAt).gt(now)))
        .add_option(filter.namespace.as_deref().map(|namespace| column(Keys::Namespace).eq(namespace)))
        .add_option(filter.before.map(|before| column(Keys::CreatedAt).lt(before)))
        .add_option(filter.after.map(|after| column(Keys::CreatedAt).gte(after)))
        .add_option(scopes);
    not_revoked(connection, select().cond_where(passes).to_owned()).await
}

async fn not_revoked(connection: &mut Connection, first: SelectStatement) -> Result<Vec<KeyId>, StoreError> {
    let all = Query::select()
        .distinct()
        .column((Line::Table, Keys::Id))
        .from(Line::Table)
        .and_where(Expr::col((Line::Table, Keys::RevokedAt)).is_null())
        .to_owned()
        .with(line::downwards(first));
    let rows: Vec<(KeyId,)> = connection.fetch_all(&all).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Revokes these keys, and says which of them were not revoked before, as they are now.
///
/// # Errors
/// The store's failure.
pub async fn revoke(tx: &mut Tx, mut ids: Vec<KeyId>, now: Time) -> Result<Vec<Key>, StoreError> {
    let mut revoked = Vec::new();
    // Locked in the order in which uses are written, so that the two never wait for each other.
    ids.sort_unstable();
    for some in ids.chunks(AT_ONCE) {
        let in_order = Query::select()
            .column(Keys::Id)
            .from(Keys::Table)
            .and_where(Expr::col(Keys::Id).is_in(some.iter().copied()))
            .order_by(Keys::Id, Order::Asc)
            .lock(LockType::Update)
            .to_owned();
        tx.fetch_all::<(KeyId,)>(&in_order).await?;
        let statement = Query::update()
            .table(Keys::Table)
            .value(Keys::RevokedAt, now)
            .and_where(Expr::col(Keys::Id).is_in(some.iter().copied()))
            .and_where(Expr::col(Keys::RevokedAt).is_null())
            .returning(Query::returning().columns(COLUMNS))
            .to_owned();
        let rows: Vec<Row> = tx.fetch_all(&statement).await?;
        revoked.extend(rows.into_iter().map(Key::from));
    }
    Ok(revoked)
}

/// Gives the children of a key to its successor.
///
/// # Errors
/// The store's failure.
pub async fn hand_over_children(tx: &mut Tx, from: &KeyId, to: &KeyId) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Keys::Table)
        .value(Keys::Parent, to)
        .and_where(Expr::col(Keys::Parent).eq(from))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Deletes up to `most` keys that were revoked or had expired before that moment, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn delete_dead(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let dead = Query::select()
        .column(Keys::Id)
        .from(Keys::Table)
        .and_where(Expr::col(Keys::RevokedAt).lt(before).or(Expr::col(Keys::ExpiresAt).lt(before)))
        .limit(most)
        .to_owned();
    let statement = Query::delete().from_table(Keys::Table).and_where(Expr::col(Keys::Id).in_subquery(dead)).to_owned();
    tx.execute(&statement).await
}

/// Up to `most` keys that end before `until`, were meant to live longer than that from the start, and whose owners were
/// not told: now they are.
///
/// # Errors
/// The store's failure.
pub async fn expiring(tx: &mut Tx, (now, until): (Time, Time), most: u64) -> Result<Vec<Key>, StoreError> {
    let ahead = until.ms().saturating_sub(now.ms());
    let ending = Query::select()
        .column(Keys::Id)
        .from(Keys::Table)
        .and_where(Expr::col(Keys::ToldAt).is_null())
        .and_where(Expr::col(Keys::RevokedAt).is_null())
        .and_where(Expr::col(Keys::RotatedTo).is_null())
        .and_where(Expr::col(Keys::ExpiresAt).gt(now))
        .and_where(Expr::col(Keys::ExpiresAt).lte(until))
        .and_where(Expr::col(Keys::ExpiresAt).sub(Expr::col(Keys::CreatedAt)).gt(ahead))
        .limit(most)
        .to_owned();
    let statement = Query::update()
        .table(Keys::Table)
        .value(Keys::ToldAt, now)
        .and_where(Expr::col(Keys::Id).in_subquery(ending))
        .and_where(Expr::col(Keys::ToldAt).is_null())
        .returning(Query::returning().columns(COLUMNS))
        .to_owned();
    let rows: Vec<Row> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Key::from).collect())
}

//! Who sends webhooks: processes, each for as long as it says that it lives.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query, SelectStatement};

use super::tables::{Dispatchers, Webhooks};
use super::{Connection, StoreError, Tx};
use crate::domain::ids::DispatcherId;
use crate::domain::time::Time;

/// It lives until then.
///
/// # Errors
/// The store's failure.
pub async fn lives(tx: &mut Tx, id: &DispatcherId, until: Time) -> Result<(), StoreError> {
    let statement = Query::insert()
        .into_table(Dispatchers::Table)
        .columns([Dispatchers::Id, Dispatchers::AliveUntil])
        .values_panic([id.into(), until.into()])
        .on_conflict(OnConflict::column(Dispatchers::Id).value(Dispatchers::AliveUntil, until).to_owned())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The others that live.
///
/// # Errors
/// The store's failure.
pub async fn others(
    connection: &mut Connection,
    id: &DispatcherId,
    now: Time,
) -> Result<Vec<DispatcherId>, StoreError> {
    let rows: Vec<(DispatcherId,)> = connection.fetch_all(&living_others(id, now)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// As [`others`], within another statement.
pub fn living_others(id: &DispatcherId, now: Time) -> SelectStatement {
    Query::select()
        .column(Dispatchers::Id)
        .from(Dispatchers::Table)
        .and_where(Expr::col(Dispatchers::AliveUntil).gt(now))
        .and_where(Expr::col(Dispatchers::Id).ne(id))
        .to_owned()
}

/// It sends no more: what it held is anybody's.
///
/// # Errors
/// The store's failure.
pub async fn leave(tx: &mut Tx, id: &DispatcherId) -> Result<(), StoreError> {
    let held = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::Dispatcher, None::<DispatcherId>)
        .and_where(Expr::col(Webhooks::Dispatcher).eq(id))
        .to_owned();
    tx.execute(&held).await?;
    forget(tx, Expr::col(Dispatchers::Id).eq(id)).await.map(drop)
}

/// Forgets those that died; says how many.
///
/// # Errors
/// The store's failure.
pub async fn forget_dead(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    forget(tx, Expr::col(Dispatchers::AliveUntil).lte(now)).await
}

async fn forget(tx: &mut Tx, which: Expr) -> Result<u64, StoreError> {
    tx.execute(Query::delete().from_table(Dispatchers::Table).and_where(which)).await
}

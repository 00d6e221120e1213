//! From minutes to hours and days.

use sea_query::{Expr, ExprTrait as _, Iden, Order, Query};

use super::{IDENTITY, adding};
use crate::domain::time::Time;
use crate::domain::usage::Interval;
use crate::store::tables::{UsageDays, UsageHours, UsageMinutes};
use crate::store::{Connection, StoreError, Tx};

/// Up to `most` minutes before that moment of which something is not in the hours and days yet, oldest first.
///
/// # Errors
/// The store's failure.
pub async fn minutes_to_roll(connection: &mut Connection, before: Time, most: u64) -> Result<Vec<Time>, StoreError> {
    let statement = Query::select()
        .distinct()
        .column(UsageMinutes::Start)
        .from(UsageMinutes::Table)
        .and_where(Expr::col(UsageMinutes::Start).lt(before))
        .and_where(Expr::col(UsageMinutes::Count).ne(Expr::col(UsageMinutes::Rolled)))
        .order_by(UsageMinutes::Start, Order::Asc)
        .limit(most)
        .to_owned();
    let rows: Vec<(Time,)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(minute,)| minute).collect())
}

/// Adds what a minute has that its hour and day do not. Its rows are marked first, which on PostgreSQL locks them: what is
/// counted meanwhile, or rolled up by another process, is left for the next time.
///
/// # Errors
/// The store's failure.
pub async fn roll_up(tx: &mut Tx, minute: Time) -> Result<(), StoreError> {
    let of_minute = || Expr::col(UsageMinutes::Start).eq(minute);
    let mark = Query::update()
        .table(UsageMinutes::Table)
        .value(UsageMinutes::Rolling, Expr::col(UsageMinutes::Count))
        .and_where(of_minute())
        .and_where(Expr::col(UsageMinutes::Count).ne(Expr::col(UsageMinutes::Rolled)))
        .to_owned();
    tx.execute(&mark).await?;
    add_marked(tx, minute, Interval::Hour, UsageHours::Table).await?;
    add_marked(tx, minute, Interval::Day, UsageDays::Table).await?;
    let done = Query::update()
        .table(UsageMinutes::Table)
        .value(UsageMinutes::Rolled, Expr::col(UsageMinutes::Rolling))
        .and_where(of_minute())
        .and_where(Expr::col(UsageMinutes::Rolling).ne(Expr::col(UsageMinutes::Rolled)))
        .to_owned();
    tx.execute(&done).await.map(drop)
}

async fn add_marked(
    tx: &mut Tx,
    minute: Time,
    interval: Interval,
    table: impl Iden + Copy + 'static,
) -> Result<(), StoreError> {
    let marked = Query::select()
        .expr(Expr::val(interval.start(minute)))
        .columns(IDENTITY.into_iter().skip(1))
        .expr(Expr::col(UsageMinutes::Rolling).sub(Expr::col(UsageMinutes::Rolled)))
        .from(UsageMinutes::Table)
        .and_where(Expr::col(UsageMinutes::Start).eq(minute))
        .and_where(Expr::col(UsageMinutes::Rolling).ne(Expr::col(UsageMinutes::Rolled)))
        .to_owned();
    let mut insert = Query::insert();
    insert.into_table(table).columns(IDENTITY.into_iter().chain([UsageMinutes::Count]));
    let built = insert.select_from(marked).map(|insert| insert.on_conflict(adding(table)).to_owned());
    let statement = built.map_err(|error| StoreError::Unusable(error.to_string()))?;
    tx.execute(&statement).await.map(drop)
}

//! Who practised from when to when.

use sea_query::{Alias, Cond, Expr, ExprTrait as _, Func, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::PracticeSessions;
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{PracticeId, UserId};
use crate::domain::practice::{Practice, Stretch, Tally};
use crate::domain::time::Time;

const COLUMNS: [PracticeSessions; 5] = [
    PracticeSessions::Id,
    PracticeSessions::Owner,
    PracticeSessions::Notes,
    PracticeSessions::StartedAt,
    PracticeSessions::EndedAt,
];

#[derive(FromRow)]
struct Row {
    id: PracticeId,
    owner: UserId,
    notes: Option<String>,
    started_at: Time,
    ended_at: Option<Time>,
}

impl From<Row> for Practice {
    fn from(row: Row) -> Self {
        Self { id: row.id, owner: row.owner, notes: row.notes, started_at: row.started_at, ended_at: row.ended_at }
    }
}

/// What an account practises now, and nobody else ends it until this transaction does.
///
/// # Errors
/// The store's failure.
pub async fn lock_under_way(tx: &mut Tx, owner: &UserId) -> Result<Option<Practice>, StoreError> {
    let statement = Query::select()
        .columns(COLUMNS)
        .from(PracticeSessions::Table)
        .and_where(Expr::col(PracticeSessions::Owner).eq(owner))
        .and_where(Expr::col(PracticeSessions::EndedAt).is_null())
        .lock_exclusive()
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Practice::from))
}

/// Keeps practice that begins.
///
/// # Errors
/// [`StoreError::Conflict`] of `practice_sessions_under_way` when the account practises already.
pub async fn insert(tx: &mut Tx, new: &Practice) -> Result<(), StoreError> {
    let values: [Expr; 5] =
        [new.id.into(), new.owner.into(), new.notes.clone().into(), new.started_at.into(), new.ended_at.into()];
    let statement =
        Query::insert().into_table(PracticeSessions::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps that practice ended. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn update_completed(tx: &mut Tx, practice: &Practice) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(PracticeSessions::Table)
        .value(PracticeSessions::Notes, practice.notes.clone())
        .value(PracticeSessions::EndedAt, practice.ended_at)
        .and_where(Expr::col(PracticeSessions::Id).eq(practice.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Where two accounts that become one both practise, the first one's practice ends where the second one's began, or where
/// it began itself: nothing counts twice.
///
/// # Errors
/// The store's failure.
pub async fn end_second(tx: &mut Tx, from: UserId, to: UserId) -> Result<(), StoreError> {
    let (Some(second), Some(stays)) = (lock_under_way(tx, &from).await?, lock_under_way(tx, &to).await?) else {
        return Ok(());
    };
    update_completed(tx, &second.completed(None, stays.started_at)).await
}

/// Practice that was not over before `from` and began no later than `to`.
fn between(from: Option<Time>, to: Time) -> Cond {
    let over = PracticeSessions::EndedAt;
    let goes_on = from.map(|from| Cond::any().add(Expr::col(over).is_null()).add(Expr::col(over).gte(from)));
    Cond::all().add(Expr::col(PracticeSessions::StartedAt).lte(to)).add_option(goes_on)
}

/// What an account practised between two moments, whole, and whether that goes on; what goes on ends `now`.
///
/// # Errors
/// The store's failure.
pub async fn stretches(
    connection: &mut Connection,
    owner: &UserId,
    (from, to): (Time, Time),
    now: Time,
) -> Result<(Vec<Stretch>, bool), StoreError> {
    let statement = Query::select()
        .columns([PracticeSessions::StartedAt, PracticeSessions::EndedAt])
        .from(PracticeSessions::Table)
        .and_where(Expr::col(PracticeSessions::Owner).eq(owner))
        .cond_where(between(Some(from), to))
        .to_owned();
    let rows: Vec<(Time, Option<Time>)> = connection.fetch_all(&statement).await?;
    let under_way = rows.iter().any(|(_, end)| end.is_none());
    let stretch = |(from, to): (Time, Option<Time>)| Stretch { from, to: Ord::max(to.unwrap_or(now), from) };
    Ok((rows.into_iter().map(stretch).collect(), under_way))
}

/// The milliseconds of practice after `from`; what is under way ends `now`.
fn milliseconds(from: Option<Time>, now: Time) -> Expr {
    let start = Expr::col(PracticeSessions::StartedAt);
    let start = match from {
        Some(from) => Expr::case(Expr::col(PracticeSessions::StartedAt).lt(from), from).finally(start).into(),
        None => start,
    };
    let end: Expr = Func::coalesce([Expr::col(PracticeSessions::EndedAt), Expr::val(now)]).into();
    // PostgreSQL's sum of whole numbers is none.
    end.sub(start).sum().cast_as(Alias::new("BIGINT"))
}

fn sums(from: Option<Time>, now: Time) -> SelectStatement {
    Query::select()
        .expr_as(milliseconds(from, now), Alias::new("length"))
        .expr(Expr::col(PracticeSessions::Id).count())
        .from(PracticeSessions::Table)
        .cond_where(between(from, now))
        .to_owned()
}

/// Up to `most` accounts that practised since a moment (or ever), those with most first.
///
/// # Errors
/// The store's failure.
pub async fn leaders(
    connection: &mut Connection,
    from: Option<Time>,
    now: Time,
    most: u64,
) -> Result<Vec<(UserId, Tally)>, StoreError> {
    let statement = sums(from, now)
        .column(PracticeSessions::Owner)
        .group_by_col(PracticeSessions::Owner)
        .order_by(Alias::new("length"), Order::Desc)
        .order_by(PracticeSessions::Owner, Order::Asc)
        .limit(most)
        .to_owned();
    let rows: Vec<(i64, i64, UserId)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(ms, sessions, owner)| (owner, Tally { seconds: ms / 1000, sessions })).collect())
}

/// How much everybody practised since a moment (or ever), and how many accounts did.
///
/// # Errors
/// The store's failure.
pub async fn totals(connection: &mut Connection, from: Option<Time>, now: Time) -> Result<(Tally, i64), StoreError> {
    let statement = sums(from, now).expr(Expr::col(PracticeSessions::Owner).count_distinct()).to_owned();
    let row: Option<(Option<i64>, i64, i64)> = connection.fetch_optional(&statement).await?;
    let (ms, sessions, accounts) = row.unwrap_or_default();
    Ok((Tally { seconds: ms.unwrap_or(0) / 1000, sessions }, accounts))
}

//! Usage tables: calls by minute, hour and day. A missing owner (nobody's call) and a missing key (a session's call) are
//! empty text here, because they are part of the primary key.
//!
//! `usage_minutes.rolled` says how much of a row's count stands in the hours and days already, so that a late call is
//! never missed and none is counted twice. Reading and rolling up stand in files of their own.

mod read;
mod roll_up;
mod totals;

use sea_query::{Expr, ExprTrait as _, IntoTableRef, OnConflict, Query};

pub use read::{Called, Counted, Group, Question, called, read};
pub use roll_up::{minutes_to_roll, roll_up};
pub use totals::{Alike, Busy, busiest, totals};

use super::tables::{UsageBatches, UsageDays, UsageHours, UsageMinutes};
use super::{StoreError, Tx};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::time::Time;
use crate::domain::usage::Interval;

/// Rows that one statement may hold: eight values each, below what either engine binds.
pub const MOST_AT_ONCE: usize = 1_000;

/// The primary key of all three tables.
const IDENTITY: [UsageMinutes; 6] = [
    UsageMinutes::Start,
    UsageMinutes::Owner,
    UsageMinutes::KeyId,
    UsageMinutes::Operation,
    UsageMinutes::Status,
    UsageMinutes::LatencyStep,
];

/// Calls of one minute that are alike.
#[derive(Debug, Clone, Copy)]
pub struct CallCount {
    /// When the minute begins.
    pub minute: Time,
    /// Whose credential they carried.
    pub owner: Option<UserId>,
    /// The key, if the credential was one.
    pub key: Option<KeyId>,
    /// The operationId.
    pub operation: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// Where their latency stands on the scale of `domain::usage`.
    pub step: i64,
    /// How many.
    pub count: i64,
}

/// Notes that the batch of that name is kept with this transaction.
///
/// # Errors
/// [`StoreError::Conflict`] when it was kept before.
pub async fn name_batch(tx: &mut Tx, name: &str, now: Time) -> Result<(), StoreError> {
    let statement = Query::insert()
        .into_table(UsageBatches::Table)
        .columns([UsageBatches::Name, UsageBatches::CreatedAt])
        .values_panic([name.into(), now.into()])
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Adds calls to their minutes; [`MOST_AT_ONCE`] at most.
///
/// # Errors
/// The store's failure.
pub async fn add(tx: &mut Tx, calls: &[CallCount]) -> Result<(), StoreError> {
    if calls.is_empty() {
        return Ok(());
    }
    let mut statement = Query::insert();
    statement.into_table(UsageMinutes::Table).columns(IDENTITY.into_iter().chain([
        UsageMinutes::Count,
        UsageMinutes::Rolled,
        UsageMinutes::Rolling,
    ]));
    for call in calls {
        statement.values_panic([
            call.minute.into(),
            call.owner.map(|id| id.to_string()).unwrap_or_default().into(),
            call.key.map(|id| id.to_string()).unwrap_or_default().into(),
            call.operation.into(),
            i64::from(call.status).into(),
            call.step.into(),
            call.count.into(),
            0_i64.into(),
            0_i64.into(),
        ]);
    }
    statement.on_conflict(adding(UsageMinutes::Table));
    tx.execute(&statement).await.map(drop)
}

/// On a row that is there: adds to its count.
fn adding(table: impl sea_query::Iden + Copy + 'static) -> OnConflict {
    let there = Expr::col((table, UsageMinutes::Count));
    let new = Expr::col(("excluded", UsageMinutes::Count));
    OnConflict::columns(IDENTITY).value(UsageMinutes::Count, there.add(new)).to_owned()
}

/// Removes intervals that began before that moment, up to `most` rows, and says how many were removed.
///
/// # Errors
/// The store's failure.
pub async fn delete_before(tx: &mut Tx, interval: Interval, before: Time, most: u64) -> Result<u64, StoreError> {
    let old = Query::select()
        .columns(IDENTITY)
        .from(table(interval))
        .and_where(Expr::col(UsageMinutes::Start).lt(before))
        .limit(most)
        .to_owned();
    let statement = Query::delete()
        .from_table(table(interval))
        .and_where(Expr::tuple(IDENTITY.map(Expr::col)).in_subquery(old))
        .to_owned();
    tx.execute(&statement).await
}

/// Forgets the names of batches that nobody tries any more.
///
/// # Errors
/// The store's failure.
pub async fn forget_batches(tx: &mut Tx, before: Time) -> Result<u64, StoreError> {
    let statement = Query::delete()
        .from_table(UsageBatches::Table)
        .and_where(Expr::col(UsageBatches::CreatedAt).lt(before))
        .to_owned();
    tx.execute(&statement).await
}

fn table(interval: Interval) -> sea_query::TableRef {
    match interval {
        Interval::Minute => UsageMinutes::Table.into_table_ref(),
        Interval::Hour => UsageHours::Table.into_table_ref(),
        Interval::Day => UsageDays::Table.into_table_ref(),
    }
}

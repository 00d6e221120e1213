//! What was counted, for whoever asks.

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, UnionType};
use sqlx::FromRow;

use super::{IDENTITY, table};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::time::Time;
use crate::domain::usage::{Interval, Span};
use crate::store::tables::UsageMinutes;
use crate::store::{Connection, StoreError};

/// What counts are split by, besides time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Group {
    Key,
    Operation,
    Status,
    Owner,
}

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// Whose calls; everybody's and nobody's without one.
    pub owner: Option<UserId>,
    /// Only calls with this key.
    pub key: Option<KeyId>,
    /// From when to when.
    pub span: Span,
    /// By which intervals.
    pub interval: Interval,
    /// Split by what.
    pub group: Option<Group>,
}

/// Calls of one interval and group whose latency is alike.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Counted {
    /// When the interval begins.
    pub start: Time,
    /// The group's value as text; empty without a group, and for calls without a key.
    pub label: String,
    /// The latency step.
    pub latency_step: i64,
    /// Calls.
    pub count: i64,
    /// Those of them that were answered with 400 or above.
    pub errors: i64,
}

/// How often an operation was called, and how often that was refused.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Called {
    /// The operationId.
    pub label: String,
    /// Calls.
    pub count: i64,
    /// Those of them that were answered with 403.
    pub refused: i64,
}

/// What was called in a span, by operation.
///
/// # Errors
/// The store's failure.
pub async fn called(
    connection: &mut Connection,
    owner: UserId,
    key: KeyId,
    span: Span,
) -> Result<Vec<Called>, StoreError> {
    let question =
        Question { owner: Some(owner), key: Some(key), span, interval: Interval::Day, group: Some(Group::Operation) };
    let refused = Expr::case(Expr::col(UsageMinutes::Status).eq(403), Expr::col(UsageMinutes::Count)).finally(0_i64);
    let statement = Query::select()
        .column("label")
        .expr_as(whole(Expr::col(UsageMinutes::Count).sum()), "count")
        .expr_as(whole(Expr::expr(refused).sum()), "refused")
        .from_subquery(calls(&question), "calls")
        .group_by_col("label")
        .to_owned();
    connection.fetch_all(&statement).await
}

/// Answers in the order of time and label. Hours and days are those that are rolled up, and what of the minutes is not
/// yet, read in one statement: so nothing is missed or doubled while it is being rolled up.
///
/// # Errors
/// The store's failure.
pub async fn read(connection: &mut Connection, question: &Question) -> Result<Vec<Counted>, StoreError> {
    let statement = sums(question)
        .column(UsageMinutes::Start)
        .column(UsageMinutes::LatencyStep)
        .group_by_columns([UsageMinutes::Start, UsageMinutes::LatencyStep])
        .order_by(UsageMinutes::Start, Order::Asc)
        .order_by("label", Order::Asc)
        .to_owned();
    connection.fetch_all(&statement).await
}

/// The sums of calls over the question's span, by label.
pub(super) fn sums(question: &Question) -> SelectStatement {
    let failed = Expr::case(Expr::col(UsageMinutes::Status).gte(400), Expr::col(UsageMinutes::Count)).finally(0_i64);
    Query::select()
        .column("label")
        .expr_as(whole(Expr::col(UsageMinutes::Count).sum()), "count")
        .expr_as(whole(Expr::expr(failed).sum()), "errors")
        .from_subquery(calls(question), "calls")
        .group_by_col("label")
        .to_owned()
}

/// Sums are wider than what they add up, on PostgreSQL.
fn whole(sum: Expr) -> Expr {
    sum.cast_as("BIGINT")
}

/// The rows that a question is about.
fn calls(question: &Question) -> SelectStatement {
    let mut calls =
        rows(question, table(question.interval), Expr::col(UsageMinutes::Start), Expr::col(UsageMinutes::Count));
    if question.interval != Interval::Minute {
        let ms = question.interval.ms();
        let start = Expr::col(UsageMinutes::Start).div(ms).mul(ms);
        let left = Expr::col(UsageMinutes::Count).sub(Expr::col(UsageMinutes::Rolled));
        let mut minutes = rows(question, table(Interval::Minute), start, left);
        minutes.and_where(Expr::col(UsageMinutes::Count).ne(Expr::col(UsageMinutes::Rolled)));
        calls.union(UnionType::All, minutes);
    }
    calls
}

fn rows(question: &Question, table: sea_query::TableRef, start: Expr, count: Expr) -> SelectStatement {
    let label = match question.group {
        Some(Group::Key) => Expr::col(UsageMinutes::KeyId),
        Some(Group::Operation) => Expr::col(UsageMinutes::Operation),
        Some(Group::Owner) => Expr::col(UsageMinutes::Owner),
        Some(Group::Status) => Expr::col(UsageMinutes::Status).cast_as("TEXT"),
        None => Expr::cust("''"),
    };
    let [_, _, _, _, status, step] = IDENTITY;
    let mut rows = Query::select();
    rows.expr_as(start, UsageMinutes::Start)
        .expr_as(label, "label")
        .columns([status, step])
        .expr_as(count, UsageMinutes::Count)
        .from(table)
        .and_where(Expr::col(UsageMinutes::Start).gte(question.span.from))
        .and_where(Expr::col(UsageMinutes::Start).lt(question.span.to));
    if let Some(owner) = question.owner {
        rows.and_where(Expr::col(UsageMinutes::Owner).eq(owner));
    }
    if let Some(key) = question.key {
        rows.and_where(Expr::col(UsageMinutes::KeyId).eq(key));
    }
    rows
}

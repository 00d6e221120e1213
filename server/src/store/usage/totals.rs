//! Sums over a whole span: how calls were answered, and what called most.

use sea_query::{Expr, ExprTrait as _, Order};
use sqlx::FromRow;

use super::read::{Question, sums};
use crate::store::tables::UsageMinutes;
use crate::store::{Connection, StoreError};

/// Calls of the span whose label and latency are alike.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Alike {
    /// The group's value as text.
    pub label: String,
    /// The latency step.
    pub latency_step: i64,
    /// Calls.
    pub count: i64,
    /// Those of them that were answered with 400 or above.
    pub errors: i64,
}

/// What called, and how often.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Busy {
    /// The group's value as text.
    pub label: String,
    /// Calls.
    pub count: i64,
    /// Those of them that were answered with 400 or above.
    pub errors: i64,
}

/// The calls of the span by group and latency, in the order of the group.
///
/// # Errors
/// The store's failure.
pub async fn totals(connection: &mut Connection, question: &Question) -> Result<Vec<Alike>, StoreError> {
    let statement = sums(question)
        .column(UsageMinutes::LatencyStep)
        .group_by_col(UsageMinutes::LatencyStep)
        .order_by("label", Order::Asc)
        .to_owned();
    connection.fetch_all(&statement).await
}

/// Up to `most` of what called, the busiest first; calls without the group's value are nobody's.
///
/// # Errors
/// The store's failure.
pub async fn busiest(connection: &mut Connection, question: &Question, most: u64) -> Result<Vec<Busy>, StoreError> {
    let statement = sums(question)
        .and_where(Expr::col("label").ne(""))
        .order_by_expr(Expr::col("count"), Order::Desc)
        .order_by("label", Order::Asc)
        .limit(most)
        .to_owned();
    connection.fetch_all(&statement).await
}

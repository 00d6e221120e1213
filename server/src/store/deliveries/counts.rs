//! How many of an endpoint's deliveries are in which state, by when they were made.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use crate::domain::deliveries::Status;
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::domain::usage::{Interval, Span};
use crate::store::tables::Deliveries;
use crate::store::{Connection, StoreError};

/// Deliveries of one interval in one state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Counted {
    /// When the interval begins.
    pub start: Time,
    /// What became of them.
    pub status: Status,
    /// How many.
    pub count: i64,
}

/// In the order of time; intervals without a delivery are not there.
///
/// # Errors
/// The store's failure.
pub async fn counts(
    connection: &mut Connection,
    webhook: &WebhookId,
    span: Span,
    interval: Interval,
) -> Result<Vec<Counted>, StoreError> {
    let start = Expr::col(Deliveries::CreatedAt).div(interval.ms()).mul(interval.ms());
    // One within the other: PostgreSQL would not know the expression again where it groups.
    let made = Query::select()
        .expr_as(start, "start")
        .column(Deliveries::Status)
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Webhook).eq(webhook))
        .and_where(Expr::col(Deliveries::CreatedAt).gte(span.from))
        .and_where(Expr::col(Deliveries::CreatedAt).lt(span.to))
        .to_owned();
    let statement = Query::select()
        .column("start")
        .column(Deliveries::Status)
        .expr_as(Expr::cust("COUNT(*)"), "count")
        .from_subquery(made, "made")
        .group_by_col("start")
        .group_by_col(Deliveries::Status)
        .order_by("start", Order::Asc)
        .to_owned();
    connection.fetch_all(&statement).await
}

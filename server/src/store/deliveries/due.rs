//! What is due: to which endpoints, and of each the deliveries that are due the longest. However much waits for one, or has
//! to wait, nobody reads past it.

use sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait as _, Func, Iden, Order, Query, SelectStatement, UnionType,
    WithClause,
};
use sqlx::FromRow;

use super::sending::filled;
use crate::domain::ids::{DeliveryId, DispatcherId, EventId, WebhookId};
use crate::domain::time::Time;
use crate::store::tables::{Deliveries, Webhooks};
use crate::store::{Connection, StoreError, dispatchers};

/// A delivery that is to be sent.
#[derive(Debug, Clone, FromRow)]
pub struct Taken {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub webhook: WebhookId,
    /// Which event it tells of.
    pub event: EventId,
    /// The event's number.
    pub sequence: Option<i64>,
    /// What is sent.
    pub body: String,
    /// Tries of the schedule that were made.
    pub tries: i64,
    /// All that were made.
    pub attempts: i64,
    /// Since when it is due. Whoever decides something of it meanwhile changes that.
    pub next_at: Time,
}

#[derive(Iden, Clone, Copy)]
enum Waiting {
    Table,
    Webhook,
}

/// Up to `most` endpoints to which something is due, longest first, without those that take no more for now and those that
/// another dispatcher sends to.
///
/// # Errors
/// The store's failure.
pub async fn owed(
    connection: &mut Connection,
    (dispatcher, now): (&DispatcherId, Time),
    full: &[WebhookId],
    most: u64,
) -> Result<Vec<WebhookId>, StoreError> {
    let others = Query::select()
        .column(Webhooks::Id)
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Dispatcher).in_subquery(dispatchers::living_others(dispatcher, now)))
        .to_owned();
    let webhook = Expr::col((Waiting::Table, Waiting::Webhook));
    let since = Query::select()
        .expr(Func::min(Expr::col((Deliveries::Table, Deliveries::NextAt))))
        .from(Deliveries::Table)
        .and_where(Expr::col((Deliveries::Table, Deliveries::Webhook)).eq(webhook.clone()))
        .and_where(Expr::col((Deliveries::Table, Deliveries::NextAt)).lte(now))
        .to_owned();
    let mut all = Query::select()
        .expr_as(webhook.clone(), "webhook")
        .expr_as(since, "since")
        .from(Waiting::Table)
        .and_where(webhook.clone().is_not_null())
        .and_where(webhook.clone().not_in_subquery(others))
        .to_owned();
    if !full.is_empty() {
        all.and_where(webhook.is_not_in(full.iter().map(|id| Expr::from(*id))));
    }
    let statement = Query::select()
        .column(Alias::new("webhook"))
        .from_subquery(all, "owed")
        .and_where(Expr::col(Alias::new("since")).is_not_null())
        .order_by(Alias::new("since"), Order::Asc)
        .limit(most)
        .to_owned()
        .with(waiting());
    let rows: Vec<(WebhookId,)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Endpoints for which something waits, be it due or not: each is looked up after the one before, which takes as long as
/// there are endpoints and not as there are deliveries.
fn waiting() -> WithClause {
    let next = || {
        Query::select()
            .column((Deliveries::Table, Deliveries::Webhook))
            .from(Deliveries::Table)
            .and_where(Expr::col((Deliveries::Table, Deliveries::NextAt)).is_not_null())
            .order_by((Deliveries::Table, Deliveries::Webhook), Order::Asc)
            .limit(1)
            .to_owned()
    };
    let before = || Expr::col((Waiting::Table, Waiting::Webhook));
    let after = next().and_where(Expr::col((Deliveries::Table, Deliveries::Webhook)).gt(before())).to_owned();
    let step = Query::select().expr(after).from(Waiting::Table).and_where(before().is_not_null()).to_owned();
    let both = Query::select().expr(next()).union(UnionType::All, step).to_owned();
    let table = CommonTableExpression::new().table_name(Waiting::Table).column(Waiting::Webhook).query(both).to_owned();
    WithClause::new().recursive(true).cte(table).to_owned()
}

/// Of each of these endpoints so many deliveries that are due, longest first.
///
/// # Errors
/// The store's failure.
pub async fn load(
    connection: &mut Connection,
    wanted: &[(WebhookId, u64)],
    now: Time,
) -> Result<Vec<Taken>, StoreError> {
    let mut all: Vec<Taken> = Vec::new();
    for some in filled(wanted, |(webhook, _)| (*webhook, 0)) {
        let mut parts = some.into_iter().map(|(webhook, most)| {
            Query::select()
                .expr(Expr::col(sea_query::Asterisk))
                .from_subquery(of_one(&webhook, most, now), "one")
                .to_owned()
        });
        let mut statement = parts.next().unwrap_or_default();
        statement.unions(parts.map(|part| (UnionType::All, part)));
        all.extend(connection.fetch_all::<Taken>(&statement).await?);
    }
    all.sort_by_key(|one| (one.next_at, one.id));
    Ok(all)
}

fn of_one(webhook: &WebhookId, most: u64, now: Time) -> SelectStatement {
    Query::select()
        .columns([
            Deliveries::Id,
            Deliveries::Webhook,
            Deliveries::Event,
            Deliveries::Sequence,
            Deliveries::Body,
            Deliveries::Tries,
            Deliveries::Attempts,
            Deliveries::NextAt,
        ])
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Webhook).eq(webhook))
        .and_where(Expr::col(Deliveries::NextAt).lte(now))
        .order_by(Deliveries::NextAt, Order::Asc)
        .order_by(Deliveries::Id, Order::Asc)
        .limit(most)
        .to_owned()
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod tests;

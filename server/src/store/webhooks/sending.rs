//! Endpoints as dispatchers see them: who sends to which, where to, how fast, and how that goes.

use std::collections::{BTreeSet, HashMap};

use sea_query::{Expr, ExprTrait as _, LockType, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::rate;
use crate::domain::ids::{DispatcherId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Rate;
use crate::store::tables::Webhooks;
use crate::store::{Connection, StoreError, Tx};

/// An endpoint.
#[derive(Debug, FromRow)]
pub struct Sending {
    id: WebhookId,
    url: String,
    disabled_at: Option<Time>,
    rate_per_second: Option<i64>,
    /// With a rate, from when on the next attempt may be made.
    pub next_attempt_from: Option<Time>,
    /// Since when it has only failed.
    pub failing_since: Option<Time>,
    /// Who sends to it, or did when it died.
    pub dispatcher: Option<DispatcherId>,
}

impl Sending {
    /// Where deliveries go; nothing while it is disabled.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.disabled_at.is_none().then_some(&self.url)
    }

    /// How fast, where that is bounded.
    #[must_use]
    pub fn rate(&self) -> Option<Rate> {
        rate(self.rate_per_second)
    }
}

/// These endpoints, as far as there are any.
///
/// # Errors
/// The store's failure.
pub async fn find(
    connection: &mut Connection,
    ids: &BTreeSet<WebhookId>,
) -> Result<HashMap<WebhookId, Sending>, StoreError> {
    let rows: Vec<Sending> = connection.fetch_all(&select(ids)).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// As [`find`]; nobody else changes them until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, ids: &BTreeSet<WebhookId>) -> Result<HashMap<WebhookId, Sending>, StoreError> {
    // In one order everywhere, so that no two dispatchers wait for each other.
    let statement = select(ids).order_by(Webhooks::Id, Order::Asc).lock(LockType::Update).to_owned();
    let rows: Vec<Sending> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

fn select(ids: &BTreeSet<WebhookId>) -> SelectStatement {
    Query::select()
        .columns([
            Webhooks::Id,
            Webhooks::Url,
            Webhooks::DisabledAt,
            Webhooks::RatePerSecond,
            Webhooks::NextAttemptFrom,
            Webhooks::FailingSince,
            Webhooks::Dispatcher,
        ])
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .to_owned()
}

/// These are sent to by that dispatcher alone; by nobody where there is none.
///
/// # Errors
/// The store's failure.
pub async fn hold(tx: &mut Tx, ids: &[WebhookId], dispatcher: Option<&DispatcherId>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::Dispatcher, dispatcher.copied())
        .and_where(Expr::col(Webhooks::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The next attempt may be made from then on.
///
/// # Errors
/// The store's failure.
pub async fn rest(tx: &mut Tx, id: &WebhookId, until: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::NextAttemptFrom, until)
        .and_where(Expr::col(Webhooks::Id).eq(id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

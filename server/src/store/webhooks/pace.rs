//! From when on endpoints with a rate may be sent to: kept here, so that all dispatchers keep to it together.

use sea_query::{Expr, ExprTrait as _, LockType, Order, Query};

use super::rate;
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::domain::webhooks::Rate;
use crate::store::tables::Webhooks;
use crate::store::{StoreError, Tx};

/// Those of these endpoints that have a rate, and from when on the next attempt may be made. Other dispatchers wait for
/// them until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, ids: &[WebhookId]) -> Result<Vec<(WebhookId, Rate, Option<Time>)>, StoreError> {
    let statement = Query::select()
        .columns([Webhooks::Id, Webhooks::RatePerSecond, Webhooks::NextAttemptFrom])
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .and_where(Expr::col(Webhooks::RatePerSecond).is_not_null())
        // In one order everywhere, so that no two dispatchers wait for each other.
        .order_by(Webhooks::Id, Order::Asc)
        .lock(LockType::Update)
        .to_owned();
    let rows: Vec<(WebhookId, Option<i64>, Option<Time>)> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().filter_map(|(id, attempts, free)| Some((id, rate(attempts)?, free))).collect())
}

/// The next attempt may be made from then on.
///
/// # Errors
/// The store's failure.
pub async fn keep(tx: &mut Tx, id: &WebhookId, free: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::NextAttemptFrom, free)
        .and_where(Expr::col(Webhooks::Id).eq(id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

//! The outbox: an event's deliveries are written in its own transaction, so that what happened is told and what did not
//! is not (S87).

use sea_query::{Expr, ExprTrait as _, Query};

use super::COLUMNS;
use crate::domain::deliveries::{Delivery, Told};
use crate::domain::events::EventType;
use crate::domain::ids::{DeliveryId, EventId, UserId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Patterns;
use crate::random::Random;
use crate::store::tables::{Deliveries, Webhooks};
use crate::store::{StoreError, Tx, counters};

/// Writes an event down for each of its owner's endpoints that is told of its kind, and says its number; none where
/// nobody is told.
///
/// # Errors
/// The store's failure; no randomness for the ids.
pub async fn put(
    tx: &mut Tx,
    (now, random): (Time, &Random),
    owner: &UserId,
    (event, kind, data): (EventId, EventType, &str),
) -> Result<Option<i64>, StoreError> {
    let told = Query::select()
        .columns([Webhooks::Id, Webhooks::Events])
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Owner).eq(owner))
        .and_where(Expr::col(Webhooks::DisabledAt).is_null())
        .to_owned();
    let mut told: Vec<(WebhookId, Patterns)> = tx.fetch_all(&told).await?;
    told.retain(|(_, patterns)| patterns.allow(kind.name()));
    if told.is_empty() {
        return Ok(None);
    }
    // Others of this owner wait here until this transaction ends: the numbers are in the order of what is kept.
    let sequence = counters::next(tx, &format!("events of {owner}")).await?;
    for (webhook, _) in told {
        let id = DeliveryId::new(now, random).map_err(|error| StoreError::Unusable(error.to_string()))?;
        let told = Told { event, kind: kind.name(), sequence: Some(sequence), at: now, data };
        insert(tx, &Delivery::new(id, webhook, told, now)).await?;
    }
    Ok(Some(sequence))
}

/// Puts one delivery into the outbox.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, delivery: &Delivery) -> Result<(), StoreError> {
    let values: [Expr; 13] = [
        delivery.id.into(),
        delivery.webhook.into(),
        delivery.event.into(),
        delivery.kind.as_str().into(),
        delivery.sequence.into(),
        delivery.body.as_str().into(),
        delivery.status.into(),
        delivery.attempts.into(),
        delivery.last_status.into(),
        delivery.last_failure.into(),
        delivery.created_at.into(),
        delivery.next_at.into(),
        Expr::val(0_i64),
    ];
    let statement = Query::insert()
        .into_table(Deliveries::Table)
        .columns(COLUMNS.into_iter().chain([Deliveries::Tries]))
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await?;
    tx.wake_dispatchers();
    Ok(())
}

//! Deliveries: what is sent to an account's endpoints, what became of it, and sending it again.

use super::pages::{self, Page};
use super::webhooks::{found, locked};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Cursor;
use crate::domain::deliveries::{Attempt, Delivery, DeliveryError, Told};
use crate::domain::ids::DeliveryId;
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::generated::deliveries::{
    DeliveriesApi, DeliveryAttempt, DeliveryDetail, DeliveryPage, ReplayFailed, ReplayedDeliveries,
};
use crate::generated::types::{Delivery as Shown, DeliveryStatus};
use crate::problem::Problem;
use crate::store::deliveries::{self, Filter, outbox};
use crate::store::events;

/// Attempts that are shown of one delivery: more than a schedule has.
const ATTEMPTS: u64 = 50;

impl DeliveriesApi for App {
    async fn list_deliveries(
        &self,
        caller: Caller,
        webhook_id: String,
        limit: i32,
        cursor: Option<String>,
        status: Option<DeliveryStatus>,
        type_: Option<String>,
        since: Option<Time>,
        until: Option<Time>,
    ) -> Result<DeliveryPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let (status, kind) = (status.map(Into::into), type_.as_deref().map(Names::parse));
        let filter = Filter { status, kind, since, until };
        let mut connection = self.db.read().await?;
        let webhook = found(&mut connection, &caller, &webhook_id).await?;
        let mut found = deliveries::list(&mut connection, &webhook.id, &filter, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        Ok(DeliveryPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
    }

    async fn get_delivery(
        &self,
        caller: Caller,
        webhook_id: String,
        delivery_id: String,
    ) -> Result<DeliveryDetail, Problem> {
        let mut connection = self.db.read().await?;
        let webhook = found(&mut connection, &caller, &webhook_id).await?;
        let delivery = deliveries::find(&mut connection, &id(&delivery_id)?, &webhook.id).await?;
        let delivery = delivery.ok_or(DeliveryError::NotFound)?;
        let attempts = deliveries::attempts(&mut connection, &delivery.id, ATTEMPTS).await?;
        Ok(detail(delivery, attempts))
    }

    async fn replay_delivery(&self, caller: Caller, webhook_id: String, delivery_id: String) -> Result<Shown, Problem> {
        let mut tx = self.db.write().await?;
        let webhook = locked(&mut tx, &caller, &webhook_id).await?;
        let id = id(&delivery_id)?;
        deliveries::find(&mut tx, &id, &webhook.id).await?.ok_or(DeliveryError::NotFound)?;
        if webhook.disabled.is_some() {
            return Err(DeliveryError::Disabled.into());
        }
        deliveries::replay(&mut tx, &id, self.clock.now()).await?;
        let delivery = deliveries::find(&mut tx, &id, &webhook.id).await?.ok_or(DeliveryError::NotFound)?;
        tx.commit().await?;
        Ok(shown(delivery))
    }

    async fn replay_event(&self, caller: Caller, webhook_id: String, event_id: String) -> Result<Shown, Problem> {
        let mut tx = self.db.write().await?;
        let webhook = locked(&mut tx, &caller, &webhook_id).await?;
        let missing = || Problem::not_found("There is no such event.");
        let event = event_id.parse().map_err(|_| missing())?;
        let event = events::find_owned(&mut tx, &event, caller.owner()).await?.ok_or_else(missing)?;
        if webhook.disabled.is_some() {
            return Err(DeliveryError::Disabled.into());
        }
        let now = self.clock.now();
        let delivery = match deliveries::find_event(&mut tx, &event.id, &webhook.id).await? {
            Some(sent) => {
                deliveries::replay(&mut tx, &sent.id, now).await?;
                deliveries::find(&mut tx, &sent.id, &webhook.id).await?.ok_or(DeliveryError::NotFound)?
            }
            None => {
                let told = Told {
                    event: event.id,
                    kind: &event.kind,
                    sequence: event.sequence,
                    at: event.at,
                    data: &event.data,
                };
                let new = Delivery::new(DeliveryId::new(now, &self.random)?, webhook.id, told, now);
                outbox::insert(&mut tx, &new).await?;
                new
            }
        };
        tx.commit().await?;
        Ok(shown(delivery))
    }

    async fn replay_failed(
        &self,
        caller: Caller,
        webhook_id: String,
        body: ReplayFailed,
    ) -> Result<ReplayedDeliveries, Problem> {
        let mut tx = self.db.write().await?;
        let webhook = locked(&mut tx, &caller, &webhook_id).await?;
        if webhook.disabled.is_some() {
            return Err(DeliveryError::Disabled.into());
        }
        let span = (body.since, body.until);
        let replayed = deliveries::replay_failed(&mut tx, &webhook.id, span, self.clock.now()).await?;
        tx.commit().await?;
        Ok(ReplayedDeliveries { replayed: i64::try_from(replayed).unwrap_or(i64::MAX) })
    }
}

/// A path's id; what cannot be one names nothing.
fn id(text: &str) -> Result<DeliveryId, DeliveryError> {
    text.parse().map_err(|_| DeliveryError::NotFound)
}

/// A delivery as the wire shows it.
pub fn shown(delivery: Delivery) -> Shown {
    Shown {
        id: delivery.id.to_string(),
        webhook_id: delivery.webhook.to_string(),
        event_id: delivery.event.to_string(),
        type_: delivery.kind,
        sequence: delivery.sequence,
        status: delivery.status.into(),
        attempt_count: delivery.attempts,
        last_status: delivery.last_status.and_then(|status| i32::try_from(status).ok()),
        last_failure: delivery.last_failure.map(Into::into),
        created_at: delivery.created_at,
        next_attempt_at: delivery.next_at,
    }
}

fn detail(delivery: Delivery, attempts: Vec<Attempt>) -> DeliveryDetail {
    let body = delivery.body.clone();
    let shown = shown(delivery);
    DeliveryDetail {
        id: shown.id,
        webhook_id: shown.webhook_id,
        event_id: shown.event_id,
        type_: shown.type_,
        sequence: shown.sequence,
        status: shown.status,
        attempt_count: shown.attempt_count,
        last_status: shown.last_status,
        last_failure: shown.last_failure,
        created_at: shown.created_at,
        next_attempt_at: shown.next_attempt_at,
        body,
        attempts: attempts.into_iter().map(attempt).collect(),
    }
}

fn attempt(attempt: Attempt) -> DeliveryAttempt {
    DeliveryAttempt {
        number: attempt.number,
        started_at: attempt.at,
        duration_ms: i64::try_from(attempt.duration.as_millis()).unwrap_or(i64::MAX),
        status: attempt.status.and_then(|status| i32::try_from(status).ok()),
        failure: attempt.failure.map(Into::into),
        answer: attempt.answer,
    }
}

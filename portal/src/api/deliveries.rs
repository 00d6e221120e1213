//! `deliveries`: what was sent to an endpoint, what became of it, and sending it again.

use std::time::Duration;

use gatepost_sdk::types;

use super::keys::moment;
use super::requests::timestamp;
use super::{Calls, Failure};
use crate::dates::Moment;

const PAGE_SIZE: i32 = 25;
/// How long a page waits for an attempt that was just asked for: most receivers have answered by then.
const WAITS_MS: [u64; 5] = [100, 200, 400, 800, 1_500];

/// Which deliveries to show; `None` is all.
#[derive(Debug, Clone, Default)]
pub(crate) struct DeliveryQuery {
    pub status: Option<String>,
    pub kind: Option<String>,
    pub cursor: Option<String>,
}

/// A page of deliveries, newest first.
pub(crate) struct DeliveryPage {
    pub deliveries: Vec<Delivery>,
    /// Where the older ones begin.
    pub next: Option<String>,
}

/// How an attempt ended: with an answer, or why without one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The HTTP status of the answer.
    pub status: Option<i32>,
    /// `address`, `connection` or `timeout`; others may come.
    pub failure: Option<String>,
}

/// Something that is sent to an endpoint.
#[derive(Debug, Clone)]
pub(crate) struct Delivery {
    pub id: String,
    pub webhook: String,
    pub event: String,
    pub kind: String,
    pub sequence: Option<i64>,
    /// `pending`, `delivered` or `failed`; others may come.
    pub status: String,
    pub attempts: i64,
    pub last: Outcome,
    pub created: Moment,
    pub next: Option<Moment>,
}

/// A delivery with what was sent and its attempts.
pub(crate) struct DeliveryDetail {
    pub delivery: Delivery,
    pub body: String,
    pub attempts: Vec<Attempt>,
}

/// One attempt.
pub(crate) struct Attempt {
    pub number: i64,
    pub at: Moment,
    pub duration_ms: i64,
    pub outcome: Outcome,
    /// How the answer's body begins.
    pub answer: Option<String>,
}

impl Delivery {
    /// The class of its badge.
    pub fn tone(&self) -> &'static str {
        match self.status.as_str() {
            "delivered" => "good",
            "failed" => "bad",
            _ if self.attempts > 0 => "late",
            _ => "",
        }
    }
}

impl Calls {
    /// What was sent to an endpoint.
    pub async fn deliveries(&self, webhook: &str, query: &DeliveryQuery) -> Result<DeliveryPage, Failure> {
        let call = self.client.list_deliveries().webhook_id(webhook).limit(PAGE_SIZE);
        let call = call.maybe_status(query.status.as_deref()).maybe_type(query.kind.as_deref());
        let page = call.maybe_cursor(query.cursor.as_deref()).send().await?.into_inner();
        Ok(DeliveryPage { deliveries: page.data.into_iter().map(Delivery::from).collect(), next: page.next_cursor })
    }

    pub async fn delivery(&self, webhook: &str, id: &str) -> Result<DeliveryDetail, Failure> {
        let mut detail = self.client.get_delivery().webhook_id(webhook).delivery_id(id).send().await?.into_inner();
        let (body, attempts) = (std::mem::take(&mut detail.body), std::mem::take(&mut detail.attempts));
        let attempts = attempts.into_iter().map(Attempt::from).collect();
        Ok(DeliveryDetail { delivery: detail.into(), body, attempts })
    }

    /// Waits a moment until there is one attempt more than these; there may be none in that time.
    pub async fn attempt_after(&self, delivery: &Delivery) -> Result<(), Failure> {
        for wait in WAITS_MS {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            if self.delivery(&delivery.webhook, &delivery.id).await?.delivery.attempts > delivery.attempts {
                break;
            }
        }
        Ok(())
    }

    /// Sends one again.
    pub async fn replay_delivery(&self, webhook: &str, id: &str) -> Result<Delivery, Failure> {
        Ok(self.client.replay_delivery().webhook_id(webhook).delivery_id(id).send().await?.into_inner().into())
    }

    /// Sends any event of the visitor's, whether it was sent to that endpoint before or not.
    pub async fn replay_event(&self, webhook: &str, event: &str) -> Result<Delivery, Failure> {
        Ok(self.client.replay_event().webhook_id(webhook).event_id(event).send().await?.into_inner().into())
    }

    /// Sends all again that failed and were made since then, and says how many.
    pub async fn replay_failed(&self, webhook: &str, since: Moment) -> Result<i64, Failure> {
        let Some(since) = timestamp(Some(since))? else { return Ok(0) };
        let call = self.client.replay_failed().webhook_id(webhook).body_map(|body| body.since(since));
        Ok(call.send().await?.into_inner().replayed)
    }
}

impl From<types::DeliveryAttempt> for Attempt {
    fn from(attempt: types::DeliveryAttempt) -> Self {
        let failure = attempt.failure.map(|failure| failure.as_str().to_owned());
        Self {
            number: attempt.number,
            at: moment(attempt.started_at),
            duration_ms: attempt.duration_ms,
            outcome: Outcome { status: attempt.status, failure },
            answer: attempt.answer,
        }
    }
}

/// The answers that hold a delivery have its properties each; what more they have is read before.
macro_rules! delivery_from {
    ($($answer:ty),+) => {$(
        impl From<$answer> for Delivery {
            fn from(delivery: $answer) -> Self {
                let failure = delivery.last_failure.map(|failure| failure.as_str().to_owned());
                Self {
                    id: delivery.id,
                    webhook: delivery.webhook_id,
                    event: delivery.event_id,
                    kind: delivery.type_,
                    sequence: delivery.sequence,
                    status: delivery.status.as_str().to_owned(),
                    attempts: delivery.attempt_count,
                    last: Outcome { status: delivery.last_status, failure },
                    created: moment(delivery.created_at),
                    next: delivery.next_attempt_at.map(moment),
                }
            }
        }
    )+};
}

delivery_from!(types::Delivery, types::DeliveryDetail);

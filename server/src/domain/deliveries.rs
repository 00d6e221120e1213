//! What is sent to endpoints, and what became of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::domain::ids::{DeliveryId, EventId, WebhookId};
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// Bytes of an answer that are kept.
pub const KEPT_BYTES: usize = 4_096;

/// Whether it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It waits for its next try.
    Pending,
    /// It was taken.
    Delivered,
    /// It was given up.
    Failed,
}

named!(Status: Pending = "pending", Delivered = "delivered", Failed = "failed");

/// Why there was no answer. It does not tell what lies behind an address (S97).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The URL leads to no address that webhooks may reach.
    Address,
    /// There was no connection, or it broke.
    Connection,
    /// There was no answer in time.
    Timeout,
}

named!(Failure: Address = "address", Connection = "connection", Timeout = "timeout");

/// Something that is sent to an endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub webhook: WebhookId,
    /// Which event it tells of; receivers see it as `webhook-id`.
    pub event: EventId,
    /// What kind of event.
    pub kind: String,
    /// The event's number among those that were told for its owner; none for a test.
    pub sequence: Option<i64>,
    /// What is sent.
    pub body: String,
    /// Whether it arrived.
    pub status: Status,
    /// How often it was sent.
    pub attempts: i64,
    /// The last answer's status of HTTP.
    pub last_status: Option<i64>,
    /// Why there was none.
    pub last_failure: Option<Failure>,
    /// When it was to be sent first.
    pub created_at: Time,
    /// When it is tried next.
    pub next_at: Option<Time>,
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Which of the delivery's, from 1 on.
    pub number: i64,
    /// When it began.
    pub at: Time,
    /// How long it took.
    pub duration: Duration,
    /// What was answered: a status of HTTP.
    pub status: Option<i64>,
    /// Why there was no answer.
    pub failure: Option<Failure>,
    /// How the answer's body begins.
    pub answer: Option<String>,
}

/// What cannot be done with a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DeliveryError {
    /// There is none of that id.
    #[error("there is no such delivery")]
    NotFound,
    /// Its endpoint is told nothing.
    #[error("the webhook is disabled")]
    Disabled,
}

impl Delivery {
    /// One that waits to be sent, at once.
    #[must_use]
    pub fn new(id: DeliveryId, webhook: WebhookId, told: Told<'_>, now: Time) -> Self {
        Self {
            id,
            webhook,
            event: told.event,
            kind: told.kind.to_owned(),
            sequence: told.sequence,
            body: told.body(),
            status: Status::Pending,
            attempts: 0,
            last_status: None,
            last_failure: None,
            created_at: now,
            next_at: Some(now),
        }
    }
}

/// An event as endpoints are told of it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// Its id.
    pub event: EventId,
    /// Its kind.
    pub kind: &'a str,
    /// Its number among those of its owner.
    pub sequence: Option<i64>,
    /// When it happened.
    pub at: Time,
    /// What it carries, as JSON.
    pub data: &'a str,
}

impl Told<'_> {
    /// The bytes that are sent: no name or time has anything in it that JSON would escape.
    fn body(&self) -> String {
        format!(r#"{{"type":"{}","timestamp":"{}","data":{}}}"#, self.kind, self.at.to_rfc3339(), self.data)
    }
}

/// Text as a log may keep it of an answer: its first bytes, and nothing that a database refuses.
#[must_use]
pub fn kept(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..KEPT_BYTES).unwrap_or(bytes);
    let mut text = String::from_utf8_lossy(start).replace('\0', "\u{fffd}");
    while text.len() > KEPT_BYTES {
        // What was not text takes more room as text.
        text.pop();
    }
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::events::EventType;
    use crate::random::Random;
    use proptest::prelude::*;

    #[test]
    fn what_is_sent_is_json_of_type_timestamp_and_data_in_this_order() {
        let event = EventId::new(Time::from_ms(1), &Random::default()).unwrap();
        let at = Time::parse_rfc3339("2026-11-22T12:00:00.042Z").unwrap();
        let told =
            Told { event, kind: EventType::KeyRevoked.name(), sequence: Some(1), at, data: r#"{"name":"a \"b\""}"# };
        let sent = r#"{"type":"key.revoked","timestamp":"2026-11-22T12:00:00.042Z","data":{"name":"a \"b\""}}"#;
        assert_eq!(told.body(), sent);
        assert!(serde_json::from_str::<serde_json::Value>(sent).is_ok());
    }

    proptest! {
        #[test]
        fn s92_an_answer_is_kept_to_4_kib_whatever_it_is(bytes in proptest::collection::vec(any::<u8>(), 0..9_000)) {
            let text = kept(&bytes);
            prop_assert_eq!(text.is_none(), bytes.is_empty());
            prop_assert!(text.is_none_or(|text| text.len() <= KEPT_BYTES && !text.contains('\0')));
        }
    }
}

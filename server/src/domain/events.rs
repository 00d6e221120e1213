//! What happens to people's things, as they and their webhooks learn of it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

pub use super::generated::events::*;
use crate::domain::ids::EventId;
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// What a kind of event carries. The contract's `webhooks` say it, and `cargo gen` writes the types.
pub trait Payload: Serialize {
    /// The kind of event that carries it.
    const TYPE: EventType;
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its id.
    pub id: EventId,
    /// What kind it is. One that this version does not know is shown as well.
    pub kind: String,
    /// When it happened.
    pub at: Time,
    /// What it carries: a JSON object.
    pub data: String,
    /// Its number among those that its owner's endpoints were told of.
    pub sequence: Option<i64>,
}

/// A kind of event. The contract's `webhooks` name the same, with what each carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventType {
    /// A key was made.
    KeyCreated,
    /// A key was replaced by a new one.
    KeyRotated,
    /// A key ends within a week.
    KeyExpiring,
    /// A key was revoked.
    KeyRevoked,
    /// A key was found where everybody can read it, and revoked.
    KeyLeaked,
    /// A refresh token came back after its use, and its session was ended.
    SessionReuseDetected,
    /// An application was handed in.
    ApplicationCreated,
    /// An application was approved.
    ApplicationApproved,
    /// An application was rejected.
    ApplicationRejected,
    /// A project was shown.
    ProjectCreated,
    /// A project was changed.
    ProjectUpdated,
    /// Somebody started to practise.
    PracticeStarted,
    /// Somebody stopped practising.
    PracticeCompleted,
    /// An item was offered.
    ItemCreated,
    /// An item was changed.
    ItemUpdated,
    /// An item was ordered.
    OrderCreated,
    /// An order was completed.
    OrderCompleted,
    /// An order was cancelled.
    OrderCancelled,
    /// An item was sold.
    ItemSold,
    /// The other party of an order wrote.
    MessageReceived,
    /// An account was opened.
    UserRegistered,
    /// An endpoint for webhooks was given up.
    WebhookDisabled,
    /// An endpoint's owner wants to see whether it works.
    WebhookTest,
}

named!(EventType:
    KeyCreated = "key.created", KeyRotated = "key.rotated", KeyExpiring = "key.expiring", KeyRevoked = "key.revoked",
    KeyLeaked = "key.leaked", SessionReuseDetected = "session.reuse_detected",
    ApplicationCreated = "application.created", ApplicationApproved = "application.approved",
    ApplicationRejected = "application.rejected", ProjectCreated = "project.created",
    ProjectUpdated = "project.updated", PracticeStarted = "practice.started",
    PracticeCompleted = "practice.completed", ItemCreated = "item.created", ItemUpdated = "item.updated",
    OrderCreated = "order.created", OrderCompleted = "order.completed", OrderCancelled = "order.cancelled",
    ItemSold = "item.sold", MessageReceived = "message.received", UserRegistered = "user.registered",
    WebhookDisabled = "webhook.disabled", WebhookTest = "webhook.test"
);

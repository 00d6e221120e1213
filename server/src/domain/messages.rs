//! Messages: what buyer and seller write to each other about an order.

use crate::domain::ids::{MessageId, OrderId};
use crate::domain::orders::Party;
use crate::domain::time::Time;

/// What one party of an order wrote to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// What it is about.
    pub order: OrderId,
    /// Its place among the messages of the order, from 1 on.
    pub number: i64,
    /// Who wrote it.
    pub sender: Party,
    /// Plain text.
    pub text: String,
    /// When it was written.
    pub created_at: Time,
}

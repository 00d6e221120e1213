//! `audit`: who changed what, for administrators.

use gatepost_sdk::types;
use serde_json::{Map, Value};

use super::keys::moment;
use super::{Calls, Failure};
use crate::dates::Moment;

const PAGE_SIZE: i32 = 20;

/// Which entries to show; `None` is all.
#[derive(Debug, Clone, Default)]
pub(crate) struct AuditQuery {
    pub action: Option<String>,
    pub actor: Option<String>,
    pub target: Option<String>,
    pub cursor: Option<String>,
}

/// A page of entries, newest first.
pub(crate) struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// Where the older ones begin.
    pub next: Option<String>,
}

/// A change, and who made it.
#[derive(Debug, Clone)]
pub(crate) struct AuditEntry {
    pub position: i64,
    pub at: Moment,
    pub action: String,
    /// The account that did it; `None` for a visitor or the server itself.
    pub actor: Option<String>,
    pub credential: Option<String>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub target: String,
    pub owner: Option<String>,
    /// The thing as it was, as JSON to read.
    pub before: Option<String>,
    /// The thing as it is, as JSON to read.
    pub after: Option<String>,
    pub hash: String,
}

impl Calls {
    /// What an administrator may see of the audit log.
    pub async fn audit(&self, query: &AuditQuery) -> Result<AuditPage, Failure> {
        let call = self.client.list_audit_events().limit(PAGE_SIZE);
        let call = call.maybe_action(query.action.as_deref()).maybe_actor(query.actor.as_deref());
        let call = call.maybe_target(query.target.as_deref()).maybe_cursor(query.cursor.as_deref());
        let page = call.send().await?.into_inner();
        Ok(AuditPage { entries: page.data.into_iter().map(AuditEntry::from).collect(), next: page.next_cursor })
    }
}

impl From<types::AuditEvent> for AuditEntry {
    fn from(event: types::AuditEvent) -> Self {
        Self {
            position: event.position,
            at: moment(event.created_at),
            action: event.action,
            actor: event.actor_id,
            credential: event.credential,
            address: event.address,
            request_id: event.request_id,
            target: event.target,
            owner: event.owner_id,
            before: event.before.map(readable),
            after: event.after.map(readable),
            hash: event.hash,
        }
    }
}

fn readable(object: Map<String, Value>) -> String {
    format!("{:#}", Value::Object(object))
}

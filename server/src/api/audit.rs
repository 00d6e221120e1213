//! Who changed what, for administrators.

use std::collections::BTreeMap;

use serde_json::Value;

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Position;
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::generated::audit::{AuditApi, AuditEvent, AuditPage};
use crate::problem::Problem;
use crate::store::audit::{self, Entry, Filter};

impl AuditApi for App {
    async fn list_audit_events(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        actor: Option<String>,
        owner: Option<String>,
        target: Option<String>,
        action: Option<String>,
        from: Option<Time>,
        to: Option<Time>,
    ) -> Result<AuditPage, Problem> {
        let before = pages::cursor(cursor.as_deref(), Position::parse)?.map(|place| place.0);
        let id = |text: Option<String>| text.map(|text| text.parse()).transpose();
        // An id that is none has done nothing.
        let (Ok(actor), Ok(owner)) = (id(actor), id(owner)) else {
            return Ok(AuditPage { data: Vec::new(), next_cursor: None });
        };
        let filter = Filter { actor, owner, target, action: action.as_deref().map(Names::parse), from, to };
        let page = Page::of(limit);
        let mut found = audit::list(&mut *self.db.read().await?, &filter, before, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Position(last.position).to_text());
        Ok(AuditPage { data: found.into_iter().map(shown).collect::<Result<_, _>>()?, next_cursor: next })
    }
}

fn shown(entry: Entry) -> Result<AuditEvent, Problem> {
    Ok(AuditEvent {
        id: entry.id,
        position: entry.position,
        created_at: entry.at,
        action: entry.action,
        actor_id: entry.actor,
        credential: entry.credential,
        address: entry.address,
        request_id: entry.request_id,
        target: entry.target,
        owner_id: entry.owner,
        before: state(entry.state_before)?,
        after: state(entry.state_after)?,
        previous_hash: entry.previous,
        hash: entry.hash,
    })
}

fn state(text: Option<String>) -> Result<Option<BTreeMap<String, Value>>, Problem> {
    text.map(|text| serde_json::from_str(&text)).transpose().map_err(Problem::broken)
}

//! What happened to the caller's things, and what kinds of events there are.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::{Cursor, Position};
use crate::domain::events::{self as domain, CATALOGUE};
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::generated::events::{Event, EventPage, EventTypeInfo, EventTypePage, EventsApi};
use crate::problem::Problem;
use crate::store::events::{self, Filter};

impl EventsApi for App {
    async fn list_events(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        type_: Option<String>,
        since: Option<Time>,
        until: Option<Time>,
    ) -> Result<EventPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let filter = Filter { kind: type_.as_deref().map(Names::parse), since, until };
        let mut connection = self.db.read().await?;
        let mut found = events::list(&mut connection, caller.owner(), &filter, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.at, id: last.id }.to_text());
        Ok(EventPage { data: found.into_iter().map(shown).collect::<Result<_, _>>()?, next_cursor: next })
    }

    async fn get_event(&self, caller: Caller, event_id: String) -> Result<Event, Problem> {
        let missing = || Problem::not_found("There is no such event.");
        let id = event_id.parse().map_err(|_| missing())?;
        let event = events::find_owned(&mut *self.db.read().await?, &id, caller.owner()).await?;
        shown(event.ok_or_else(missing)?)
    }

    async fn list_event_types(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<EventTypePage, Problem> {
        let after = pages::cursor(cursor.as_deref(), Position::parse)?.map_or(0, |place| place.0);
        let skipped = usize::try_from(after).unwrap_or(usize::MAX);
        let page = Page::of(limit);
        let mut found: Vec<&Described> = KINDS.iter().skip(skipped).collect();
        let next = page.cut(&mut found).is_some();
        let end = after.saturating_add(i64::try_from(found.len()).unwrap_or(0));
        let data = found.into_iter().map(described).collect();
        Ok(EventTypePage { data, next_cursor: next.then(|| Position(end).to_text()) })
    }
}

/// A kind of event as the catalogue has it.
#[derive(Debug, Deserialize)]
struct Described {
    r#type: String,
    summary: String,
    description: String,
    schema: BTreeMap<String, Value>,
    example: BTreeMap<String, Value>,
}

/// The catalogue comes with the program; a test reads it.
static KINDS: LazyLock<Vec<Described>> = LazyLock::new(|| serde_json::from_str(CATALOGUE).unwrap_or_default());

fn described(kind: &Described) -> EventTypeInfo {
    EventTypeInfo {
        type_: kind.r#type.clone(),
        summary: kind.summary.clone(),
        description: kind.description.clone(),
        schema: kind.schema.clone(),
        example: kind.example.clone(),
    }
}

fn shown(event: domain::Event) -> Result<Event, Problem> {
    let data = serde_json::from_str(&event.data).map_err(Problem::broken)?;
    Ok(Event { id: event.id.to_string(), type_: event.kind, timestamp: event.at, sequence: event.sequence, data })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::events::EventType;

    #[test]
    fn the_contract_and_the_server_name_the_same_events() {
        let named: Vec<_> = KINDS.iter().map(|kind| kind.r#type.as_str()).collect();
        let known: Vec<_> = EventType::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(named, known);
    }

    #[test]
    fn each_kinds_example_fits_its_schema() {
        for kind in KINDS.iter() {
            let schema = serde_json::to_value(&kind.schema).unwrap();
            let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
            let faults: Vec<_> = validator
                .iter_errors(&serde_json::to_value(&kind.example).unwrap())
                .map(|fault| fault.to_string())
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", kind.r#type);
        }
    }
}

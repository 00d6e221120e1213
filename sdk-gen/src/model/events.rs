//! Which property tells the events of an API apart.

use std::collections::BTreeSet;

use super::{Api, Kind, Schema, Webhook};

/// The property that says which event it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTags {
    /// Its name, for example `type`.
    pub property: String,
    /// Its value in each payload, in the order of [`Api::event_payloads`].
    pub values: Vec<String>,
}

impl Api {
    /// The events that have a payload with a schema.
    #[must_use]
    pub fn event_payloads(&self) -> Vec<(&Webhook, &Schema)> {
        let with_payload = self.webhooks.iter().filter_map(|webhook| {
            let schema = webhook.body.as_ref()?.preferred()?.schema.as_ref()?;
            Some((webhook, schema))
        });
        with_payload.collect()
    }

    /// What tells them apart: a property that has one value in each payload, and another in every other. `None` where there is
    /// none, or no event.
    #[must_use]
    pub fn event_tags(&self) -> Option<EventTags> {
        let payloads = self.event_payloads();
        let first = self.resolve(payloads.first()?.1)?.as_object()?;
        first.properties.iter().find_map(|property| {
            let tag = |(_, schema): &(&Webhook, &Schema)| self.constant(schema, &property.name);
            let values: Vec<String> = payloads.iter().map(tag).collect::<Option<_>>()?;
            let distinct: BTreeSet<&String> = values.iter().collect();
            let property = property.name.clone();
            (distinct.len() == values.len()).then_some(EventTags { property, values })
        })
    }

    /// The one value that a property has.
    fn constant(&self, schema: &Schema, property: &str) -> Option<String> {
        let object = self.resolve(schema)?.as_object()?;
        match &self.resolve(&object.property(property)?.schema)?.kind {
            Kind::Const(value) => value.as_str().map(str::to_owned),
            Kind::Enum(set) if set.values.len() == 1 => set.values.first()?.value.as_str().map(str::to_owned),
            _ => None,
        }
    }
}

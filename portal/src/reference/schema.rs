//! One schema as its page shows it.

use sdk_gen::model::Kind;

use super::facts::facts;
use super::fields::{Field, fields, row};
use super::{OperationLine, Reference, Text, TypeText};
use crate::reference::sample::pretty;

/// One schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaView {
    pub name: String,
    pub address: String,
    pub description: Text,
    pub kind: TypeText,
    pub facts: Vec<String>,
    pub values: Vec<String>,
    pub fields: Vec<Field>,
    pub closed: bool,
    pub example: Option<String>,
    pub used_by: Vec<OperationLine>,
}

impl SchemaView {
    pub fn of(reference: &Reference, name: &str) -> Option<Self> {
        let named = reference.api.types.get(name)?;
        let schema = &named.schema;
        let object = schema.as_object();
        Some(Self {
            name: name.to_owned(),
            address: reference.addresses.schema(name).to_owned(),
            description: Text::of(schema.description.as_deref()),
            kind: TypeText::of(reference, schema),
            facts: facts(schema),
            values: if matches!(schema.kind, Kind::Enum(_)) {
                row(reference, name, false, schema).values
            } else {
                Vec::new()
            },
            fields: fields(reference, schema),
            closed: object.is_some_and(|object| object.additional == sdk_gen::model::Additional::Forbidden),
            example: schema.examples.first().map(pretty),
            used_by: reference.users_of(name),
        })
    }
}

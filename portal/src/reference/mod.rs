//! The contract as pages see it: operations, tags and schemas with their addresses, ready to be shown.
//!
//! Everything is derived from `sdk_gen`'s model, so that another contract gives another reference. It must not know HTML
//! templates, HTTP or Gatepost's own operations. To show another fact of an operation, add it to its view and to both forms
//! (template and `twin.rs`).

mod addresses;
mod credentials;
mod facts;
mod fields;
mod links;
mod operation;
mod sample;
mod schema;
mod text;
pub(crate) mod twin;

use std::collections::HashMap;

use sdk_gen::Api;
use sdk_gen::model::{Kind, Operation, Schema};

pub(crate) use addresses::{Addresses, Place, clean};
pub(crate) use fields::{Field, fields};
pub(crate) use links::TypeText;
pub(crate) use operation::{AnswerView, OperationView, ParameterView};
pub(crate) use sample::{Sample, Samples, pretty};
pub(crate) use schema::SchemaView;
pub(crate) use text::Text;

/// The whole contract, with the address of everything in it.
pub(crate) struct Reference {
    pub api: Api,
    pub addresses: Addresses,
    /// Operations by the schema that they name directly.
    uses: HashMap<String, Vec<String>>,
}

/// A tag with its operations, for lists and the side bar.
#[derive(Debug, Clone)]
pub(crate) struct TagView {
    pub name: String,
    pub label: String,
    pub address: String,
    pub description: Text,
    pub operations: Vec<OperationLine>,
}

/// One operation in a list.
#[derive(Debug, Clone)]
pub(crate) struct OperationLine {
    pub method: &'static str,
    pub path: String,
    pub title: String,
    pub address: String,
    pub deprecated: bool,
}

impl Reference {
    pub fn new(api: Api) -> Self {
        let addresses = Addresses::allot(&api);
        let uses = uses(&api);
        Self { api, addresses, uses }
    }

    /// Every tag that has operations, in the contract's order.
    pub fn tags(&self) -> Vec<TagView> {
        let tags = self.api.tags.iter().map(|tag| self.tag(&tag.name)).filter(|tag| !tag.operations.is_empty());
        tags.collect()
    }

    /// One tag by its name.
    pub fn tag(&self, name: &str) -> TagView {
        let tag = self.api.tags.iter().find(|tag| tag.name == name);
        TagView {
            name: name.to_owned(),
            label: tag.and_then(|tag| tag.display_name.clone()).unwrap_or_else(|| name.to_owned()),
            address: self.addresses.tag(name).to_owned(),
            description: Text::of(tag.and_then(|tag| tag.description.as_deref())),
            operations: self.api.operations_of(name).map(|operation| self.line(operation)).collect(),
        }
    }

    /// One operation as a line of a list.
    pub fn line(&self, operation: &Operation) -> OperationLine {
        OperationLine {
            method: operation.method.upper(),
            path: operation.path.clone(),
            title: title(operation),
            address: self.addresses.operation(&operation.id).to_owned(),
            deprecated: operation.deprecated,
        }
    }

    /// The operations that name a schema directly.
    pub fn users_of(&self, schema: &str) -> Vec<OperationLine> {
        let ids = self.uses.get(schema).map(Vec::as_slice).unwrap_or_default();
        ids.iter().filter_map(|id| self.api.operation(id)).map(|operation| self.line(operation)).collect()
    }

    /// The names of the document's own schemas and their addresses.
    pub fn schemas(&self) -> impl Iterator<Item = (&str, &str)> {
        self.api.types.keys().map(|name| (name.as_str(), self.addresses.schema(name)))
    }
}

/// What an operation is called on its page.
pub(crate) fn title(operation: &Operation) -> String {
    match operation.summary.as_deref().map(str::trim) {
        Some(summary) if !summary.is_empty() => summary.trim_end_matches('.').to_owned(),
        _ => operation.id.clone(),
    }
}

fn uses(api: &Api) -> HashMap<String, Vec<String>> {
    let mut uses: HashMap<String, Vec<String>> = HashMap::new();
    for operation in &api.operations {
        let bodies = operation.body.iter().flat_map(|body| &body.content);
        let answers = operation.responses.iter().flat_map(|response| &response.content);
        let schemas = bodies.chain(answers).filter_map(|media| media.schema.as_ref());
        for name in schemas.chain(operation.parameters.iter().map(|parameter| &parameter.schema)).filter_map(named) {
            let ids = uses.entry(name.to_owned()).or_default();
            if ids.last() != Some(&operation.id) {
                ids.push(operation.id.clone());
            }
        }
    }
    uses
}

fn named(schema: &Schema) -> Option<&str> {
    match &schema.kind {
        Kind::Ref(name) => Some(name),
        Kind::Array(array) => named(&array.items),
        _ => None,
    }
}

//! The rules of our own contract (DESIGN.md, section 2), stricter than OpenAPI. They are what lets the server, three
//! SDKs and the portal be made from one file, so each refusal says where and what to write instead.
//!
//! A rule is a function over [`Contract`]; each file holds those about one kind of thing. To add one, write it, name it
//! in [`RULES`], and give it a row in `tests.rs` with a document that breaks it. `x-foreign` excuses an operation from
//! the rules about bodies and names, since another standard fixes them.

mod answers;
mod bodies;
mod operations;
mod schemas;
#[cfg(test)]
mod tests;

use std::collections::HashSet;

use serde_json::Value;

use crate::document::{Document, Target};
use crate::model::walk::walk;
use crate::model::{Api, Kind, Operation, Schema};
use crate::{Diagnostic, Loaded};

/// What a rule looks at.
struct Contract<'a> {
    document: &'a Document,
    api: &'a Api,
    found: Vec<Diagnostic>,
}

/// A rule: its name, and the function that notes what breaks it.
type Rule = fn(&mut Contract<'_>);

const RULES: [Rule; 17] = [
    operations::version,
    operations::ids,
    operations::tags,
    operations::texts,
    operations::examples,
    operations::security,
    operations::callers,
    operations::limits,
    answers::one_success,
    answers::errors,
    answers::codes,
    bodies::media_types,
    bodies::lists,
    bodies::idempotency,
    bodies::webhooks,
    schemas::names,
    schemas::shapes,
];

/// What breaks a rule, each with its place and remedy.
#[must_use]
pub fn check(loaded: &Loaded) -> Vec<Diagnostic> {
    let mut contract = Contract { document: &loaded.document, api: &loaded.api, found: Vec::new() };
    RULES.iter().for_each(|rule| rule(&mut contract));
    let mut found = contract.found;
    let mut seen = HashSet::new();
    found.retain(|one| seen.insert((one.code, one.pointer.clone(), one.message.clone())));
    loaded.document.locate(&mut found);
    found
}

impl<'a> Contract<'a> {
    fn refuse(&mut self, code: &'static str, at: &str, message: String, remedy: &str) {
        self.found.push(Diagnostic::error(code, at, message).remedy(remedy));
    }

    fn refuse_operation(&mut self, code: &'static str, operation: &Operation, message: &str, remedy: &str) {
        let message = format!("`{}` {message}", operation.id);
        self.found.push(Diagnostic::error(code, &operation.pointer, message).remedy(remedy).operation(&operation.id));
    }

    /// The document's own words at an address.
    fn raw(&self, at: &str) -> Option<&'a Value> {
        match self.document.lookup(at) {
            Target::Found(value, _) => Some(value),
            Target::Remote | Target::Missing => None,
        }
    }

    /// Every schema that operations of our own shape and events lead to, each with whether it is sent in a body.
    fn schemas(&self) -> Vec<&'a Schema> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        let api = self.api;
        for operation in api.operations.iter().filter(|operation| operation.foreign.is_none()) {
            operation.parameters.iter().for_each(|one| reach(api, &one.schema, &mut seen, &mut found));
            let bodies = operation.body.iter().flat_map(|body| &body.content);
            let answers = operation.responses.iter().flat_map(|answer| &answer.content);
            bodies
                .chain(answers)
                .filter_map(|media| media.schema.as_ref())
                .for_each(|schema| reach(api, schema, &mut seen, &mut found));
        }
        for webhook in &api.webhooks {
            let bodies = webhook.body.iter().flat_map(|body| &body.content);
            bodies
                .filter_map(|media| media.schema.as_ref())
                .for_each(|schema| reach(api, schema, &mut seen, &mut found));
        }
        found
    }
}

/// The schema and all that it leads to, named types once.
fn reach<'a>(api: &'a Api, schema: &'a Schema, seen: &mut HashSet<&'a str>, found: &mut Vec<&'a Schema>) {
    let mut named = Vec::new();
    walk(schema, &mut |inner| {
        found.push(inner);
        if let Kind::Ref(name) = &inner.kind {
            named.push(name.as_str());
        }
    });
    for name in named {
        if seen.insert(name)
            && let Some(target) = api.types.get(name)
        {
            reach(api, &target.schema, seen, found);
        }
    }
}

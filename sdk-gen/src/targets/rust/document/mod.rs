//! `for_progenitor`: the document that progenitor and typify can read.
//!
//! It is written from the model, not patched from the source, so it holds nothing but what they take: version 3.0,
//! one answer an operation, bodies as `application/json`, names that need no cleaning, no bounds (an answer that breaks
//! one must still be read), enums as plain strings (the target writes them itself, open), no defaults (the server has
//! them), and what null clears as a `$ref` to a nullable component.

mod operations;
mod schemas;

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::plan::{Call, Plan};
use schemas::Schemas;
pub(super) use schemas::{CLEARABLE, property_names};

/// The document with these calls and the types that they need.
pub(super) fn for_progenitor(plan: &Plan, calls: &[&Call], unions: bool) -> Value {
    let mut schemas = Schemas::new(plan, unions);
    let mut paths: Map<String, Value> = Map::new();
    for call in calls {
        let Some(operation) = plan.operation(call) else { continue };
        let item = paths.entry(operations::path(operation, call)).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(
                operations::method(operation.method).to_owned(),
                operations::operation(plan, call, &mut schemas),
            );
        }
    }
    let components = schemas.finish(&reachable(plan, calls));
    json!({
        "openapi": "3.0.3",
        "info": { "title": plan.api.info.title, "version": plan.api.info.version },
        "paths": paths,
        "components": { "schemas": components },
    })
}

fn reachable(plan: &Plan, calls: &[&Call]) -> HashSet<String> {
    let mut reached = HashSet::new();
    for call in calls {
        for (_, parameter) in &call.parameters {
            super::plan::reach(&plan.api, &parameter.schema, &mut reached);
        }
        if let Some(schema) = plan.body(call).and_then(|media| media.schema.as_ref()) {
            super::plan::reach(&plan.api, schema, &mut reached);
        }
        if let super::plan::Answer::Json(schema) = &call.answer {
            super::plan::reach(&plan.api, schema, &mut reached);
        }
    }
    for (_, payload) in plan.api.event_payloads() {
        super::plan::reach(&plan.api, payload, &mut reached);
    }
    reached
}

#[cfg(test)]
mod tests;

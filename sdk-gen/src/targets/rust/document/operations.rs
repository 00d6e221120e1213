//! Operations in the form that progenitor takes.

use serde_json::{Value, json};

use super::schemas::Schemas;
use crate::model::{Kind, Location, MediaKind, MediaType, Method, Operation, Parameter, PathPart, Schema};
use crate::targets::rust::plan::{Answer, Call, Plan, is_joined};

/// The path with the names that the parameters were given.
pub(super) fn path(operation: &Operation, call: &Call) -> String {
    let name_of = |wire: &str| {
        let found = call
            .parameters
            .iter()
            .find(|(_, parameter)| parameter.location == Location::Path && parameter.name == wire);
        found.map_or(wire, |(name, _)| name.as_str()).to_owned()
    };
    let segment = |parts: &[PathPart]| -> String {
        let text = parts.iter().map(|part| match part {
            PathPart::Literal(text) => text.clone(),
            PathPart::Parameter(wire) => format!("{{{}}}", name_of(wire)),
        });
        text.collect()
    };
    let path: Vec<String> = operation.segments.iter().map(|each| segment(&each.parts)).collect();
    format!("/{}", path.join("/"))
}

pub(super) fn method(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Put => "put",
        Method::Post => "post",
        Method::Delete => "delete",
        Method::Options => "options",
        Method::Head => "head",
        Method::Patch => "patch",
        Method::Trace => "trace",
    }
}

pub(super) fn operation(plan: &Plan, call: &Call, schemas: &mut Schemas<'_>) -> Value {
    let parameters: Vec<Value> = call.parameters.iter().map(|(name, each)| parameter(plan, name, each)).collect();
    let response = response(call, schemas);
    let mut operation =
        json!({ "operationId": call.method, "parameters": parameters, "responses": { "200": response } });
    if let (Some(media), Some(operation)) = (plan.body(call), operation.as_object_mut()) {
        let content = body(media, schemas);
        operation.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
    }
    operation
}

/// A parameter is there or not ("null" cannot be written in an address or a header), and it is text in the end: what
/// has no plain type of its own is the caller's text.
fn parameter(plan: &Plan, name: &str, parameter: &Parameter) -> Value {
    let place = match parameter.location {
        Location::Path => "path",
        Location::Header => "header",
        Location::Query | Location::Cookie => "query",
    };
    let schema = match plan.api.resolve(&parameter.schema).map(|schema| &schema.kind) {
        _ if is_joined(&plan.api, parameter) => json!({ "type": "string" }),
        Some(Kind::Array(array)) => json!({ "type": "array", "items": plain(plan, &array.items) }),
        _ => plain(plan, &parameter.schema),
    };
    json!({ "name": name, "in": place, "required": parameter.required, "schema": schema })
}

fn plain(plan: &Plan, schema: &Schema) -> Value {
    let text = || json!({ "type": "string" });
    let Some(resolved) = plan.api.resolve(schema) else { return text() };
    match &resolved.kind {
        Kind::Boolean | Kind::Integer(_) | Kind::Number(_) | Kind::String(_) | Kind::Enum(_) => {
            let bare = Schema { nullable: false, ..schema.clone() };
            // An enum of its own name, open as ever; an inline one is hoisted and has a name, too.
            let mut value = Schemas::new(plan, false).schema(&bare, false);
            if let Some(all) = value.get("allOf").and_then(|all| all.get(0)) {
                value = all.clone();
            }
            if value.as_object().is_none_or(serde_json::Map::is_empty) { text() } else { value }
        }
        _ => text(),
    }
}

fn response(call: &Call, schemas: &mut Schemas<'_>) -> Value {
    match &call.answer {
        Answer::Json(schema) => {
            let schema = schemas.schema(schema, false);
            json!({ "description": "", "content": { "application/json": { "schema": schema } } })
        }
        Answer::Empty => json!({ "description": "" }),
        Answer::Raw => {
            let bytes = json!({ "type": "string", "format": "binary" });
            json!({ "description": "", "content": { "application/octet-stream": { "schema": bytes } } })
        }
    }
}

/// The body under one of the four names that progenitor knows; the real one is put back in the code.
fn body(media: &MediaType, schemas: &mut Schemas<'_>) -> Value {
    let mut typed = || schemas.schema(&media.schema.clone().unwrap_or_default(), true);
    match media.kind {
        MediaKind::Form => json!({ "application/x-www-form-urlencoded": { "schema": typed() } }),
        MediaKind::Text => json!({ "text/plain": { "schema": { "type": "string" } } }),
        MediaKind::Bytes => {
            json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } })
        }
        _ => json!({ "application/json": { "schema": typed() } }),
    }
}

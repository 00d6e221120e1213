//! Operations in the form that progenitor takes.

use serde_json::{Value, json};

use super::schemas::Schemas;
use crate::model::{Location, Method, Operation, PathPart, Schema};
use crate::targets::rust::plan::{Answer, Call, Plan};

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
    let parameters: Vec<Value> = call
        .parameters
        .iter()
        .map(|(name, parameter)| {
            let place = match parameter.location {
                Location::Path => "path",
                Location::Header => "header",
                Location::Query | Location::Cookie => "query",
            };
            // A parameter is there or not; "null" cannot be written in an address or a header.
            let schema = schemas.schema(&Schema { nullable: false, ..parameter.schema.clone() }, false);
            json!({ "name": name, "in": place, "required": parameter.required, "schema": schema })
        })
        .collect();
    let response = match &call.answer {
        Answer::Json(schema) => {
            let schema = schemas.schema(schema, false);
            json!({ "description": "", "content": { "application/json": { "schema": schema } } })
        }
        Answer::Empty => json!({ "description": "" }),
        Answer::Raw => {
            json!({ "description": "", "content": { "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } } })
        }
    };
    let mut operation =
        json!({ "operationId": call.method, "parameters": parameters, "responses": { "200": response } });
    let body = plan.body(call).map(|media| schemas.schema(&media.schema.clone().unwrap_or_default(), true));
    if let (Some(schema), Some(operation)) = (body, operation.as_object_mut()) {
        operation.insert(
            "requestBody".to_owned(),
            json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
        );
    }
    operation
}

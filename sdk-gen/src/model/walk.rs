//! Every schema of a model, inner ones included.

use super::{Additional, Api, Kind, MediaType, Parameter, RequestBody, Schema};

impl Api {
    /// Calls `visit` on each schema, outer before inner.
    pub fn for_each_schema<'a>(&'a self, visit: &mut dyn FnMut(&'a Schema)) {
        let mut copy = |schema: &'a Schema| walk(schema, visit);
        self.types.values().for_each(|named| copy(&named.schema));
        for operation in &self.operations {
            operation.parameters.iter().for_each(|one| copy(&one.schema));
            let bodies = operation.body.iter().flat_map(|body| &body.content);
            let answers = operation.responses.iter().flat_map(|answer| &answer.content);
            bodies.chain(answers).filter_map(|media| media.schema.as_ref()).for_each(&mut copy);
            operation.responses.iter().flat_map(|answer| &answer.headers).for_each(|header| copy(&header.schema));
        }
        for webhook in &self.webhooks {
            webhook.parameters.iter().for_each(|one| copy(&one.schema));
            let bodies = webhook.body.iter().flat_map(|body| &body.content);
            bodies.filter_map(|media| media.schema.as_ref()).for_each(&mut copy);
        }
    }

    /// Calls `visit` on each top schema (of a type, parameter, body, answer, header) to change it.
    pub(crate) fn for_each_top_mut(&mut self, visit: &mut dyn FnMut(&mut Schema)) {
        for named in self.types.values_mut() {
            visit(&mut named.schema);
        }
        for operation in &mut self.operations {
            parameters(&mut operation.parameters, visit);
            body(operation.body.as_mut(), visit);
            for answer in &mut operation.responses {
                media(&mut answer.content, visit);
                for header in &mut answer.headers {
                    visit(&mut header.schema);
                }
            }
        }
        for webhook in &mut self.webhooks {
            parameters(&mut webhook.parameters, visit);
            body(webhook.body.as_mut(), visit);
        }
    }
}

fn parameters(parameters: &mut [Parameter], visit: &mut dyn FnMut(&mut Schema)) {
    parameters.iter_mut().for_each(|one| visit(&mut one.schema));
}

fn body(body: Option<&mut RequestBody>, visit: &mut dyn FnMut(&mut Schema)) {
    if let Some(body) = body {
        media(&mut body.content, visit);
    }
}

fn media(content: &mut [MediaType], visit: &mut dyn FnMut(&mut Schema)) {
    content.iter_mut().filter_map(|media| media.schema.as_mut()).for_each(visit);
}

/// The schema and all within it, references not followed.
pub fn walk<'a>(schema: &'a Schema, visit: &mut dyn FnMut(&'a Schema)) {
    visit(schema);
    match &schema.kind {
        Kind::Array(array) => walk(&array.items, visit),
        Kind::Map(map) => walk(&map.values, visit),
        Kind::Tuple(tuple) => tuple.items.iter().chain(&tuple.rest).for_each(|item| walk(item, visit)),
        Kind::Object(object) => {
            object.properties.iter().for_each(|property| walk(&property.schema, visit));
            if let Additional::Typed(typed) = &object.additional {
                walk(typed, visit);
            }
        }
        Kind::Union(union) => union.variants.iter().for_each(|variant| walk(&variant.schema, visit)),
        Kind::Intersection(parts) => parts.iter().for_each(|part| walk(part, visit)),
        _ => {}
    }
}

/// The schemas directly within this one.
pub(crate) fn children_mut(schema: &mut Schema) -> Vec<&mut Schema> {
    match &mut schema.kind {
        Kind::Array(array) => vec![&mut array.items],
        Kind::Map(map) => vec![&mut map.values],
        Kind::Tuple(tuple) => tuple.items.iter_mut().chain(&mut tuple.rest).collect(),
        Kind::Object(object) => {
            let mut inner: Vec<&mut Schema> =
                object.properties.iter_mut().map(|property| &mut property.schema).collect();
            if let Additional::Typed(typed) = &mut object.additional {
                inner.push(typed);
            }
            inner
        }
        Kind::Union(union) => union.variants.iter_mut().map(|variant| &mut variant.schema).collect(),
        Kind::Intersection(parts) => parts.iter_mut().collect(),
        _ => Vec::new(),
    }
}

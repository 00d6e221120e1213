//! Where schemas stand in a document, and what else 3.0 wants otherwise around them.

use serde_json::{Value, json};

use super::{Lowering, Members, rename};
use crate::document::child;
use crate::model::Method;

impl Lowering<'_> {
    pub(super) fn components(&mut self, components: &mut Members) {
        rename(components, "pathItems", "x-pathItems");
        let mut each = |key: &str, lower: &mut dyn FnMut(&mut Self, &mut Value, &str)| {
            let place = format!("#/components/{key}");
            for (name, value) in components.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten() {
                lower(self, value, &child(&place, name));
            }
        };
        each("schemas", &mut |work, value, at| work.schema(value, at));
        each("responses", &mut |work, value, at| work.response(value, at));
        each("parameters", &mut |work, value, at| work.parameter(value, at));
        each("headers", &mut |work, value, at| work.parameter(value, at));
        each("requestBodies", &mut |work, value, at| work.body(value, at));
        each("callbacks", &mut |work, value, at| work.path_items(Some(value), at));
        each("examples", &mut |_, value, _| drop_siblings(value));
        each("x-pathItems", &mut |work, value, at| work.path_item(value, at));
        self.schemes(components);
        let names = [
            "schemas",
            "responses",
            "parameters",
            "examples",
            "requestBodies",
            "headers",
            "securitySchemes",
            "links",
            "callbacks",
        ];
        let unknown: Vec<String> =
            components.keys().filter(|key| !names.contains(&key.as_str()) && !key.starts_with("x-")).cloned().collect();
        for key in unknown {
            rename(components, &key, &format!("x-{key}"));
        }
    }

    pub(super) fn path_items(&mut self, items: Option<&mut Value>, at: &str) {
        for (path, item) in
            items.and_then(Value::as_object_mut).into_iter().flatten().filter(|(path, _)| !path.starts_with("x-"))
        {
            self.path_item(item, &child(at, path));
        }
    }

    fn path_item(&mut self, item: &mut Value, at: &str) {
        let reference = item
            .get("$ref")
            .and_then(Value::as_str)
            .filter(|reference| reference.starts_with("#/components/pathItems/"));
        if let Some(found) = reference.and_then(|reference| self.inlined(reference)) {
            *item = found;
        }
        let Some(members) = item.as_object_mut() else { return };
        self.parameters(members.get_mut("parameters"), at);
        for method in Method::ALL {
            if let Some(Value::Object(operation)) = members.get_mut(method.lower()) {
                self.operation(operation, &child(at, method.lower()));
            }
        }
    }

    fn operation(&mut self, operation: &mut Members, at: &str) {
        self.parameters(operation.get_mut("parameters"), at);
        if let Some(body) = operation.get_mut("requestBody") {
            self.body(body, &child(at, "requestBody"));
        }
        let responses = operation.entry("responses").or_insert_with(|| json!({}));
        if responses.as_object().is_some_and(Members::is_empty) {
            *responses = json!({ "default": { "description": "" } });
        }
        upper_ranges(responses);
        let place = child(at, "responses");
        for (status, response) in
            responses.as_object_mut().into_iter().flatten().filter(|(status, _)| !status.starts_with("x-"))
        {
            self.response(response, &child(&place, status));
        }
        let place = child(at, "callbacks");
        for (name, callback) in operation.get_mut("callbacks").and_then(Value::as_object_mut).into_iter().flatten() {
            bare_reference(callback);
            self.path_items(Some(callback), &child(&place, name));
        }
        self.security(operation);
    }

    fn parameters(&mut self, parameters: Option<&mut Value>, at: &str) {
        let place = child(at, "parameters");
        for (index, parameter) in parameters.and_then(Value::as_array_mut).into_iter().flatten().enumerate() {
            self.parameter(parameter, &child(&place, &index.to_string()));
        }
    }

    /// A parameter or header.
    fn parameter(&mut self, parameter: &mut Value, at: &str) {
        if bare_reference(parameter) {
            return;
        }
        if let Some(schema) = parameter.get_mut("schema") {
            self.schema(schema, &child(at, "schema"));
        }
        self.content(parameter, at);
        examples(parameter);
    }

    fn body(&mut self, body: &mut Value, at: &str) {
        if !bare_reference(body) {
            self.content(body, at);
        }
    }

    fn response(&mut self, response: &mut Value, at: &str) {
        if bare_reference(response) {
            return;
        }
        if let Some(members) = response.as_object_mut() {
            // 3.1 lets an answer say nothing of itself in practice; 3.0 wants the member.
            members.entry("description").or_insert_with(|| json!(""));
        }
        let place = child(at, "headers");
        for (name, header) in response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
            self.parameter(header, &child(&place, name));
        }
        for (_, link) in response.get_mut("links").and_then(Value::as_object_mut).into_iter().flatten() {
            bare_reference(link);
        }
        self.content(response, at);
    }

    fn content(&mut self, holder: &mut Value, at: &str) {
        let place = child(at, "content");
        for (name, media) in holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
            let at = child(&place, name);
            if let Some(schema) = media.get_mut("schema") {
                self.schema(schema, &child(&at, "schema"));
            }
            for (property, encoding) in media.get_mut("encoding").and_then(Value::as_object_mut).into_iter().flatten() {
                let place = child(&child(&at, "encoding"), property);
                for (name, header) in encoding.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten() {
                    self.parameter(header, &child(&place, name));
                }
            }
            examples(media);
        }
    }
}

/// `4xx` is written `4XX`.
fn upper_ranges(responses: &mut Value) {
    if let Some(members) = responses.as_object_mut() {
        let old = std::mem::take(members);
        let ranged =
            |status: String| if status.len() == 3 && status.ends_with("xx") { status.to_uppercase() } else { status };
        members.extend(old.into_iter().map(|(status, answer)| (ranged(status), answer)));
    }
}

/// 3.0 allows nothing beside a `$ref`. True for a reference.
pub(super) fn bare_reference(value: &mut Value) -> bool {
    let Some(members) = value.as_object_mut().filter(|members| members.get("$ref").is_some_and(Value::is_string))
    else {
        return false;
    };
    members.retain(|key, _| key == "$ref");
    true
}

fn examples(holder: &mut Value) {
    for (_, example) in holder.get_mut("examples").and_then(Value::as_object_mut).into_iter().flatten() {
        bare_reference(example);
    }
    // One of the two only, in 3.0.
    if let Some(members) =
        holder.as_object_mut().filter(|members| members.contains_key("example") && members.contains_key("examples"))
    {
        members.shift_remove("example");
    }
}

fn drop_siblings(value: &mut Value) {
    bare_reference(value);
}

//! One schema and those within it.

use serde_json::{Value, json};

use super::{Lowering, Members, rename};
use crate::document::child;

/// What a Schema Object of 3.0 may hold.
const KNOWN: [&str; 35] = [
    "title",
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
    "required",
    "enum",
    "type",
    "not",
    "allOf",
    "oneOf",
    "anyOf",
    "items",
    "properties",
    "additionalProperties",
    "description",
    "format",
    "default",
    "nullable",
    "discriminator",
    "readOnly",
    "writeOnly",
    "example",
    "externalDocs",
    "deprecated",
    "xml",
];
/// Keywords that say nothing of values: dropping them loses nothing.
const SILENT: [&str; 7] = ["$schema", "$id", "$comment", "$anchor", "$vocabulary", "$dynamicAnchor", "examples"];

impl Lowering<'_> {
    pub(super) fn schema(&mut self, value: &mut Value, at: &str) {
        match value {
            Value::Bool(true) => *value = json!({}),
            Value::Bool(false) => *value = json!({ "not": {} }),
            _ => {}
        }
        let Some(members) = value.as_object_mut() else { return };
        self.inner(members, at);
        reference(members);
        constant(members);
        self.null_branch(members);
        self.types(members);
        bounds(members);
        self.tuple(members, at);
        content(members);
        example(members);
        self.keys(members, at);
        let is_array = members.get("type").and_then(Value::as_str) == Some("array");
        if is_array && !members.contains_key("items") {
            members.insert("items".to_owned(), json!({}));
        }
        unique_lists(members);
        self.unknown(members, at);
    }

    /// The schemas within, first: what stands above them relies on their being lowered.
    fn inner(&mut self, members: &mut Members, at: &str) {
        for key in ["items", "additionalProperties", "not", "additionalItems"] {
            let whole = key == "additionalProperties" && members.get(key).is_some_and(Value::is_boolean);
            if let Some(schema) = members.get_mut(key).filter(|_| !whole) {
                self.schema(schema, &child(at, key));
            }
        }
        for key in ["allOf", "oneOf", "anyOf", "prefixItems"] {
            let place = child(at, key);
            for (index, schema) in members.get_mut(key).and_then(Value::as_array_mut).into_iter().flatten().enumerate()
            {
                self.schema(schema, &child(&place, &index.to_string()));
            }
        }
        for key in ["properties", "patternProperties", "$defs", "definitions"] {
            let place = child(at, key);
            for (name, schema) in members.get_mut(key).and_then(Value::as_object_mut).into_iter().flatten() {
                self.schema(schema, &child(&place, name));
            }
        }
    }

    /// `prefixItems` as "each item is one of these", with the length where it is fixed.
    fn tuple(&mut self, members: &mut Members, at: &str) {
        let Some(Value::Array(places)) = members.shift_remove("prefixItems") else { return };
        self.lost(at, "prefixItems");
        let rest = members.shift_remove("items");
        let closed = rest.as_ref() == Some(&json!({ "not": {} }));
        if closed {
            members.entry("maxItems").or_insert_with(|| json!(places.len()));
        }
        let mut choices: Vec<Value> = Vec::new();
        for choice in places.iter().cloned().chain(rest.filter(|_| !closed)) {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        let items = if let [only] = choices.as_slice() { only.clone() } else { json!({ "anyOf": choices }) };
        members.insert("items".to_owned(), items);
        members.insert("x-prefixItems".to_owned(), Value::Array(places));
    }

    /// `patternProperties` as "each other value is one of these".
    fn keys(&mut self, members: &mut Members, at: &str) {
        let Some(Value::Object(patterns)) = members.get("patternProperties") else { return };
        let choices: Vec<Value> = patterns.values().cloned().collect();
        self.lost(at, "patternProperties");
        if members.get("additionalProperties").is_none_or(|other| *other == Value::Bool(false)) {
            let values = if let [only] = choices.as_slice() { only.clone() } else { json!({ "anyOf": choices }) };
            members.insert("additionalProperties".to_owned(), values);
        }
        rename(members, "patternProperties", "x-patternProperties");
    }

    fn unknown(&mut self, members: &mut Members, at: &str) {
        if members.contains_key("$ref") {
            return;
        }
        members.retain(|key, _| !SILENT.contains(&key.as_str()));
        let unknown: Vec<String> =
            members.keys().filter(|key| !KNOWN.contains(&key.as_str()) && !key.starts_with("x-")).cloned().collect();
        for key in unknown {
            if !matches!(
                key.as_str(),
                "$defs" | "definitions" | "contentEncoding" | "contentMediaType" | "contentSchema"
            ) {
                self.lost(at, &key);
            }
            rename(members, &key, &format!("x-{}", key.trim_start_matches('$')));
        }
    }
}

/// 3.0 wants these lists without doubles, and not at all rather than empty.
fn unique_lists(members: &mut Members) {
    for key in ["required", "enum"] {
        let Some(Value::Array(items)) = members.get_mut(key) else { continue };
        let mut seen: Vec<Value> = Vec::new();
        items.retain(|item| {
            !seen.contains(item) && {
                seen.push(item.clone());
                true
            }
        });
        if items.is_empty() {
            members.shift_remove(key);
        }
    }
}

/// A reference alone stays one; with something beside it, it becomes the only part of an `allOf`.
fn reference(members: &mut Members) {
    let Some(Value::String(target)) = members.get("$ref") else { return };
    let target = json!({ "$ref": target.replace("/$defs/", "/x-defs/").replace("/definitions/", "/x-definitions/").replace("#/webhooks/", "#/x-webhooks/") });
    if members.len() == 1 {
        if let Value::Object(moved) = target {
            *members = moved;
        }
        return;
    }
    members.shift_remove("$ref");
    match members.get_mut("allOf") {
        Some(Value::Array(parts)) => parts.insert(0, target),
        _ => {
            members.insert("allOf".to_owned(), json!([target]));
        }
    }
}

/// `const` is an enum of one.
fn constant(members: &mut Members) {
    let Some(value) = members.shift_remove("const") else { return };
    if !members.contains_key("type") {
        let name = match &value {
            Value::String(_) => Some("string"),
            Value::Bool(_) => Some("boolean"),
            Value::Number(number) if number.is_f64() => Some("number"),
            Value::Number(_) => Some("integer"),
            Value::Null => Some("null"),
            Value::Array(_) | Value::Object(_) => None,
        };
        members.extend(name.map(|name| ("type".to_owned(), json!(name))));
    }
    members.insert("enum".to_owned(), json!([value]));
}

/// 3.1 has the bound itself in `exclusiveMinimum`, 3.0 a flag beside `minimum`.
fn bounds(members: &mut Members) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let Some(limit) = members.get(exclusive).filter(|limit| limit.is_number()).cloned() else { continue };
        let other = members.get(bound).and_then(Value::as_f64);
        let strict = limit.as_f64();
        let other_rules = match (other, strict) {
            (Some(other), Some(strict)) => {
                if bound == "minimum" {
                    other > strict
                } else {
                    other < strict
                }
            }
            _ => false,
        };
        if other_rules {
            members.shift_remove(exclusive);
        } else {
            members.insert(bound.to_owned(), limit);
            members.insert(exclusive.to_owned(), Value::Bool(true));
        }
    }
}

/// Bytes: `contentEncoding: base64` is `byte`, an unencoded media type is `binary`.
fn content(members: &mut Members) {
    let encoding = members.get("contentEncoding").and_then(Value::as_str).map(str::to_owned);
    let format = match (encoding.as_deref(), members.get("contentMediaType")) {
        (Some("base64" | "base64url"), _) => "byte",
        (None, Some(media))
            if media.as_str().is_some_and(|media| !media.contains("json") && !media.starts_with("text/")) =>
        {
            "binary"
        }
        _ => return,
    };
    members.entry("format").or_insert_with(|| json!(format));
    members.entry("type").or_insert_with(|| json!("string"));
}

fn example(members: &mut Members) {
    let first = match members.get("examples") {
        Some(Value::Array(values)) => values.first().cloned(),
        _ => None,
    };
    if let Some(first) = first {
        members.entry("example").or_insert(first);
    }
}

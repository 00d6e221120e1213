//! `schemas.json`: the contract's types and parameters as one JSON Schema document, for checking at run time.

use serde_json::{Map, Value, json};

use crate::model::{Additional, Api, Kind, NumberType, Operation, Schema};

/// The document: each type under `$defs` by its name, each parameter by `operationId.name`.
pub(super) fn file(api: &Api) -> String {
    let types = api.types.values().map(|named| (named.name.clone(), written(&named.schema)));
    let parameters = api.operations.iter().flat_map(|operation| {
        operation.parameters.iter().map(|one| (format!("{}.{}", operation.id, one.name), written(&one.schema)))
    });
    let lists = api.operations.iter().filter_map(list);
    let all: Map<String, Value> = types.chain(lists).chain(parameters).collect();
    let document = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": all });
    format!("{}\n", serde_json::to_string_pretty(&document).unwrap_or_default())
}

/// A body that is itself a list, under the name that poem-openapi gives its type.
fn list(operation: &Operation) -> Option<(String, Value)> {
    let schema = operation.body.as_ref()?.preferred()?.schema.as_ref()?;
    let Kind::Array(array) = &schema.kind else { return None };
    let Kind::Ref(name) = &array.items.kind else { return None };
    Some((format!("list_{name}"), written(schema)))
}

/// A schema as JSON Schema, named types as references into `$defs`.
pub(super) fn written(schema: &Schema) -> Value {
    let mut members = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            members.insert(name.to_owned(), value);
        }
    };
    match &schema.kind {
        Kind::Any | Kind::Union(_) | Kind::Intersection(_) | Kind::Tuple(_) => {}
        Kind::Never => return json!(false),
        Kind::Null => set("type", Some(json!("null"))),
        Kind::Boolean => set("type", Some(json!("boolean"))),
        Kind::String(text) => {
            set("type", Some(json!("string")));
            set("format", text.format.clone().map(Value::from));
            set("minLength", text.min_length.map(Value::from));
            set("maxLength", text.max_length.map(Value::from));
            set("pattern", text.pattern.clone().map(Value::from));
        }
        Kind::Integer(number) => numeric("integer", number, &mut set),
        Kind::Number(number) => numeric("number", number, &mut set),
        Kind::Enum(values) => set("enum", Some(values.values.iter().map(|value| value.value.clone()).collect())),
        Kind::Const(value) => set("const", Some(value.clone())),
        Kind::Array(array) => {
            set("type", Some(json!("array")));
            set("items", Some(written(&array.items)));
            set("minItems", array.min_items.map(Value::from));
            set("maxItems", array.max_items.map(Value::from));
            set("uniqueItems", array.unique.then(|| json!(true)));
        }
        Kind::Map(map) => {
            set("type", Some(json!("object")));
            set("additionalProperties", Some(written(&map.values)));
            set("minProperties", map.min_properties.map(Value::from));
            set("maxProperties", map.max_properties.map(Value::from));
        }
        Kind::Object(object) => {
            set("type", Some(json!("object")));
            let properties =
                object.properties.iter().map(|property| (property.name.clone(), written(&property.schema)));
            set("properties", Some(Value::Object(properties.collect())));
            let required: Vec<Value> =
                object.properties.iter().filter(|one| one.required).map(|one| json!(one.name)).collect();
            set("required", (!required.is_empty()).then(|| Value::from(required)));
            set("minProperties", object.min_properties.map(Value::from));
            set("maxProperties", object.max_properties.map(Value::from));
            set(
                "additionalProperties",
                match &object.additional {
                    Additional::Unsaid => None,
                    Additional::Forbidden => Some(json!(false)),
                    Additional::Typed(values) => Some(written(values)),
                },
            );
        }
        Kind::Ref(name) => set("$ref", Some(json!(format!("#/$defs/{name}")))),
    }
    nullable(schema, members)
}

fn numeric(kind: &str, number: &NumberType, set: &mut impl FnMut(&str, Option<Value>)) {
    set("type", Some(Value::from(kind)));
    set("minimum", number.minimum.clone().map(Value::from));
    set("maximum", number.maximum.clone().map(Value::from));
    set("exclusiveMinimum", number.exclusive_minimum.clone().map(Value::from));
    set("exclusiveMaximum", number.exclusive_maximum.clone().map(Value::from));
    set("multipleOf", number.multiple_of.clone().map(Value::from));
}

fn nullable(schema: &Schema, mut members: Map<String, Value>) -> Value {
    if !schema.nullable {
        return Value::Object(members);
    }
    match members.get_mut("type") {
        Some(kind) => {
            *kind = json!([kind.take(), "null"]);
            Value::Object(members)
        }
        None => json!({ "oneOf": [members, { "type": "null" }] }),
    }
}

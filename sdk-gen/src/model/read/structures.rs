//! Objects, maps, lists, tuples, enums.

use serde_json::Value;

use crate::document::child;
use crate::model::{
    Additional, ArrayType, Discriminator, EnumBase, EnumType, EnumValue, Kind, MapType, ObjectType, Property, Schema,
    TupleType,
};
use crate::names::{Case, convert};

use super::Reader;
use super::values::{count, flag, list, object, plain, text, texts};

impl<'d> Reader<'d> {
    pub(super) fn object(&mut self, value: &'d Value, at: &str, hint: &str) -> Kind {
        let properties = self.properties(value, at, hint);
        let additional = self.additional(value, at, hint);
        let (min_properties, max_properties) = (count(value, "minProperties"), count(value, "maxProperties"));
        if properties.is_empty() && additional != Additional::Forbidden {
            let key_pattern = value.get("propertyNames").and_then(|names| text(names, "pattern"));
            let values = match additional {
                Additional::Typed(values) => *values,
                _ => Schema { pointer: at.to_owned(), ..Schema::default() },
            };
            return Kind::Map(Box::new(MapType { values, key_pattern, min_properties, max_properties }));
        }
        let discriminator = self.discriminator(value, at);
        Kind::Object(Box::new(ObjectType { properties, additional, discriminator, min_properties, max_properties }))
    }

    fn properties(&mut self, value: &'d Value, at: &str, hint: &str) -> Vec<Property> {
        let required = texts(value, "required");
        let place = child(at, "properties");
        let found = object(value, "properties").into_iter().flatten();
        found
            .map(|(name, schema)| Property {
                name: name.clone(),
                // `required: true` on the property itself is an old mistake, and what was meant is clear.
                required: required.contains(name) || schema.get("required") == Some(&Value::Bool(true)),
                schema: self.property(schema, &child(&place, name), &format!("{hint}{}", convert(name, Case::Pascal))),
            })
            .collect()
    }

    fn property(&mut self, value: &'d Value, at: &str, hint: &str) -> Schema {
        let schema = self.schema(value, at, hint);
        if schema.says_typed() && !schema.is_typed_by_caller() {
            let message = "`x-sdk.typed` stands on what is no free object";
            self.warn("x-sdk", at, message, "It is ignored; mark `type: object` with `additionalProperties: true`.");
        }
        schema
    }

    fn additional(&mut self, value: &'d Value, at: &str, hint: &str) -> Additional {
        match value.get("additionalProperties").or_else(|| value.get("unevaluatedProperties")) {
            Some(Value::Bool(false)) if value.get("patternProperties").is_none() => return Additional::Forbidden,
            Some(Value::Bool(false)) | None | Some(Value::Null) => {}
            Some(schema) => {
                let place = child(at, "additionalProperties");
                return Additional::Typed(Box::new(self.schema(schema, &place, &format!("{hint}Value"))));
            }
        }
        let Some(patterns) = object(value, "patternProperties") else { return Additional::Unsaid };
        let place = child(at, "patternProperties");
        let read =
            patterns.iter().map(|(key, schema)| self.schema(schema, &child(&place, key), &format!("{hint}Value")));
        let mut variants: Vec<Schema> = read.collect();
        match (variants.pop(), variants.is_empty()) {
            (None, _) => Additional::Unsaid,
            (Some(only), true) => Additional::Typed(Box::new(only)),
            (Some(last), false) => {
                variants.push(last);
                Additional::Typed(Box::new(Schema::of(super::composed::union_of(variants, false))))
            }
        }
    }

    pub(super) fn discriminator(&mut self, value: &'d Value, at: &str) -> Option<Discriminator> {
        let found = value.get("discriminator")?;
        let property = text(found, "propertyName").or_else(|| plain(found))?;
        let mut mapping = Vec::new();
        for (tag, target) in object(found, "mapping").into_iter().flatten() {
            let Some(target) = target.as_str() else { continue };
            // A mapping may hold a bare type name instead of a reference.
            let component = child("#/components/schemas", target);
            let name = match self.names.get(&component).cloned() {
                Some(name) => Some(name),
                None => match self.reference(target, &child(&child(at, "discriminator"), "mapping")) {
                    Kind::Ref(name) => Some(name),
                    _ => None,
                },
            };
            mapping.extend(name.map(|name| (tag.clone(), name)));
        }
        Some(Discriminator { property, mapping, inferred: false })
    }

    pub(super) fn array(&mut self, value: &'d Value, at: &str, hint: &str) -> Kind {
        let (min_items, max_items) = (count(value, "minItems"), count(value, "maxItems"));
        let tuple = match (value.get("prefixItems"), value.get("items")) {
            (Some(Value::Array(items)), _) => Some(("prefixItems", items, value.get("items"))),
            (None, Some(Value::Array(items))) => Some(("items", items, value.get("additionalItems"))),
            _ => None,
        };
        if let Some((key, items, rest)) = tuple.filter(|(_, items, _)| !items.is_empty()) {
            let place = child(at, key);
            let read = items.iter().enumerate();
            let items = read.map(|(index, item)| {
                self.schema(item, &child(&place, &index.to_string()), &format!("{hint}Item{}", index + 1))
            });
            let items = items.collect();
            let rest = match rest {
                Some(Value::Bool(false)) => None,
                Some(schema) => Some(self.schema(schema, &child(at, "items"), &format!("{hint}Item"))),
                None => Some(Schema::default()),
            };
            return Kind::Tuple(Box::new(TupleType { items, rest, min_items, max_items }));
        }
        let items = match value.get("items") {
            Some(items) if !items.is_array() => self.schema(items, &child(at, "items"), &format!("{hint}Item")),
            _ => Schema { pointer: at.to_owned(), ..Schema::default() },
        };
        Kind::Array(Box::new(ArrayType { items, min_items, max_items, unique: flag(value, "uniqueItems") }))
    }

    /// Reads `enum`, if there is one with values. Null among them is what [`Schema::nullable`] says.
    pub(super) fn enumeration(&mut self, value: &'d Value, at: &str, schema: &mut Schema) -> bool {
        let raw = list(value, "enum");
        let extensible = list(value, "x-extensible-enum");
        let listed = if raw.is_empty() { extensible } else { raw };
        if listed.is_empty() {
            if value.get("enum").is_some() {
                self.warn("empty-enum", at, "`enum` has no values", "It is ignored; list them or leave it out.");
            }
            return false;
        }
        if listed.iter().any(Value::is_null) {
            schema.nullable = true;
        }
        let type_name = texts(value, "type").into_iter().find(|name| name != "null").unwrap_or_default();
        let mut values: Vec<EnumValue> = Vec::new();
        for (index, one) in listed.iter().enumerate().filter(|(_, one)| !one.is_null()) {
            let one = self.enum_value(one, &type_name, at);
            if !values.iter().any(|known| known.value == one) {
                values.push(described(value, index, one));
            }
        }
        schema.kind = match values.as_slice() {
            [] => Kind::Null,
            both if both.len() == 2 && both.iter().all(|one| one.value.is_boolean()) => Kind::Boolean,
            [one] if one.value.is_boolean() => Kind::Const(one.value.clone()),
            _ => Kind::Enum(EnumType { base: base(&values), values, open: raw.is_empty() }),
        };
        if matches!(schema.kind, Kind::Null) {
            schema.nullable = false;
        }
        true
    }

    /// A value as its `type` has it: YAML readers make numbers and booleans of unquoted text.
    fn enum_value(&mut self, value: &Value, type_name: &str, at: &str) -> Value {
        match (type_name, value) {
            ("string", Value::Number(_) | Value::Bool(_)) => {
                let text = plain(value).unwrap_or_default();
                self.warn(
                    "enum-type",
                    at,
                    format!("the enum value `{text}` is no string, the type is"),
                    "It is read as text; quote it.",
                );
                Value::String(text)
            }
            ("integer" | "number", Value::String(text)) => match text.parse::<i64>() {
                Ok(number) => Value::from(number),
                Err(_) => value.clone(),
            },
            _ => value.clone(),
        }
    }
}

/// The value with the name and meaning that some documents give beside the enum.
fn described(schema: &Value, index: usize, value: Value) -> EnumValue {
    let key = plain(&value).unwrap_or_default();
    let beside = |names: &[&str]| {
        names.iter().find_map(|name| match schema.get(name)? {
            Value::Array(items) => items.get(index).and_then(plain),
            Value::Object(by_value) => by_value.get(&key).and_then(plain),
            _ => None,
        })
    };
    let element = list(schema, "x-enum-elements").get(index);
    let name = beside(&["x-enum-varnames", "x-enumNames", "x-enum-names"])
        .or_else(|| element.and_then(|one| text(one, "name")));
    let description = beside(&["x-enum-descriptions", "x-enumDescriptions"])
        .or_else(|| element.and_then(|one| text(one, "description")));
    EnumValue {
        value,
        name: name.filter(|name| !name.is_empty()),
        description: description.filter(|text| !text.is_empty()),
    }
}

fn base(values: &[EnumValue]) -> EnumBase {
    let all = |test: fn(&Value) -> bool| values.iter().all(|one| test(&one.value));
    if all(Value::is_string) {
        EnumBase::String
    } else if all(|value| value.is_i64() || value.is_u64()) {
        EnumBase::Integer
    } else if all(Value::is_number) {
        EnumBase::Number
    } else {
        EnumBase::Mixed
    }
}

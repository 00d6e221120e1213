//! A value that a schema allows: the document's example if there is one, else one made up.

use serde_json::{Map, Value, json};

use crate::model::{Api, Example, Kind, ObjectType, Schema, StringType};

/// Objects within objects that are filled in; deeper ones only where they are required.
const MAX_DEPTH: usize = 4;
/// Values in one example; types that contain each other several times would multiply.
const MAX_VALUES: usize = 1000;

/// An example of a request (what only answers carry is left out) or an answer.
#[must_use]
pub fn example(api: &Api, schema: &Schema, in_request: bool) -> Value {
    Maker { api, in_request, open: Vec::new(), made: 0 }.value(schema, "")
}

/// The first of the examples that stand beside a schema, else one of the schema.
pub(super) fn first(api: &Api, examples: &[Example], schema: Option<&Schema>, name: &str) -> Value {
    match (examples.first(), schema) {
        (Some(example), _) => example.value.clone(),
        (None, Some(schema)) => Maker { api, in_request: true, open: Vec::new(), made: 0 }.value(schema, name),
        (None, None) => json!(name),
    }
}

struct Maker<'a> {
    api: &'a Api,
    in_request: bool,
    /// Named types that are being made, so that recursion ends.
    open: Vec<&'a str>,
    /// How many values are made.
    made: usize,
}

impl<'a> Maker<'a> {
    fn value(&mut self, schema: &'a Schema, name: &str) -> Value {
        self.made += 1;
        if self.made > MAX_VALUES {
            return Value::Null;
        }
        if let Some(example) = schema.examples.iter().find(|value| !value.is_null()).or(schema.examples.first()) {
            return example.clone();
        }
        if let Some(default) = schema.default.as_ref().filter(|value| !value.is_null()) {
            return default.clone();
        }
        match &schema.kind {
            Kind::Ref(target) => self.named(target, name),
            Kind::Any => json!(if name.is_empty() { "value" } else { name }),
            Kind::Never | Kind::Null => Value::Null,
            Kind::Boolean => Value::Bool(true),
            Kind::String(text) => Value::String(string(text, name)),
            Kind::Integer(bounds) => {
                bounds.minimum.clone().or_else(|| bounds.maximum.clone()).map_or_else(|| json!(1), Value::Number)
            }
            Kind::Number(bounds) => {
                bounds.minimum.clone().or_else(|| bounds.maximum.clone()).map_or_else(|| json!(1.5), Value::Number)
            }
            Kind::Enum(set) => set.values.first().map(|one| one.value.clone()).unwrap_or_default(),
            Kind::Const(value) => value.clone(),
            Kind::Array(array) => self.array(&array.items, array.min_items, name),
            Kind::Tuple(tuple) => Value::Array(tuple.items.iter().map(|item| self.value(item, name)).collect()),
            Kind::Map(map) => self.map(&map.values),
            Kind::Object(object) => self.object(object),
            Kind::Union(union) => {
                union.variants.first().map(|variant| self.value(&variant.schema, name)).unwrap_or_default()
            }
            Kind::Intersection(parts) => self.intersection(parts, name),
        }
    }

    fn named(&mut self, target: &'a str, name: &str) -> Value {
        let Some(named) = self.api.types.get(target) else { return Value::Null };
        if self.open.contains(&target) {
            return Value::Null;
        }
        self.open.push(target);
        let value = self.value(&named.schema, name);
        self.open.pop();
        value
    }

    fn array(&mut self, items: &'a Schema, min_items: Option<u64>, name: &str) -> Value {
        let one = self.value(items, name.strip_suffix('s').unwrap_or(name));
        // A type within itself ends with an empty list.
        if one.is_null() && min_items.unwrap_or(0) == 0 { json!([]) } else { json!([one]) }
    }

    fn map(&mut self, values: &'a Schema) -> Value {
        match self.value(values, "value") {
            Value::Null => json!({}),
            value => json!({ "key": value }),
        }
    }

    fn object(&mut self, object: &'a ObjectType) -> Value {
        let mut members = Map::new();
        for property in &object.properties {
            let schema = &property.schema;
            let other_way = if self.in_request { schema.read_only } else { schema.write_only };
            let told = !schema.examples.is_empty() || schema.default.is_some();
            let wanted =
                property.required || (!self.in_request && self.open.len() <= MAX_DEPTH) || (told && !schema.deprecated);
            if other_way || !wanted {
                continue;
            }
            let value = self.value(schema, &property.name);
            if !value.is_null() || self.api.is_nullable(schema) {
                members.insert(property.name.clone(), value);
            }
        }
        Value::Object(members)
    }

    fn intersection(&mut self, parts: &'a [Schema], name: &str) -> Value {
        let mut whole = Map::new();
        for part in parts {
            match self.value(part, name) {
                Value::Object(members) => whole.extend(members),
                other if whole.is_empty() && !other.is_null() => return other,
                _ => {}
            }
        }
        Value::Object(whole)
    }
}

/// Text of the right format and length.
fn string(text: &StringType, name: &str) -> String {
    let made = match text.format.as_deref().unwrap_or_default() {
        "date-time" => "2026-01-31T12:00:00.000Z",
        "date" => "2026-01-31",
        "time" => "12:00:00",
        "duration" => "PT1H",
        "uuid" => "018f2f6c-5b1e-7c3d-9a4e-1f2a3b4c5d6e",
        "email" | "idn-email" => "ada@example.com",
        "uri" | "url" | "iri" | "uri-reference" => "https://example.com",
        "hostname" => "example.com",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "byte" => "aGVsbG8=",
        "password" => "correct horse battery staple",
        _ if name.is_empty() => "text",
        _ => name,
    };
    let mut made = made.to_owned();
    let (shortest, longest) = (text.min_length.unwrap_or(0), text.max_length.unwrap_or(u64::MAX));
    while (made.chars().count() as u64) < shortest.min(1000) {
        made.push('x');
    }
    made.chars().take(usize::try_from(longest).unwrap_or(usize::MAX)).collect()
}

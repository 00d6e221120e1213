//! One schema in place: what is said about it, and which reader its keywords call for.

use serde_json::Value;

use crate::model::{Kind, NumberType, Schema, StringType};

use super::Reader;
use super::values::{count, extensions, flag, list, number, plain, prose, text};

/// Keywords beside a `$ref` that change the type, not only what is said about it.
const STRUCTURE: [&str; 9] =
    ["properties", "allOf", "oneOf", "anyOf", "items", "enum", "const", "additionalProperties", "required"];

impl<'d> Reader<'d> {
    /// Reads a schema. `hint` is a name for it should it need one.
    pub(super) fn schema(&mut self, value: &'d Value, at: &str, hint: &str) -> Schema {
        match value {
            Value::Bool(true) => return Schema { pointer: at.to_owned(), ..Schema::default() },
            Value::Bool(false) => return Schema { pointer: at.to_owned(), ..Schema::of(Kind::Never) },
            Value::Object(_) => {}
            _ => {
                self.warn("schema-type", at, "a schema must be an object or a boolean", "It is read as any value.");
                return Schema { pointer: at.to_owned(), ..Schema::default() };
            }
        }
        let mut schema = annotations(value, at, hint);
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let structured = !self.is_30() && STRUCTURE.iter().any(|key| value.get(key).is_some());
            if structured {
                self.all_of(value, at, hint, &mut schema);
            } else {
                schema.kind = self.reference(reference, at);
            }
            return schema;
        }
        self.read_kind(value, at, hint, &mut schema);
        if let Some(dynamic) = text(value, "$dynamicRef") {
            self.warn(
                "dynamic-ref",
                at,
                format!("`$dynamicRef: {dynamic}` is not followed"),
                "Use `$ref`; it is read as any value.",
            );
        }
        schema
    }

    fn read_kind(&mut self, value: &'d Value, at: &str, hint: &str, schema: &mut Schema) {
        if let Some(constant) = value.get("const") {
            schema.kind = if constant.is_null() { Kind::Null } else { Kind::Const(constant.clone()) };
        } else if self.enumeration(value, at, schema) {
        } else if value.get("allOf").is_some_and(Value::is_array) {
            self.all_of(value, at, hint, schema);
        } else if ["oneOf", "anyOf"].iter().any(|key| !list(value, key).is_empty()) {
            self.one_of(value, at, hint, schema);
        } else if value
            .get("not")
            .is_some_and(|not| not == &Value::Object(serde_json::Map::new()) || not == &Value::Bool(true))
        {
            schema.kind = Kind::Never;
        } else {
            self.plain_kind(value, at, hint, schema);
        }
    }

    /// What `type` says, or what other keywords let one guess.
    pub(super) fn plain_kind(&mut self, value: &'d Value, at: &str, hint: &str, schema: &mut Schema) {
        let mut types = type_list(value);
        if let Some(null) = types.iter().position(|name| name == "null") {
            types.remove(null);
            schema.nullable = true;
            if types.is_empty() {
                (schema.kind, schema.nullable) = (Kind::Null, false);
                return;
            }
        }
        match types.as_slice() {
            [] => schema.kind = self.guessed(value, at, hint),
            [one] => schema.kind = self.of_type(one, value, at, hint),
            several => {
                let kinds = several.iter().map(|name| Schema {
                    pointer: at.to_owned(),
                    hint: format!("{hint}{}", crate::names::convert(name, crate::names::Case::Pascal)),
                    ..Schema::of(self.of_type(name, value, at, hint))
                });
                let variants = kinds.collect();
                schema.kind = super::composed::union_of(variants, false);
            }
        }
    }

    fn of_type(&mut self, name: &str, value: &'d Value, at: &str, hint: &str) -> Kind {
        match name {
            "string" => Kind::String(string(value)),
            "integer" => Kind::Integer(bounds(value)),
            "number" => Kind::Number(bounds(value)),
            "boolean" => Kind::Boolean,
            "array" => self.array(value, at, hint),
            "object" => self.object(value, at, hint),
            "file" => Kind::String(StringType { format: Some("binary".to_owned()), ..StringType::default() }),
            "any" => Kind::Any,
            other => {
                self.warn("type", at, format!("`type: {other}` is no type of OpenAPI"), "It is read as any value.");
                Kind::Any
            }
        }
    }

    fn guessed(&mut self, value: &'d Value, at: &str, hint: &str) -> Kind {
        let has = |keys: &[&str]| keys.iter().any(|key| value.get(key).is_some());
        if has(&[
            "properties",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
        ]) {
            self.object(value, at, hint)
        } else if has(&["items", "prefixItems", "minItems", "maxItems"]) {
            self.array(value, at, hint)
        } else if has(&["pattern", "minLength", "maxLength", "contentEncoding", "contentMediaType"])
            || has_text_format(value)
        {
            Kind::String(string(value))
        } else {
            Kind::Any
        }
    }
}

/// `type` as a list, whichever way it is written.
fn type_list(value: &Value) -> Vec<String> {
    match value.get("type") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(several)) => {
            let mut names: Vec<String> = Vec::new();
            for name in several.iter().filter_map(plain_or_null) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            names
        }
        Some(Value::Null) => vec!["null".to_owned()],
        _ => Vec::new(),
    }
}

/// In YAML, `type: [string, null]` without quotes holds a real null.
fn plain_or_null(value: &Value) -> Option<String> {
    if value.is_null() { Some("null".to_owned()) } else { plain(value) }
}

fn has_text_format(value: &Value) -> bool {
    let format = text(value, "format").unwrap_or_default();
    ["date-time", "date", "uuid", "uri", "email", "byte", "binary", "password", "hostname"].contains(&format.as_str())
}

/// Title, description, default, examples and the like, without the kind.
pub(super) fn annotations(value: &Value, at: &str, hint: &str) -> Schema {
    let examples = value.get("example").into_iter();
    let more = match value.get("examples") {
        Some(Value::Array(items)) => items.clone(),
        Some(Value::Object(named)) => named.values().map(|one| one.get("value").unwrap_or(one).clone()).collect(),
        _ => Vec::new(),
    };
    Schema {
        kind: Kind::Any,
        nullable: flag(value, "nullable") || flag(value, "x-nullable"),
        title: prose(value, "title"),
        description: prose(value, "description"),
        deprecated: flag(value, "deprecated"),
        read_only: flag(value, "readOnly"),
        write_only: flag(value, "writeOnly"),
        default: value.get("default").cloned(),
        examples: examples.cloned().chain(more).collect(),
        hint: hint.to_owned(),
        extensions: extensions(value),
        pointer: at.to_owned(),
    }
}

fn string(value: &Value) -> StringType {
    StringType {
        format: text(value, "format").filter(|format| !format.is_empty()),
        min_length: count(value, "minLength"),
        max_length: count(value, "maxLength"),
        pattern: text(value, "pattern"),
        content_encoding: text(value, "contentEncoding"),
        content_media_type: text(value, "contentMediaType"),
    }
}

/// Bounds in both dialects: 3.0 says with a boolean that the bound itself is out.
fn bounds(value: &Value) -> NumberType {
    let mut bounds = NumberType {
        format: text(value, "format").filter(|format| !format.is_empty()),
        minimum: number(value, "minimum"),
        maximum: number(value, "maximum"),
        exclusive_minimum: number(value, "exclusiveMinimum"),
        exclusive_maximum: number(value, "exclusiveMaximum"),
        multiple_of: number(value, "multipleOf"),
    };
    if flag(value, "exclusiveMinimum") {
        bounds.exclusive_minimum = bounds.minimum.take();
    }
    if flag(value, "exclusiveMaximum") {
        bounds.exclusive_maximum = bounds.maximum.take();
    }
    bounds
}

//! Types in the form that typify takes.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::model::{Additional, Kind, ObjectType, Schema, UnionType};
use crate::names::Case;
use crate::targets::rust::naming::Scope;
use crate::targets::rust::plan::Plan;
use crate::targets::rust::write::is_open_enum;

/// Components of this prefix are properties that null clears; the target turns them into `Option<Option<_>>`.
pub(in crate::targets::rust) const CLEARABLE: &str = "ClearableValue";

/// How deep aliases are written out before they are anything at all.
const ALIAS_DEPTH: usize = 12;

/// Writes types, and remembers those that it had to make.
pub(super) struct Schemas<'a> {
    plan: &'a Plan,
    unions: bool,
    clearable: Vec<Value>,
    depth: usize,
}

impl<'a> Schemas<'a> {
    pub(super) fn new(plan: &'a Plan, unions: bool) -> Self {
        Self { plan, unions, clearable: Vec::new(), depth: 0 }
    }

    /// All components that these names need.
    pub(super) fn finish(mut self, reached: &HashSet<String>) -> Map<String, Value> {
        let mut components = Map::new();
        for (name, rust) in &self.plan.types {
            let Some(named) = self.plan.api.types.get(name).filter(|_| reached.contains(name)) else { continue };
            let sent = self.plan.sent.contains(name);
            let schema = Schema { nullable: false, ..named.schema.clone() };
            components.insert(rust.clone(), self.body(&schema, sent));
        }
        for (index, schema) in self.clearable.drain(..).enumerate() {
            components.insert(format!("{CLEARABLE}{index}"), schema);
        }
        components
    }

    /// A type in place. `sent` says whether it is part of a body.
    pub(super) fn schema(&mut self, schema: &Schema, sent: bool) -> Value {
        let Kind::Ref(name) = &schema.kind else { return nullable(self.body(schema, sent), schema.nullable) };
        let (Some(rust), target) = (self.plan.types.get(name), self.plan.api.types.get(name)) else {
            return self.alias(name, schema.nullable, sent);
        };
        let reference = json!({ "$ref": format!("#/components/schemas/{rust}") });
        nullable(reference, schema.nullable || target.is_some_and(|named| named.schema.nullable))
    }

    /// A named type that is not a type of its own: written out, unless it runs in circles.
    fn alias(&mut self, name: &str, or_null: bool, sent: bool) -> Value {
        let Some(named) = self.plan.api.types.get(name).filter(|_| self.depth < ALIAS_DEPTH) else { return json!({}) };
        self.depth += 1;
        let value = self.schema(&named.schema, sent);
        self.depth -= 1;
        nullable(value, or_null)
    }

    fn body(&mut self, schema: &Schema, sent: bool) -> Value {
        match &schema.kind {
            Kind::String(text) if text.format.as_deref() == Some("date-time") => {
                json!({ "type": "string", "format": "date-time" })
            }
            Kind::String(_) => json!({ "type": "string" }),
            Kind::Enum(_) if is_open_enum(schema) => json!({ "type": "string" }),
            Kind::Boolean => json!({ "type": "boolean" }),
            Kind::Integer(number) => match number.format.as_deref() {
                Some(format @ ("int32" | "uint32" | "uint64")) => json!({ "type": "integer", "format": format }),
                _ => json!({ "type": "integer", "format": "int64" }),
            },
            Kind::Number(_) => json!({ "type": "number", "format": "double" }),
            Kind::Const(Value::String(_)) => json!({ "type": "string" }),
            Kind::Array(array) => {
                let items = self.schema(&array.items, sent);
                json!({ "type": "array", "items": items })
            }
            Kind::Map(map) => {
                let values = self.schema(&map.values, sent);
                json!({ "type": "object", "additionalProperties": values })
            }
            Kind::Object(object) => self.object(object, sent),
            Kind::Union(union) if self.unions => self.union(union, sent),
            Kind::Ref(_) => self.schema(schema, sent),
            _ => json!({}),
        }
    }

    fn object(&mut self, object: &ObjectType, sent: bool) -> Value {
        if object.properties.is_empty() {
            let values = match &object.additional {
                Additional::Typed(values) => self.schema(values, sent),
                _ => json!({}),
            };
            return json!({ "type": "object", "additionalProperties": values });
        }
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (name, property) in property_names(object).into_iter().zip(&object.properties) {
            let mut value = self.schema(&property.schema, sent);
            if property.required {
                required.push(name.clone());
            } else if sent {
                value = self.optional(&property.schema, value);
            }
            properties.insert(name, value);
        }
        let mut value = json!({ "type": "object", "properties": properties, "required": required });
        let extra = match &object.additional {
            Additional::Typed(values) => Some(self.schema(values, sent)),
            // What a later version of the server adds must survive.
            _ if !sent => Some(json!({})),
            _ => None,
        };
        if let (Some(extra), Some(value)) = (extra, value.as_object_mut()) {
            value.insert("additionalProperties".to_owned(), extra);
        }
        value
    }

    /// An optional property of a body: absent, null and empty are three different things.
    fn optional(&mut self, schema: &Schema, value: Value) -> Value {
        if self.plan.api.is_nullable(schema) {
            let name = format!("{CLEARABLE}{}", self.clearable.len());
            self.clearable.push(value);
            return json!({ "$ref": format!("#/components/schemas/{name}") });
        }
        // typify leaves an empty list or map out; as an optional one it sends it.
        let collection = matches!(value.get("type").and_then(Value::as_str), Some("array"))
            || (value.get("additionalProperties").is_some() && value.get("properties").is_none());
        if collection { nullable(value, true) } else { value }
    }

    fn union(&mut self, union: &UnionType, sent: bool) -> Value {
        let variants: Vec<Value> = union.variants.iter().map(|variant| self.schema(&variant.schema, sent)).collect();
        json!({ "oneOf": variants })
    }
}

/// Names of an object's properties, as typify sees them.
pub(in crate::targets::rust) fn property_names(object: &ObjectType) -> Vec<String> {
    let mut scope = Scope::new(Case::Snake, &["extra"]);
    object.properties.iter().map(|property| scope.take(&property.name, "value")).collect()
}

fn nullable(mut value: Value, or_null: bool) -> Value {
    if !or_null {
        return value;
    }
    if value.get("$ref").is_some() {
        return json!({ "nullable": true, "allOf": [value] });
    }
    match value.as_object_mut() {
        // Anything at all holds null already.
        Some(object) if !object.is_empty() => {
            object.insert("nullable".to_owned(), Value::Bool(true));
        }
        _ => {}
    }
    value
}

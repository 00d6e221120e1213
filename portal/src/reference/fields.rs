//! The fields of a body, as rows with rows below them.

use sdk_gen::model::{Additional, Kind, ObjectType, Schema};
use serde_json::Value;

use super::facts::{facts, short};
use super::{Reference, Text, TypeText};

/// How deep rows stand below rows.
const MAX_DEPTH: usize = 5;
/// How deep a named type is written out where it is used, and not only linked.
const MAX_NAMED_DEPTH: usize = 1;
/// A named type with more properties than this is only linked.
const MAX_NAMED_FIELDS: usize = 12;
/// More rows than this on one page help nobody; the schema's own page has the rest.
const MAX_ROWS: usize = 250;
const MAX_VALUES: usize = 60;

/// One field.
#[derive(Debug, Clone, Default)]
pub(crate) struct Field {
    pub name: String,
    pub required: bool,
    pub deprecated: bool,
    pub read_only: bool,
    pub write_only: bool,
    pub kind: TypeText,
    pub facts: Vec<String>,
    /// The values of an enum.
    pub values: Vec<String>,
    pub more_values: usize,
    pub description: Text,
    pub children: Vec<Field>,
}

/// The fields of a schema, those of its properties below them; empty where it has none.
pub(crate) fn fields(reference: &Reference, schema: &Schema) -> Vec<Field> {
    let mut walk = Walk { reference, rows: 0 };
    let resolved = reference.api.resolve(schema).unwrap_or(schema);
    walk.inside(resolved, 0, 0)
}

/// One schema as a single row.
pub(crate) fn row(reference: &Reference, name: &str, required: bool, schema: &Schema) -> Field {
    Walk { reference, rows: 0 }.field(name, required, schema, MAX_DEPTH, 0)
}

struct Walk<'a> {
    reference: &'a Reference,
    rows: usize,
}

impl Walk<'_> {
    fn inside(&mut self, schema: &Schema, depth: usize, named: usize) -> Vec<Field> {
        if depth > MAX_DEPTH || self.rows > MAX_ROWS {
            return Vec::new();
        }
        match &schema.kind {
            Kind::Object(object) => self.object(object, depth, named),
            Kind::Array(array) => self.inside(&array.items, depth, named),
            Kind::Map(map) => self.inside(&map.values, depth, named),
            Kind::Ref(name) => self.named(name, depth, named),
            Kind::Union(union) => {
                let inline = union.variants.iter().filter(|variant| !matches!(variant.schema.kind, Kind::Ref(_)));
                inline.enumerate().filter_map(|(at, variant)| self.variant(at, &variant.schema, depth, named)).collect()
            }
            Kind::Intersection(parts) => parts.iter().flat_map(|part| self.inside(part, depth, named)).collect(),
            _ => Vec::new(),
        }
    }

    fn object(&mut self, object: &ObjectType, depth: usize, named: usize) -> Vec<Field> {
        let mut rows: Vec<Field> = Vec::with_capacity(object.properties.len());
        for property in &object.properties {
            if self.rows > MAX_ROWS {
                break;
            }
            rows.push(self.field(&property.name, property.required, &property.schema, depth, named));
        }
        if let Additional::Typed(values) = &object.additional
            && values.kind != Kind::Any
        {
            rows.push(self.field("any other name", false, values, depth, named));
        }
        rows
    }

    fn named(&mut self, name: &str, depth: usize, named: usize) -> Vec<Field> {
        let Some(target) = self.reference.api.types.get(name) else { return Vec::new() };
        let small = target.schema.as_object().is_some_and(|object| object.properties.len() <= MAX_NAMED_FIELDS);
        if named >= MAX_NAMED_DEPTH || !small {
            return Vec::new();
        }
        self.inside(&target.schema, depth, named + 1)
    }

    /// A variant without a name of its own gets a row that stands for it.
    fn variant(&mut self, at: usize, schema: &Schema, depth: usize, named: usize) -> Option<Field> {
        let children = self.inside(schema, depth + 1, named);
        (!children.is_empty()).then(|| Field {
            name: schema.title.clone().unwrap_or_else(|| format!("variant {}", at + 1)),
            kind: TypeText::of(self.reference, schema),
            description: Text::of(schema.description.as_deref()),
            children,
            ..Field::default()
        })
    }

    fn field(&mut self, name: &str, required: bool, schema: &Schema, depth: usize, named: usize) -> Field {
        self.rows += 1;
        let reference = self.reference;
        let resolved = reference.api.resolve(schema).unwrap_or(schema);
        let values = values(resolved);
        let description = schema.description.as_deref().or(resolved.description.as_deref());
        let mut all_facts = facts(resolved);
        if schema.default.is_some() && resolved.default.is_none() {
            all_facts.extend(schema.default.as_ref().map(|default| format!("default `{}`", short(default))));
        }
        Field {
            name: name.to_owned(),
            required,
            deprecated: schema.deprecated || resolved.deprecated,
            read_only: schema.read_only,
            write_only: schema.write_only,
            kind: TypeText::of(reference, schema),
            facts: all_facts,
            more_values: values.len().saturating_sub(MAX_VALUES),
            values: values.into_iter().take(MAX_VALUES).collect(),
            description: Text::of(description),
            children: self.inside(schema, depth + 1, named),
        }
    }
}

fn values(schema: &Schema) -> Vec<String> {
    match &schema.kind {
        Kind::Enum(list) => list.values.iter().map(|value| short(&value.value)).collect(),
        Kind::Array(array) => values(&array.items),
        Kind::Const(Value::String(value)) => vec![value.clone()],
        _ => Vec::new(),
    }
}

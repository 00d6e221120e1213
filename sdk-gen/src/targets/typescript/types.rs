//! Schemas as TypeScript type expressions.

use std::collections::BTreeSet;

use super::scope::Scope;
use super::text::{doc, indent, key, literal, quote};
use crate::model::{
    Additional, Api, Discriminator, EnumBase, EnumType, Kind, ObjectType, Property, Schema, TupleType, Variant,
};

/// Longer unions stand one a line, and get a name where a name can be had.
pub const WIDTH: usize = 110;

/// What a type expression refers to; becomes imports.
#[derive(Debug, Clone, Default)]
pub struct Uses {
    /// Keys of named types.
    pub types: BTreeSet<String>,
    /// Names of the runtime.
    pub runtime: BTreeSet<&'static str>,
    /// Type parameters, by their place in [`super::generics::Generics`].
    pub parameters: BTreeSet<usize>,
}

impl Uses {
    /// Adds another's.
    pub fn extend(&mut self, other: &Self) {
        self.types.extend(other.types.iter().cloned());
        self.runtime.extend(&other.runtime);
        self.parameters.extend(&other.parameters);
    }
}

/// What `format: binary` is where the type stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Binary {
    /// A part of a JSON document.
    #[default]
    Text,
    /// A part of a multipart body.
    File,
    /// Both.
    Either,
}

/// Writes types, and remembers what they refer to.
pub struct Printer<'a> {
    api: &'a Api,
    scope: &'a Scope<'a>,
    binary: Binary,
    /// The alias that is being written, until something comes that puts a circle off.
    alias: Option<&'a str>,
    /// Whether type parameters can be named here: in declarations of types, and in what a method takes and gives.
    generic: bool,
    /// What has been referred to.
    pub uses: Uses,
}

impl<'a> Printer<'a> {
    /// For a type in place.
    pub fn new(api: &'a Api, scope: &'a Scope<'a>, binary: Binary) -> Self {
        Self { api, scope, binary, alias: None, generic: false, uses: Uses::default() }
    }

    /// For a type in place, where type parameters can be named.
    pub fn generic(api: &'a Api, scope: &'a Scope<'a>, binary: Binary) -> Self {
        Self { generic: true, ..Self::new(api, scope, binary) }
    }

    /// For the declaration of a named type.
    pub fn of_alias(api: &'a Api, scope: &'a Scope<'a>, name: &'a str) -> Self {
        let binary = match scope.reach.binary_uses(name) {
            (true, true) => Binary::Either,
            (true, false) => Binary::File,
            _ => Binary::Text,
        };
        Self { alias: Some(name), ..Self::generic(api, scope, binary) }
    }

    /// The type parameters that a declaration of this schema has, as it writes them.
    pub fn declared(&self, schema: &Schema) -> String {
        if self.generic { self.scope.generics.declared(&self.scope.generics.within(schema)) } else { String::new() }
    }

    /// The type, null and all.
    pub fn print(&mut self, schema: &Schema) -> String {
        let text = self.kind(schema);
        if !schema.nullable || text == "unknown" || text == "null" {
            return text;
        }
        let gap = if text.starts_with('\n') { "\n  " } else { " " };
        format!("{text}{gap}| null")
    }

    fn kind(&mut self, schema: &Schema) -> String {
        match &schema.kind {
            Kind::Any => "unknown".to_owned(),
            Kind::Never => "never".to_owned(),
            Kind::Null => "null".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Integer(_) | Kind::Number(_) => "number".to_owned(),
            Kind::String(text) => self.string(text.is_binary()),
            Kind::Enum(values) => enumeration(values),
            Kind::Const(value) => literal(value),
            Kind::Ref(name) => self.reference(name),
            Kind::Array(array) => self.guarded(|printer| element(&printer.print(&array.items))),
            Kind::Tuple(tuple) => self.guarded(|printer| printer.tuple(tuple)),
            Kind::Map(map) => self.guarded(|printer| format!("{{ [key: string]: {} }}", printer.print(&map.values))),
            Kind::Object(object) => self.guarded(|printer| printer.object(object)),
            Kind::Union(union) => self.union(&union.variants, union.discriminator.as_ref()),
            Kind::Intersection(parts) => {
                let parts: Vec<String> = parts.iter().map(|part| operand(&self.print(part))).collect();
                if parts.is_empty() { "unknown".to_owned() } else { parts.join(" & ") }
            }
        }
    }

    fn string(&mut self, is_binary: bool) -> String {
        if !is_binary || self.binary == Binary::Text {
            return "string".to_owned();
        }
        self.uses.runtime.insert("FileInput");
        if self.binary == Binary::File { "FileInput".to_owned() } else { "FileInput | string".to_owned() }
    }

    /// Inside an object or a list TypeScript resolves names later, so a circle does no harm.
    fn guarded(&mut self, print: impl FnOnce(&mut Self) -> String) -> String {
        let alias = self.alias.take();
        let text = print(self);
        self.alias = alias;
        text
    }

    fn reference(&mut self, name: &str) -> String {
        if self.is_circle(name) {
            return "unknown".to_owned();
        }
        self.uses.types.insert(name.to_owned());
        let found = self.scope.type_name(name);
        if !self.generic {
            return found.to_owned();
        }
        let parameters = self.scope.generics.of(name);
        self.uses.parameters.extend(parameters);
        format!("{found}{}", self.scope.generics.given(parameters))
    }

    /// A property's type: its own, or the one that the caller says.
    fn property(&mut self, property: &Property) -> String {
        let parameter = self.scope.generics.parameter(property).filter(|_| self.generic);
        let Some((index, parameter)) = parameter else { return self.print(&property.schema) };
        self.uses.parameters.insert(index);
        if parameter.nullable && !property.schema.nullable {
            // As `NonNullable<…>`, which a document may call one of its own types.
            format!("{} & {{}}", parameter.name)
        } else {
            parameter.name.clone()
        }
    }

    fn is_circle(&self, name: &str) -> bool {
        self.alias.is_some_and(|alias| self.scope.reach.is_circular(alias, name))
    }

    fn tuple(&mut self, tuple: &TupleType) -> String {
        let needed = tuple.min_items.and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        let mut items = Vec::new();
        for (index, item) in tuple.items.iter().enumerate() {
            let text = self.print(item);
            items.push(if index < needed { text } else { format!("({text})?") });
        }
        if let Some(rest) = &tuple.rest {
            items.push(format!("...{}", element(&self.print(rest))));
        }
        format!("[{}]", items.join(", "))
    }

    fn union(&mut self, variants: &[Variant], discriminator: Option<&Discriminator>) -> String {
        let mut texts: Vec<String> = Vec::new();
        for variant in variants {
            // A union that holds itself says nothing by that.
            if matches!(&variant.schema.kind, Kind::Ref(name) if self.is_circle(name)) {
                continue;
            }
            let text = self.variant(variant, discriminator);
            if !texts.contains(&text) {
                texts.push(text);
            }
        }
        if texts.is_empty() || texts.iter().any(|text| text == "unknown") {
            "unknown".to_owned()
        } else {
            alternatives(&texts)
        }
    }

    /// A variant says its tag itself, or is told it, so that a comparison of the tag narrows the union.
    fn variant(&mut self, variant: &Variant, discriminator: Option<&Discriminator>) -> String {
        let text = self.print(&variant.schema);
        let Some(discriminator) = discriminator.filter(|_| !variant.tags.is_empty()) else { return text };
        let object = self.api.resolve(&variant.schema).and_then(Schema::as_object);
        let own = object
            .and_then(|object| object.property(&discriminator.property))
            .and_then(|property| self.api.resolve(&property.schema));
        let says_itself = own.is_some_and(|schema| match &schema.kind {
            Kind::Const(_) => true,
            Kind::Enum(values) => values.values.len() == 1,
            _ => false,
        });
        if object.is_none() || says_itself || variant.schema.nullable {
            return text;
        }
        let tags: Vec<String> = variant.tags.iter().map(|tag| quote(tag)).collect();
        format!("({} & {{ {}: {} }})", operand(&text), key(&discriminator.property), tags.join(" | "))
    }

    /// An object in braces, one line a property.
    pub fn object(&mut self, object: &ObjectType) -> String {
        if object.properties.is_empty() {
            return match &object.additional {
                Additional::Typed(schema) => format!("{{ [key: string]: {} }}", self.print(schema)),
                Additional::Forbidden => "{ [key: string]: never }".to_owned(),
                Additional::Unsaid => "{ [key: string]: unknown }".to_owned(),
            };
        }
        let mut lines = String::new();
        let mut types: Vec<String> = Vec::new();
        for property in &object.properties {
            let text = self.property(property);
            lines.push_str(&member(property, &text));
            types.push(if property.required { text } else { format!("{text} | undefined") });
        }
        if let Additional::Typed(schema) = &object.additional {
            let rest = self.print(schema);
            lines.push_str(&format!("  [key: string]: {};\n", index_type(&rest, &types)));
        }
        format!("{{\n{lines}}}")
    }
}

/// TypeScript wants every property to fit the index signature, so that must be wide enough for all of them.
fn index_type(rest: &str, properties: &[String]) -> String {
    let all: BTreeSet<&str> = properties.iter().flat_map(|text| text.split(" | ")).collect();
    if rest == "unknown" || all.len() > 12 || properties.iter().any(|text| text.contains(['{', '(', '\'', '[', '\n'])) {
        return "unknown".to_owned();
    }
    let mut parts = vec![rest.to_owned()];
    parts.extend(all.into_iter().filter(|text| !rest.split(" | ").any(|part| part == *text)).map(str::to_owned));
    if parts.iter().any(|part| part == "unknown") { "unknown".to_owned() } else { parts.join(" | ") }
}

fn member(property: &Property, text: &str) -> String {
    let schema = &property.schema;
    let default = schema.default.as_ref().map(|value| format!("@default {}", literal(value))).unwrap_or_default();
    let deprecated = if schema.deprecated { "@deprecated" } else { "" };
    let readonly = if schema.read_only { "readonly " } else { "" };
    let mark = if property.required { "" } else { "?" };
    let comment = doc(2, &[schema.description.as_deref().unwrap_or_default(), &default, deprecated]);
    format!("{comment}  {readonly}{}{mark}:{};\n", key(&property.name), spaced(&indent(text, 2)))
}

/// The values, and room for those that a newer server may send. A single value is what `const` was before 3.1.
pub fn enumeration(values: &EnumType) -> String {
    let mut texts: Vec<String> = values.values.iter().map(|value| literal(&value.value)).collect();
    let open = match values.base {
        EnumBase::String => Some("(string & {})"),
        EnumBase::Integer | EnumBase::Number => Some("(number & {})"),
        EnumBase::Mixed => None,
    };
    if values.values.len() > 1 || values.open {
        texts.extend(open.map(str::to_owned));
    }
    if texts.is_empty() { "string".to_owned() } else { alternatives(&texts) }
}

/// `A | B`, one a line where a line would grow too long.
fn alternatives(texts: &[String]) -> String {
    // A long union in a union is not bracketed: its lines become lines of this one.
    let texts: Vec<&str> = texts.iter().flat_map(|text| text.trim_start_matches("\n  | ").split("\n  | ")).collect();
    let line = texts.join(" | ");
    if line.len() <= WIDTH || texts.len() < 2 { line } else { format!("\n  | {}", indent(&texts.join("\n| "), 2)) }
}

/// A type behind a sign: after a space, or on lines of its own.
pub fn spaced(text: &str) -> String {
    if text.starts_with('\n') { text.to_owned() } else { format!(" {text}") }
}

/// `T[]`, with brackets where `T` needs them.
pub fn element(text: &str) -> String {
    if is_simple(text) { format!("{text}[]") } else { format!("({text})[]") }
}

/// A part of an intersection, with brackets where it needs them.
fn operand(text: &str) -> String {
    if is_simple(text) || (text.starts_with('{') && text.ends_with('}') && !text.contains("} | ")) {
        text.to_owned()
    } else {
        format!("({text})")
    }
}

fn is_simple(text: &str) -> bool {
    // With its type parameters it still is one word.
    let word = text.split_once('<').filter(|(_, rest)| rest.ends_with('>') && !rest.contains(['|', '&', '(']));
    let text = word.map_or(text, |(word, _)| word);
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '$' | '.'))
}

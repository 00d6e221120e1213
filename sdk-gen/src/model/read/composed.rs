//! `allOf`, `oneOf`, `anyOf`.

use serde_json::Value;

use crate::document::{Target, child};
use crate::model::{Kind, MapType, Schema, UnionType, Variant};

use super::Reader;
use super::merge::{is_open_map, merge, overlay, require};
use super::schemas::annotations;
use super::values::{list, object, texts};

/// Branches that one outermost `allOf` may merge in all; a document that needs more multiplies references on purpose.
const MAX_MERGED: usize = 2000;
/// How far one `allOf` may lead to the next: the stack is finite, and no hierarchy is so deep.
const MAX_NESTED: usize = 64;

impl<'d> Reader<'d> {
    /// `allOf`, and what stands beside it or beside a `$ref`: merged where all parts are objects.
    pub(super) fn all_of(&mut self, value: &'d Value, at: &str, hint: &str, schema: &mut Schema) {
        if self.merging.is_empty() {
            self.merged = 0;
        }
        if let Some(reference) = only_reference(value) {
            // One reference with something said about it stays that reference.
            schema.kind = self.reference(reference, at);
            return;
        }
        let parts = self.parts(value, at, hint);
        let required = self.required_of(value, 0);
        let mut telling: Vec<Part> = parts.into_iter().filter(|part| !part.says_nothing()).collect();
        match telling.as_mut_slice() {
            [] => {}
            [only] if !only.own && only.needs_no_more(&required) => overlay(schema, std::mem::take(&mut only.in_place)),
            _ => {
                let merged = telling.iter_mut().try_fold(None::<Schema>, |merged, part| {
                    let expanded = part.expanded.take()?;
                    merged.map_or(Some(expanded.clone()), |merged| merge(merged, &expanded)).map(Some)
                });
                match merged.flatten() {
                    Some(mut merged) => {
                        require(&mut merged, &required);
                        overlay(schema, merged);
                    }
                    None => schema.kind = Kind::Intersection(telling.into_iter().map(|part| part.in_place).collect()),
                }
            }
        }
    }

    fn parts(&mut self, value: &'d Value, at: &str, hint: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        if value.get("$ref").is_some() {
            parts.push(self.part(value, at, hint, true));
        }
        let place = child(at, "allOf");
        for (index, branch) in list(value, "allOf").iter().enumerate() {
            parts.push(self.part(branch, &child(&place, &index.to_string()), hint, false));
        }
        let own = self.own_structure(value, at, hint);
        if !says_nothing(&own) {
            parts.push(Part { in_place: own.clone(), expanded: Some(own), own: true });
        }
        parts
    }

    /// A branch as it stands (references by name) and with its top reference followed.
    fn part(&mut self, branch: &'d Value, at: &str, hint: &str, only_reference: bool) -> Part {
        let reference = branch.get("$ref").and_then(Value::as_str);
        let Some(reference) = reference else {
            let read = self.schema(branch, at, hint);
            return Part { in_place: read.clone(), expanded: Some(read), own: false };
        };
        let in_place = if only_reference {
            Schema { pointer: at.to_owned(), ..Schema::of(self.reference(reference, at)) }
        } else {
            self.schema(branch, at, hint)
        };
        let is_named = matches!(in_place.kind, Kind::Ref(_));
        let expanded = if is_named { self.expanded(reference, hint) } else { Some(in_place.clone()) };
        Part { in_place, expanded, own: false }
    }

    /// What a reference leads to, read as if it stood here; `None` where that comes back to itself or goes too far, and
    /// the reference must stay one.
    fn expanded(&mut self, reference: &str, hint: &str) -> Option<Schema> {
        let Target::Found(value, address) = self.document.lookup(reference) else { return Some(Schema::default()) };
        self.merged += 1;
        if self.merging.contains(&address) || self.merging.len() > MAX_NESTED || self.merged > MAX_MERGED {
            return None;
        }
        self.merging.push(address.clone());
        let schema = match value.get("$ref").and_then(Value::as_str) {
            Some(next) if value.as_object().is_some_and(|members| members.len() == 1) => self.expanded(next, hint),
            _ => Some(self.schema(value, &address, hint)),
        };
        // A named type that is an `allOf` of one reference goes on to what that means.
        let schema = match (schema, inner_reference(value)) {
            (Some(Schema { kind: Kind::Ref(_), .. }), Some(next)) => self.expanded(next, hint),
            (schema, _) => schema,
        };
        self.merging.pop();
        schema
    }

    /// The schema without its `allOf` and `$ref`.
    fn own_structure(&mut self, value: &'d Value, at: &str, hint: &str) -> Schema {
        let mut own = Schema { pointer: at.to_owned(), hint: hint.to_owned(), ..Schema::default() };
        if self.enumeration(value, at, &mut own) {
            return own;
        }
        if !list(value, "oneOf").is_empty() || !list(value, "anyOf").is_empty() {
            self.one_of(value, at, hint, &mut own);
            return own;
        }
        self.plain_kind(value, at, hint, &mut own);
        own.nullable = false;
        own
    }

    /// `oneOf` or `anyOf`, and the object that may stand around it.
    pub(super) fn one_of(&mut self, value: &'d Value, at: &str, hint: &str, schema: &mut Schema) {
        let (key, exclusive) = if list(value, "oneOf").is_empty() { ("anyOf", false) } else { ("oneOf", true) };
        let mut around = Schema { pointer: at.to_owned(), hint: hint.to_owned(), ..Schema::default() };
        self.plain_kind(value, at, hint, &mut around);
        let structured = matches!(&around.kind, Kind::Object(object) if !object.properties.is_empty());
        let place = child(at, key);
        let mut variants = Vec::new();
        for (index, branch) in list(value, key).iter().enumerate() {
            let spot = child(&place, &index.to_string());
            let name = format!("{hint}{}", variant_hint(branch, index));
            let variant = if structured {
                self.distributed(&around, branch, &spot, &name)
            } else {
                self.schema(branch, &spot, &name)
            };
            match variant.kind {
                Kind::Null => schema.nullable = true,
                Kind::Any if structured || only_constrains(branch) => {}
                _ => variants.push(variant),
            }
        }
        schema.nullable |= around.nullable;
        if variants.is_empty() {
            schema.kind = around.kind;
            return;
        }
        for variant in &mut variants {
            schema.nullable |= std::mem::take(&mut variant.nullable);
        }
        let discriminator = self.discriminator(value, at);
        if let [_] = variants.as_slice() {
            overlay(schema, variants.pop().unwrap_or_default());
            return;
        }
        schema.kind = union_of(variants, exclusive);
        if let Kind::Union(union) = &mut schema.kind {
            union.discriminator = discriminator;
        }
    }

    /// One branch with the object around it merged in; "anything" when the branch only constrains.
    fn distributed(&mut self, around: &Schema, branch: &'d Value, at: &str, hint: &str) -> Schema {
        if only_constrains(branch) {
            return Schema::default();
        }
        let part = self.part(branch, at, hint, false);
        if let Some(Schema { kind: Kind::Null, .. }) = part.expanded {
            return Schema::of(Kind::Null);
        }
        match part.expanded.and_then(|expanded| merge(around.clone(), &expanded)) {
            Some(mut merged) => {
                let said = annotations(branch, at, hint);
                (merged.description, merged.title) = (said.description, said.title);
                require(&mut merged, &texts(branch, "required"));
                merged.hint = hint.to_owned();
                merged
            }
            None => Schema::of(Kind::Intersection(vec![around.clone(), part.in_place])),
        }
    }

    /// Names that `required` lists anywhere in an `allOf`, references followed.
    fn required_of(&mut self, value: &'d Value, depth: usize) -> Vec<String> {
        let mut names = texts(value, "required");
        if depth > 16 || self.merged > MAX_MERGED {
            return names;
        }
        for branch in list(value, "allOf") {
            self.merged += 1;
            names.extend(texts(branch, "required"));
            let target = branch.get("$ref").and_then(Value::as_str).map(|reference| self.document.lookup(reference));
            match target {
                Some(Target::Found(found, _)) => names.extend(self.required_of(found, depth + 1)),
                _ if branch.get("allOf").is_some() => names.extend(self.required_of(branch, depth + 1)),
                _ => {}
            }
        }
        names
    }
}

/// One part of an `allOf`.
struct Part {
    in_place: Schema,
    /// With its top reference followed; `None` where that has no end.
    expanded: Option<Schema>,
    /// What stands beside the `allOf`.
    own: bool,
}

impl Part {
    fn says_nothing(&self) -> bool {
        self.expanded.as_ref().is_some_and(says_nothing)
    }

    /// Whether it already has every property required that the whole wants required.
    fn needs_no_more(&self, required: &[String]) -> bool {
        let object = self.expanded.as_ref().and_then(Schema::as_object);
        let wanted = required.iter().filter_map(|name| object?.property(name));
        wanted.into_iter().all(|property| property.required)
    }
}

/// The only reference of an `allOf` whose other parts, and what stands beside it, say nothing of the values.
fn only_reference(value: &Value) -> Option<&str> {
    let mut found = None;
    for branch in list(value, "allOf").iter().chain(value.get("$ref").map(|_| value)) {
        match branch.get("$ref").and_then(Value::as_str) {
            Some(reference) if found.is_none() => found = Some(reference),
            None if is_remark(branch, &["allOf"]) => {}
            _ => return None,
        }
    }
    found.filter(|_| is_remark(value, &["allOf", "$ref", "type"]))
}

/// Only texts and the like, beside the keywords that are looked at elsewhere.
fn is_remark(value: &Value, besides: &[&str]) -> bool {
    let remarks = [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "nullable",
        "externalDocs",
        "xml",
        "$comment",
    ];
    let mut keys = value.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    keys.all(|key| remarks.contains(&key) || besides.contains(&key) || key.starts_with("x-"))
}

fn says_nothing(schema: &Schema) -> bool {
    match &schema.kind {
        Kind::Any => true,
        // `type: object` and nothing else adds nothing to other objects.
        Kind::Map(map) => is_open_map(map) && map.values == MapType::default().values && schema.pointer.is_empty(),
        _ => false,
    }
}

/// A branch such as `{required: [a]}` or `{not: …}`: a rule on the values, no type.
fn only_constrains(branch: &Value) -> bool {
    let Some(members) = branch.as_object() else { return false };
    let typeless = ["properties", "$ref", "allOf", "oneOf", "anyOf", "items", "enum", "const", "additionalProperties"];
    let bare = !members.is_empty() && !typeless.iter().any(|key| members.contains_key(*key));
    bare && (members.contains_key("required") || members.contains_key("not"))
        && members.get("type").is_none_or(|name| name == "object")
}

fn inner_reference(value: &Value) -> Option<&str> {
    if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
        return Some(reference);
    }
    let branches = ["allOf", "oneOf", "anyOf"].iter().flat_map(|key| list(value, key));
    branches.into_iter().find_map(|branch| branch.get("$ref").and_then(Value::as_str))
}

/// A name for an inline variant: its title, or the value of its only-valued property, or its number.
fn variant_hint(branch: &Value, index: usize) -> String {
    let pascal = |text: &str| crate::names::convert(text, crate::names::Case::Pascal);
    if let Some(title) = branch.get("title").and_then(Value::as_str).filter(|title| title.len() < 40) {
        return pascal(title);
    }
    if let Some(reference) = branch.get("$ref").and_then(Value::as_str) {
        return pascal(reference.rsplit('/').next().unwrap_or_default());
    }
    let tag = object(branch, "properties").into_iter().flatten().find_map(|(_, property)| {
        let only = match list(property, "enum") {
            [only] => Some(only),
            _ => None,
        };
        property.get("const").or(only)?.as_str()
    });
    tag.map_or_else(|| format!("Variant{}", index + 1), pascal)
}

/// A union of at least two, inner unions without a discriminator opened, doubles dropped. A variant that takes anything makes
/// the whole anything; an only variant is itself.
pub(super) fn union_of(variants: Vec<Schema>, exclusive: bool) -> Kind {
    let mut flat: Vec<Schema> = Vec::new();
    for variant in variants {
        match variant.kind {
            Kind::Any => return Kind::Any,
            Kind::Never => {}
            Kind::Union(inner) if inner.discriminator.is_none() => {
                for inner in inner.variants {
                    push_new(&mut flat, inner.schema);
                }
            }
            _ => push_new(&mut flat, variant),
        }
    }
    if let Some(open) = open_enum(&flat) {
        return open;
    }
    match flat.len() {
        0 => Kind::Any,
        1 => flat.pop().map(|only| only.kind).unwrap_or_default(),
        _ => {
            let variants = flat.into_iter().map(|schema| Variant { schema, tags: Vec::new() }).collect();
            Kind::Union(Box::new(UnionType { variants, discriminator: None, exclusive }))
        }
    }
}

fn push_new(flat: &mut Vec<Schema>, schema: Schema) {
    // Only simple kinds can be doubles: two objects with the same properties are still two cases with texts of their own.
    let simple = !matches!(schema.kind, Kind::Object(_) | Kind::Intersection(_));
    if !(simple && flat.iter().any(|known| known.kind == schema.kind)) {
        flat.push(schema);
    }
}

/// `anyOf: [{type: string}, {enum: […]}]`: known values of an open set.
fn open_enum(variants: &[Schema]) -> Option<Kind> {
    let [one, two] = variants else { return None };
    let (values, text) = match (&one.kind, &two.kind) {
        (Kind::Enum(values), Kind::String(text)) | (Kind::String(text), Kind::Enum(values)) => (values, text),
        _ => return None,
    };
    let plain = text.format.is_none() && text.pattern.is_none();
    (plain && values.base == crate::model::EnumBase::String).then(|| {
        let mut values = values.clone();
        values.open = true;
        Kind::Enum(values)
    })
}

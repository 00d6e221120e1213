//! `allOf`, `oneOf`, `anyOf`.

use serde_json::Value;

use crate::document::{Target, child};
use crate::model::{Kind, MapType, Schema, UnionType, Variant};

use super::Reader;
use super::merge::{is_open_map, merge, overlay, require};
use super::schemas::annotations;
use super::values::{list, object, texts};

/// Branches that one named type may merge in all; a document that needs more multiplies references on purpose.
const MAX_MERGED: usize = 2000;
/// How far one `allOf` may lead to the next: the stack is finite, and no hierarchy is so deep.
const MAX_NESTED: usize = 64;

impl<'d> Reader<'d> {
    /// `allOf`, and what stands beside it or beside a `$ref`: merged where all parts are objects.
    pub(super) fn all_of(&mut self, value: &'d Value, at: &str, hint: &str, schema: &mut Schema) {
        let parts = self.parts(value, at, hint);
        let required = self.required_of(value, 0);
        let mut telling: Vec<Part> = parts.into_iter().filter(|part| !says_nothing(&part.expanded)).collect();
        let own = telling.last().is_some_and(|part| part.own);
        match telling.as_mut_slice() {
            [] => {}
            [only]
                if !own
                    && (required.is_empty()
                        || !matches!(only.expanded.kind, Kind::Object(_) | Kind::Map(_))
                        || self.requires_no_more(only, &required)) =>
            {
                // One part with something said about it: the part itself, so that a reference stays one.
                overlay(schema, std::mem::take(&mut only.in_place));
            }
            _ => {
                let merged = telling.iter_mut().try_fold(None::<Schema>, |merged, part| match merged {
                    None => Some(Some(std::mem::take(&mut part.expanded))),
                    Some(merged) => merge(merged, &part.expanded).map(Some),
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

    /// Whether a part already has every property required that the whole wants required.
    #[expect(clippy::unused_self, reason = "reads as a question beside the others")]
    fn requires_no_more(&self, part: &Part, required: &[String]) -> bool {
        let Kind::Object(object) = &part.expanded.kind else { return true };
        required.iter().filter_map(|name| object.property(name)).all(|property| property.required)
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
            parts.push(Part { in_place: own.clone(), expanded: own, own: true });
        }
        parts
    }

    /// A branch as it stands (references by name) and with its top reference followed.
    fn part(&mut self, branch: &'d Value, at: &str, hint: &str, only_reference: bool) -> Part {
        let reference = branch.get("$ref").and_then(Value::as_str);
        let Some(reference) = reference else {
            let read = self.schema(branch, at, hint);
            return Part { in_place: read.clone(), expanded: read, own: false };
        };
        let in_place = if only_reference {
            Schema { pointer: at.to_owned(), ..Schema::of(self.reference(reference, at)) }
        } else {
            self.schema(branch, at, hint)
        };
        let expanded =
            if matches!(in_place.kind, Kind::Ref(_)) { self.expanded(reference, at, hint) } else { in_place.clone() };
        Part { in_place, expanded, own: false }
    }

    /// What a reference leads to, read as if it stood here. Cycles and excess end as "anything", with a diagnostic.
    fn expanded(&mut self, reference: &str, at: &str, hint: &str) -> Schema {
        let Target::Found(value, address) = self.document.lookup(reference) else { return Schema::default() };
        self.merged += 1;
        if self.merging.contains(&address) || self.merging.len() > MAX_NESTED || self.merged > MAX_MERGED {
            self.warn(
                "allof-cycle",
                at,
                format!("`allOf` comes back to `{reference}` or unfolds without end"),
                "Break the circle; this part is left out.",
            );
            return Schema::default();
        }
        self.merging.push(address.clone());
        let mut schema = match value.get("$ref").and_then(Value::as_str) {
            Some(next) if value.as_object().is_some_and(|members| members.len() == 1) => self.expanded(next, at, hint),
            _ => self.schema(value, &address, hint),
        };
        self.merging.pop();
        if let Kind::Ref(_) = schema.kind {
            // A named type that is an `allOf` of one reference.
            if let Some(next) = inner_reference(value) {
                schema = self.expanded(next, at, hint);
            }
        }
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
        if matches!(part.expanded.kind, Kind::Null) {
            return part.expanded;
        }
        match merge(around.clone(), &part.expanded) {
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
    expanded: Schema,
    /// What stands beside the `allOf`.
    own: bool,
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

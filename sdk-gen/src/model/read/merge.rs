//! Putting two types into one, as `allOf` means it.

use crate::model::{
    Additional, Kind, MapType, NumberType, ObjectType, Property, Schema, StringType, UnionType, Variant,
};

/// Both at once, if that can be said as one type. The first is used up: it grows along a chain of many parts.
pub(super) fn merge(mut one: Schema, two: &Schema) -> Option<Schema> {
    let kind = match (std::mem::take(&mut one.kind), &two.kind) {
        (Kind::Any, kind) => kind.clone(),
        (kind, Kind::Any) => kind,
        (Kind::Object(mut left), Kind::Object(right)) => {
            objects(&mut left, right);
            Kind::Object(left)
        }
        (Kind::Object(object), Kind::Map(map)) => Kind::Object(with_map(object, map)),
        (Kind::Map(map), Kind::Object(object)) => Kind::Object(with_map(object.clone(), &map)),
        (Kind::Map(left), Kind::Map(right)) => {
            Kind::Map(if matches!(left.values.kind, Kind::Any) { right.clone() } else { left })
        }
        (Kind::Union(union), Kind::Object(_) | Kind::Map(_)) => distribute(&union, two, false)?,
        (around @ (Kind::Object(_) | Kind::Map(_)), Kind::Union(union)) => {
            one.kind = around;
            distribute(union, &one, true)?
        }
        (left, right) => plain(left, right)?,
    };
    let mut merged = one;
    merged.kind = kind;
    merged.nullable &= two.nullable;
    merged.title = merged.title.or_else(|| two.title.clone());
    merged.description = merged.description.or_else(|| two.description.clone());
    merged.default = two.default.clone().or(merged.default);
    if merged.examples.is_empty() {
        merged.examples.clone_from(&two.examples);
    }
    for (key, value) in &two.extensions {
        merged.extensions.entry(key.clone()).or_insert_with(|| value.clone());
    }
    Some(merged)
}

/// Kinds without inner types.
fn plain(left: Kind, right: &Kind) -> Option<Kind> {
    let merged = match (&left, right) {
        (Kind::String(left), Kind::String(right)) => Kind::String(strings(left, right)),
        (Kind::Integer(left), Kind::Integer(right) | Kind::Number(right))
        | (Kind::Number(left), Kind::Integer(right)) => Kind::Integer(numbers(left, right)),
        (Kind::Number(left), Kind::Number(right)) => Kind::Number(numbers(left, right)),
        (Kind::Enum(_) | Kind::Const(_), Kind::String(_) | Kind::Integer(_) | Kind::Number(_)) => left,
        (Kind::String(_) | Kind::Integer(_) | Kind::Number(_), Kind::Enum(_) | Kind::Const(_)) => right.clone(),
        (one, two) if *one == *two => left,
        _ => return None,
    };
    Some(merged)
}

fn objects(merged: &mut ObjectType, right: &ObjectType) {
    for property in &right.properties {
        match merged.properties.iter_mut().find(|known| known.name == property.name) {
            None => merged.properties.push(property.clone()),
            Some(known) => {
                known.required |= property.required;
                known.schema = same_property(known, property);
            }
        }
    }
    merged.additional = match (std::mem::take(&mut merged.additional), &right.additional) {
        (Additional::Typed(typed), _) => Additional::Typed(typed),
        (_, Additional::Typed(typed)) => Additional::Typed(typed.clone()),
        // A part that forbids the others' properties cannot be meant: nothing would be valid.
        (Additional::Forbidden, Additional::Forbidden) => Additional::Forbidden,
        _ => Additional::Unsaid,
    };
    merged.discriminator = merged.discriminator.take().or_else(|| right.discriminator.clone());
    merged.min_properties = merged.min_properties.max(right.min_properties);
    merged.max_properties = merged.max_properties.or(right.max_properties);
}

/// The later part refines the earlier one; what it does not say stays.
fn same_property(known: &Property, refined: &Property) -> Schema {
    let mut schema = match merge(known.schema.clone(), &refined.schema) {
        Some(merged) => merged,
        None if matches!(refined.schema.kind, Kind::Any) => known.schema.clone(),
        None => refined.schema.clone(),
    };
    schema.description = refined.schema.description.clone().or_else(|| known.schema.description.clone());
    schema
}

fn with_map(mut object: Box<ObjectType>, map: &MapType) -> Box<ObjectType> {
    if object.additional == Additional::Unsaid && !matches!(map.values.kind, Kind::Any) {
        object.additional = Additional::Typed(Box::new(map.values.clone()));
    }
    object
}

/// Whether a map says nothing of its values or keys.
pub(super) fn is_open_map(map: &MapType) -> bool {
    matches!(map.values.kind, Kind::Any)
        && map.key_pattern.is_none()
        && map.min_properties.is_none()
        && map.max_properties.is_none()
}

/// A union with an object around it: the object in each variant. Only where each variant is an object in place.
fn distribute(union: &UnionType, around: &Schema, around_first: bool) -> Option<Kind> {
    if matches!(&around.kind, Kind::Map(map) if is_open_map(map)) {
        return Some(Kind::Union(Box::new(union.clone())));
    }
    let mut variants = Vec::new();
    for variant in &union.variants {
        if !matches!(variant.schema.kind, Kind::Object(_) | Kind::Map(_)) {
            return None;
        }
        let schema =
            if around_first { merge(around.clone(), &variant.schema)? } else { merge(variant.schema.clone(), around)? };
        let hint = variant.schema.hint.clone();
        variants.push(Variant { schema: Schema { hint, ..schema }, tags: variant.tags.clone() });
    }
    Some(Kind::Union(Box::new(UnionType { variants, ..union.clone() })))
}

fn strings(left: &StringType, right: &StringType) -> StringType {
    StringType {
        format: right.format.clone().or_else(|| left.format.clone()),
        min_length: left.min_length.max(right.min_length),
        max_length: match (left.max_length, right.max_length) {
            (Some(one), Some(two)) => Some(one.min(two)),
            (one, two) => one.or(two),
        },
        pattern: right.pattern.clone().or_else(|| left.pattern.clone()),
        content_encoding: right.content_encoding.clone().or_else(|| left.content_encoding.clone()),
        content_media_type: right.content_media_type.clone().or_else(|| left.content_media_type.clone()),
    }
}

fn numbers(left: &NumberType, right: &NumberType) -> NumberType {
    NumberType {
        format: right.format.clone().or_else(|| left.format.clone()),
        minimum: right.minimum.clone().or_else(|| left.minimum.clone()),
        maximum: right.maximum.clone().or_else(|| left.maximum.clone()),
        exclusive_minimum: right.exclusive_minimum.clone().or_else(|| left.exclusive_minimum.clone()),
        exclusive_maximum: right.exclusive_maximum.clone().or_else(|| left.exclusive_maximum.clone()),
        multiple_of: right.multiple_of.clone().or_else(|| left.multiple_of.clone()),
    }
}

/// Takes the type of `inner`, and of what is said about it whatever `outer` leaves open.
pub(super) fn overlay(outer: &mut Schema, inner: Schema) {
    outer.kind = inner.kind;
    outer.nullable |= inner.nullable;
    outer.title = outer.title.take().or(inner.title);
    outer.description = outer.description.take().or(inner.description);
    outer.default = outer.default.take().or(inner.default);
    outer.deprecated |= inner.deprecated;
    outer.read_only |= inner.read_only;
    outer.write_only |= inner.write_only;
    if outer.examples.is_empty() {
        outer.examples = inner.examples;
    }
    for (key, value) in inner.extensions {
        outer.extensions.entry(key).or_insert(value);
    }
}

/// Marks properties as required by name, in each variant of a union as well.
pub(super) fn require(schema: &mut Schema, names: &[String]) {
    match &mut schema.kind {
        Kind::Object(object) => {
            for property in object.properties.iter_mut().filter(|property| names.contains(&property.name)) {
                property.required = true;
            }
        }
        Kind::Union(union) => union.variants.iter_mut().for_each(|variant| require(&mut variant.schema, names)),
        _ => {}
    }
}

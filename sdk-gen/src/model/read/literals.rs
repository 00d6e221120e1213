//! Discriminators: which value of which property means which variant of a union.

use std::collections::HashMap;

use serde_json::Value;

use crate::model::walk::children_mut;
use crate::model::{Api, Discriminator, Kind, Schema, UnionType};

/// Properties of an object that have only certain text values, each with those values.
type Literals = Vec<(String, Vec<String>)>;

/// Fills the tags of every union, and finds discriminators that the document does not declare.
pub(super) fn discriminate(api: &mut Api) {
    let literals: HashMap<String, Literals> = api
        .types
        .keys()
        .map(|name| {
            (
                name.clone(),
                api.resolve(&Schema::of(Kind::Ref(name.clone())))
                    .map(|schema| of_object(api, schema))
                    .unwrap_or_default(),
            )
        })
        .collect();
    api.for_each_top_mut(&mut |schema| visit(schema, &literals));
}

fn visit(schema: &mut Schema, literals: &HashMap<String, Literals>) {
    if let Kind::Union(union) = &mut schema.kind {
        tag(union, literals);
    }
    children_mut(schema).into_iter().for_each(|inner| visit(inner, literals));
}

fn of_object(api: &Api, schema: &Schema) -> Literals {
    let Some(object) = schema.as_object() else { return Vec::new() };
    let properties = object.properties.iter();
    properties.filter_map(|property| Some((property.name.clone(), values(api.resolve(&property.schema)?)?))).collect()
}

fn values(schema: &Schema) -> Option<Vec<String>> {
    match &schema.kind {
        Kind::Const(Value::String(text)) => Some(vec![text.clone()]),
        Kind::Enum(set) => set.values.iter().map(|one| one.value.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

fn of_variant(schema: &Schema, named: &HashMap<String, Literals>) -> Literals {
    match &schema.kind {
        Kind::Ref(name) => named.get(name).cloned().unwrap_or_default(),
        Kind::Object(object) => object
            .properties
            .iter()
            .filter_map(|property| Some((property.name.clone(), values(&property.schema)?)))
            .collect(),
        _ => Vec::new(),
    }
}

fn tag(union: &mut UnionType, named: &HashMap<String, Literals>) {
    let literals: Vec<Literals> = union.variants.iter().map(|variant| of_variant(&variant.schema, named)).collect();
    match &mut union.discriminator {
        Some(declared) => {
            let declared = declared.clone();
            tag_declared(union, &declared, &literals);
        }
        None => infer(union, &literals),
    }
}

/// By the mapping; where it says nothing of a variant, by the values its property may have; else by its name.
fn tag_declared(union: &mut UnionType, declared: &Discriminator, literals: &[Literals]) {
    for (variant, literals) in union.variants.iter_mut().zip(literals) {
        let name = match &variant.schema.kind {
            Kind::Ref(name) => Some(name),
            _ => None,
        };
        let mapped = declared.mapping.iter().filter(|(_, target)| Some(target) == name).map(|(tag, _)| tag.clone());
        variant.tags = mapped.collect();
        if variant.tags.is_empty() {
            let own =
                literals.iter().find(|(property, _)| *property == declared.property).map(|(_, values)| values.clone());
            variant.tags = own.or_else(|| Some(vec![name?.clone()])).unwrap_or_default();
        }
    }
}

/// A property that every variant has with values that no other variant has.
fn infer(union: &mut UnionType, literals: &[Literals]) {
    let Some(first) = literals.first() else { return };
    let found = first.iter().find_map(|(property, _)| {
        let per_variant: Option<Vec<&Vec<String>>> = literals
            .iter()
            .map(|variant| variant.iter().find(|(name, _)| name == property).map(|(_, values)| values))
            .collect();
        let per_variant = per_variant?;
        let all: Vec<&String> = per_variant.iter().flat_map(|values| values.iter()).collect();
        let distinct: std::collections::HashSet<&String> = all.iter().copied().collect();
        (distinct.len() == all.len()).then(|| (property.clone(), per_variant.into_iter().cloned().collect::<Vec<_>>()))
    });
    if let Some((property, tags)) = found {
        for (variant, tags) in union.variants.iter_mut().zip(tags) {
            variant.tags = tags;
        }
        union.discriminator = Some(Discriminator { property, mapping: Vec::new(), inferred: true });
    }
}

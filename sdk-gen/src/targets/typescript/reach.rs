//! Which named types are used by whom: decides in which file a type lives and how a file in a body is written.

use std::collections::{HashMap, HashSet};

use crate::model::{Additional, Api, Kind, MediaKind, Operation, Schema};

/// Who uses which named type, directly or through others.
pub struct Reach<'a> {
    /// Type to its only resource; `None` when several use it.
    resources: HashMap<&'a str, Option<&'a str>>,
    multipart: HashSet<&'a str>,
    other: HashSet<&'a str>,
    direct: HashMap<&'a str, HashSet<&'a str>>,
}

impl<'a> Reach<'a> {
    /// Walks all operations.
    pub fn new(api: &'a Api) -> Self {
        let mut reach =
            Self { resources: HashMap::new(), multipart: HashSet::new(), other: HashSet::new(), direct: direct(api) };
        let mut by_resource: HashMap<&str, HashSet<&str>> = HashMap::new();
        for operation in &api.operations {
            let (multipart, other) = roots(operation);
            let seen = by_resource.entry(&operation.resource).or_default();
            for (schemas, all) in [(multipart, &mut reach.multipart), (other, &mut reach.other)] {
                for schema in schemas {
                    close(api, schema, all);
                    close(api, schema, seen);
                }
            }
        }
        for (resource, types) in by_resource {
            for name in types {
                let only = |found: &mut Option<&'a str>| *found = None;
                reach.resources.entry(name).and_modify(only).or_insert(Some(resource));
            }
        }
        reach
    }

    /// The resource that alone uses the type.
    pub fn only_resource(&self, name: &str) -> Option<&'a str> {
        self.resources.get(name).copied().flatten()
    }

    /// Whether the type stands in a multipart body, and whether it stands anywhere else.
    pub fn binary_uses(&self, name: &str) -> (bool, bool) {
        (self.multipart.contains(name), self.other.contains(name))
    }

    /// Whether the one type, written as an alias, would need the other to be known first, and the other way round:
    /// TypeScript refuses such a circle.
    pub fn is_circular(&self, name: &str, other: &str) -> bool {
        let reaches = |from: &str, to: &str| self.direct.get(from).is_some_and(|found| found.contains(to));
        reaches(name, other) && reaches(other, name)
    }
}

/// Schemas of an operation: those of multipart bodies, and all others.
fn roots(operation: &Operation) -> (Vec<&Schema>, Vec<&Schema>) {
    let bodies = operation.body.iter().flat_map(|body| &body.content);
    let (multipart, plain): (Vec<_>, Vec<_>) = bodies.partition(|media| media.kind == MediaKind::Multipart);
    let answers = operation.successes().flat_map(|response| &response.content);
    let other = plain.into_iter().chain(answers).filter_map(|media| media.schema.as_ref());
    let parameters = operation.parameters.iter().map(|parameter| &parameter.schema);
    (multipart.into_iter().filter_map(|media| media.schema.as_ref()).collect(), other.chain(parameters).collect())
}

/// Adds every named type below a schema.
fn close<'a>(api: &'a Api, schema: &'a Schema, seen: &mut HashSet<&'a str>) {
    let mut todo = references(schema);
    while let Some(name) = todo.pop() {
        if seen.insert(name)
            && let Some(named) = api.types.get(name)
        {
            todo.extend(references(&named.schema));
        }
    }
}

/// Names that a schema refers to by itself.
pub fn references(schema: &Schema) -> Vec<&str> {
    let mut found = Vec::new();
    let mut todo = vec![schema];
    while let Some(schema) = todo.pop() {
        if let Kind::Ref(name) = &schema.kind {
            found.push(name.as_str());
        }
        todo.extend(children(schema));
    }
    found
}

fn children(schema: &Schema) -> Vec<&Schema> {
    match &schema.kind {
        Kind::Array(array) => vec![&array.items],
        Kind::Tuple(tuple) => tuple.items.iter().chain(&tuple.rest).collect(),
        Kind::Map(map) => vec![&map.values],
        Kind::Union(union) => union.variants.iter().map(|variant| &variant.schema).collect(),
        Kind::Intersection(parts) => parts.iter().collect(),
        Kind::Object(object) => {
            let additional = match &object.additional {
                Additional::Typed(schema) => Some(schema.as_ref()),
                _ => None,
            };
            object.properties.iter().map(|property| &property.schema).chain(additional).collect()
        }
        _ => Vec::new(),
    }
}

/// For each type the types that its alias stands on, with nothing between that TypeScript would put off.
fn direct(api: &Api) -> HashMap<&str, HashSet<&str>> {
    let reaches = |start: &str| {
        let mut seen = HashSet::new();
        let mut todo: Vec<&str> = api.types.get(start).map(|named| unguarded(&named.schema)).unwrap_or_default();
        while let Some(name) = todo.pop() {
            if let Some((key, named)) = api.types.get_key_value(name)
                && seen.insert(key.as_str())
            {
                todo.extend(unguarded(&named.schema));
            }
        }
        seen
    };
    let aliases = api.types.iter().filter(|(_, named)| !unguarded(&named.schema).is_empty());
    aliases.map(|(name, _)| (name.as_str(), reaches(name))).collect()
}

fn unguarded(schema: &Schema) -> Vec<&str> {
    match &schema.kind {
        Kind::Ref(name) => vec![name],
        Kind::Union(union) => union.variants.iter().flat_map(|variant| unguarded(&variant.schema)).collect(),
        Kind::Intersection(parts) => parts.iter().flat_map(unguarded).collect(),
        _ => Vec::new(),
    }
}

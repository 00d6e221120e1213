//! Type parameters: what stands for a property whose type the caller says (`x-sdk: { typed: true }`).
//!
//! Each name of such a property is one parameter, `Metadata` of `metadata`, of every type that holds it, and of every
//! method that takes or gives such a type. A property that null may stand in leaves null to the parameter as well:
//! `Key<Plan>` says that there is a plan, `Key<Plan | null>` that there may be none, and `Key` what the document says.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::reach::references;
use crate::model::walk;
use crate::model::{Api, Property, Schema};
use crate::names::Names;

/// Type parameters of the package.
pub struct Generics<'a> {
    parameters: IndexMap<&'a str, Parameter>,
    types: HashMap<&'a str, BTreeSet<usize>>,
    none: BTreeSet<usize>,
}

/// One of them.
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Whether null is one of its values.
    pub nullable: bool,
}

impl<'a> Generics<'a> {
    /// Finds them; their names are none of the package's types.
    pub fn new(api: &'a Api, exports: &mut Names) -> Self {
        let mut parameters: IndexMap<&'a str, Parameter> = IndexMap::new();
        api.for_each_schema(&mut |schema| {
            for property in typed(schema) {
                let found = parameters
                    .entry(&property.name)
                    .or_insert_with(|| Parameter { name: exports.take(&property.name), nullable: false });
                found.nullable |= property.schema.nullable;
            }
        });
        let mut generics = Self { parameters, types: HashMap::new(), none: BTreeSet::new() };
        generics.close(api);
        generics
    }

    /// Each type has the parameters of the types that it is made of.
    fn close(&mut self, api: &'a Api) {
        let mut grows = !self.parameters.is_empty();
        while grows {
            grows = false;
            for (name, named) in &api.types {
                let found = self.within(&named.schema);
                grows |= found.len() > self.of(name).len();
                if !found.is_empty() {
                    self.types.insert(name, found);
                }
            }
        }
    }

    /// The parameters of a named type.
    pub fn of(&self, name: &str) -> &BTreeSet<usize> {
        self.types.get(name).unwrap_or(&self.none)
    }

    /// The parameters of a type in place.
    pub fn within(&self, schema: &Schema) -> BTreeSet<usize> {
        let mut found: BTreeSet<usize> =
            references(schema).into_iter().flat_map(|name| self.of(name)).copied().collect();
        walk::walk(schema, &mut |inner| {
            found.extend(typed(inner).filter_map(|property| self.parameters.get_index_of(property.name.as_str())));
        });
        found
    }

    /// The parameter that stands for a property, and its place.
    pub fn parameter(&self, property: &Property) -> Option<(usize, &Parameter)> {
        let (index, _, parameter) =
            self.parameters.get_full(property.name.as_str()).filter(|_| property.schema.is_typed_by_caller())?;
        Some((index, parameter))
    }

    /// `<Metadata extends object = { [key: string]: unknown }>`, or nothing.
    pub fn declared(&self, which: &BTreeSet<usize>) -> String {
        list(self.these(which).map(|parameter| {
            let null = if parameter.nullable { " | null" } else { "" };
            format!("{} extends object{null} = {{ [key: string]: unknown }}{null}", parameter.name)
        }))
    }

    /// `<Metadata>`, or nothing.
    pub fn given(&self, which: &BTreeSet<usize>) -> String {
        list(self.these(which).map(|parameter| parameter.name.clone()))
    }

    fn these(&self, which: &BTreeSet<usize>) -> impl Iterator<Item = &Parameter> {
        which.iter().filter_map(|index| self.parameters.get_index(*index)).map(|(_, parameter)| parameter)
    }
}

fn list(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { String::new() } else { format!("<{}>", parts.join(", ")) }
}

/// The marked properties of an object in place.
fn typed(schema: &Schema) -> impl Iterator<Item = &Property> {
    schema
        .as_object()
        .into_iter()
        .flat_map(|object| &object.properties)
        .filter(|property| property.schema.is_typed_by_caller())
}

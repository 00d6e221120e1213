//! Every name of the package, given once by the one allocator.

use std::collections::HashMap;

use super::generics::Generics;
use super::reach::Reach;
use super::reserved::{CLIENT_MEMBERS, GLOBALS, RUNTIME_EXPORTS};
use super::text::is_identifier;
use crate::model::Api;
use crate::names::{Case, Names, convert};

/// The file of types that several resources use.
pub const SHARED: &str = "shared";

/// Names of what the package exports.
pub struct Scope<'a> {
    types: HashMap<&'a str, TypeName>,
    /// Resources in the order of the tags.
    pub resources: Vec<ResourceName<'a>>,
    exports: Names,
    /// Who uses which type.
    pub reach: Reach<'a>,
    /// Which types the caller completes.
    pub generics: Generics<'a>,
}

/// Where a named type of the document lives.
struct TypeName {
    name: String,
    file: String,
}

/// A resource: `client.items`, `class ItemsResource`, `items.ts`.
pub struct ResourceName<'a> {
    /// The tag, as the document writes it.
    pub tag: &'a str,
    /// Property of the client.
    pub property: String,
    /// Class.
    pub class: String,
    /// File name without its ending.
    pub file: String,
}

impl<'a> Scope<'a> {
    /// Names types first (they are what users write), then resources.
    pub fn new(api: &'a Api) -> Self {
        let reserved: Vec<&str> = GLOBALS.iter().chain(&RUNTIME_EXPORTS).copied().collect();
        let mut exports = Names::new(Case::Pascal, &reserved);
        let names: Vec<(&str, String)> =
            api.types.keys().map(|name| (name.as_str(), take_type(&mut exports, name))).collect();
        let resources = resources(api, &mut exports);
        let generics = Generics::new(api, &mut exports);
        let reach = Reach::new(api);
        let file_of = |name: &str| {
            reach.only_resource(name).and_then(|tag| resources.iter().find(|resource| resource.tag == tag))
        };
        let place = |(key, name): (&'a str, String)| {
            let file = file_of(key).map_or_else(|| SHARED.to_owned(), |resource| resource.file.clone());
            (key, TypeName { name, file })
        };
        let types = names.into_iter().map(place).collect();
        Self { types, resources, exports, reach, generics }
    }

    /// The TypeScript name of a named type.
    pub fn type_name(&self, key: &str) -> &str {
        self.types.get(key).map_or("unknown", |found| found.name.as_str())
    }

    /// The file of a named type, without its ending.
    pub fn type_file(&self, key: &str) -> &str {
        self.types.get(key).map_or(SHARED, |found| found.file.as_str())
    }

    /// A free name for one more exported type.
    pub fn export(&mut self, wanted: &str) -> String {
        self.exports.take(wanted)
    }

    /// The resource of a tag.
    pub fn resource(&self, tag: &str) -> Option<&ResourceName<'a>> {
        self.resources.iter().find(|resource| resource.tag == tag)
    }
}

/// A name that already is a good one stays as its author wrote it (`GPGKey`).
fn take_type(names: &mut Names, wanted: &str) -> String {
    let is_type = is_identifier(wanted)
        && wanted.starts_with(|first: char| first.is_ascii_uppercase())
        && !wanted.contains(['_', '$']);
    if is_type { names.take_exact(wanted) } else { names.take(wanted) }
}

fn resources<'a>(api: &'a Api, exports: &mut Names) -> Vec<ResourceName<'a>> {
    let mut properties = Names::new(Case::Camel, &CLIENT_MEMBERS);
    let mut files = Names::new(Case::Kebab, &[SHARED, "index", "webhook-events"]).folding_case();
    let used = api.tags.iter().filter(|tag| api.operations_of(&tag.name).next().is_some());
    used.map(|tag| ResourceName {
        tag: &tag.name,
        property: properties.take(&tag.name),
        class: exports.take_exact(&format!("{}Resource", convert(&tag.name, Case::Pascal))),
        file: files.take(&tag.name),
    })
    .collect()
}

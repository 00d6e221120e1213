//! Where everything of the contract has its page.
//!
//! Tags and operations share `/reference/{name}`; an operation keeps its id, a tag that has an operation's name gives way.

use std::collections::{HashMap, HashSet};

use sdk_gen::Api;

/// What stands at an address below `/reference/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Tag(String),
    Operation(String),
}

/// The address of everything, and back.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    tags: HashMap<String, String>,
    operations: HashMap<String, String>,
    schemas: HashMap<String, String>,
    places: HashMap<String, Place>,
    schema_names: HashMap<String, String>,
}

impl Addresses {
    pub fn allot(api: &Api) -> Self {
        let mut addresses = Self::default();
        let mut taken = HashSet::from(["schemas".to_owned()]);
        for operation in &api.operations {
            let slug = unique(&operation.id, "operation", &mut taken);
            addresses.operations.insert(operation.id.clone(), format!("/reference/{slug}"));
            addresses.places.insert(slug, Place::Operation(operation.id.clone()));
        }
        for tag in &api.tags {
            let slug = unique(&tag.name, "tag", &mut taken);
            addresses.tags.insert(tag.name.clone(), format!("/reference/{slug}"));
            addresses.places.insert(slug, Place::Tag(tag.name.clone()));
        }
        let mut taken = HashSet::new();
        for name in api.types.keys() {
            let slug = unique(name, "schema", &mut taken);
            addresses.schemas.insert(name.clone(), format!("/reference/schemas/{slug}"));
            addresses.schema_names.insert(slug, name.clone());
        }
        addresses
    }

    pub fn tag(&self, name: &str) -> &str {
        self.tags.get(name).map_or("/reference", String::as_str)
    }

    pub fn operation(&self, id: &str) -> &str {
        self.operations.get(id).map_or("/reference", String::as_str)
    }

    pub fn schema(&self, name: &str) -> &str {
        self.schemas.get(name).map_or("/reference", String::as_str)
    }

    pub fn place(&self, slug: &str) -> Option<&Place> {
        self.places.get(slug)
    }

    pub fn schema_named(&self, slug: &str) -> Option<&str> {
        self.schema_names.get(slug).map(String::as_str)
    }

    /// Every address of the reference.
    pub fn all(&self) -> Vec<&str> {
        let maps = [&self.operations, &self.tags, &self.schemas];
        let mut all: Vec<&str> = maps.into_iter().flat_map(HashMap::values).map(String::as_str).collect();
        all.sort_unstable();
        all
    }
}

/// Letters, digits, `_` and `-` stay; a dot would be taken for a file's ending.
pub(crate) fn clean(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' }).collect();
    plain.trim_matches('-').to_owned()
}

fn unique(name: &str, kind: &str, taken: &mut HashSet<String>) -> String {
    let cleaned = clean(name);
    let base = if cleaned.is_empty() { kind.to_owned() } else { cleaned };
    if taken.insert(base.clone()) {
        return base;
    }
    let kinded = format!("{base}-{kind}");
    if taken.insert(kinded.clone()) {
        return kinded;
    }
    let mut number = 2_u32;
    loop {
        let numbered = format!("{kinded}-{number}");
        if taken.insert(numbered.clone()) {
            return numbered;
        }
        number = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_become_one_address_are_told_apart() {
        let mut taken = HashSet::new();
        let slugs: Vec<String> =
            ["a.b", "a b", "a/b", "…"].iter().map(|name| unique(name, "tag", &mut taken)).collect();
        assert_eq!(slugs, ["a-b", "a-b-tag", "a-b-tag-2", "tag"]);
    }
}

//! References: to types by name, to everything else in place.

use serde_json::Value;

use crate::document::{Target, child, split};
use crate::model::{Kind, NamedType};
use crate::names::{Case, convert};

use super::Reader;

/// References that may lead from one to the next.
const MAX_HOPS: usize = 32;

/// Path tokens that say nothing in a name.
const MUTE: [&str; 18] = [
    "components",
    "schemas",
    "paths",
    "properties",
    "definitions",
    "$defs",
    "content",
    "schema",
    "allOf",
    "oneOf",
    "anyOf",
    "application/json",
    "responses",
    "requestBody",
    "parameters",
    "requestBodies",
    "patternProperties",
    "headers",
];

impl<'d> Reader<'d> {
    /// Names every component schema, so that references to them keep their names.
    pub(super) fn name_components(&mut self) {
        let Some(schemas) = self.document.root().get("components").and_then(|all| all.get("schemas")) else { return };
        for (name, value) in schemas.as_object().into_iter().flatten() {
            let address = child("#/components/schemas", name);
            self.names.insert(address.clone(), name.clone());
            self.pending.push_back((address, name.clone(), value));
        }
    }

    /// Reads every named type, those included that are named meanwhile.
    pub(super) fn read_pending(&mut self) {
        while let Some((address, name, value)) = self.pending.pop_front() {
            let schema = self.schema(value, &address, &name);
            let hoisted = !address.starts_with("#/components/schemas/") || split(&address).len() != 3;
            self.types.insert(name.clone(), NamedType { name, schema, hoisted });
        }
    }

    /// The named type that a schema's `$ref` means; anything, with a diagnostic, where it leads nowhere.
    pub(super) fn reference(&mut self, reference: &str, at: &str) -> Kind {
        match self.document.lookup(reference) {
            Target::Found(value, address) if value.is_object() || value.is_boolean() => {
                Kind::Ref(self.name_of(address, value))
            }
            Target::Found(..) => self.dangling(at, format!("`$ref: {reference}` leads to something that is no schema")),
            Target::Remote => self.remote(at, reference),
            Target::Missing => self.dangling(at, format!("`$ref: {reference}` leads nowhere")),
        }
    }

    fn dangling(&mut self, at: &str, message: String) -> Kind {
        self.warn("dangling-ref", at, message, "Correct it; until then it is read as any value.");
        Kind::Any
    }

    fn remote(&mut self, at: &str, reference: &str) -> Kind {
        let message = format!("`$ref: {reference}` is on the network, which is never asked");
        self.warn("remote-ref", at, message, "Copy it into this document; until then it is read as any value.");
        Kind::Any
    }

    fn name_of(&mut self, address: String, value: &'d Value) -> String {
        if let Some(name) = self.names.get(&address) {
            return name.clone();
        }
        let name = self.free_name(&address);
        self.names.insert(address.clone(), name.clone());
        self.pending.push_back((address, name.clone(), value));
        name
    }

    /// A name made of the last telling words of an address.
    fn free_name(&self, address: &str) -> String {
        let tokens = split(address);
        let in_component = tokens.len() == 3 && tokens.first().is_some_and(|first| first == "components");
        let telling: Vec<&String> = tokens.iter().filter(|token| !MUTE.contains(&token.as_str())).collect();
        let start = telling.len().saturating_sub(3);
        let wanted = match tokens.last() {
            Some(last) if in_component => last.clone(),
            _ => {
                telling.iter().skip(start).map(|token| convert(&token.replace("items", "item"), Case::Pascal)).collect()
            }
        };
        let file = address.split('#').next().unwrap_or_default();
        let file = file.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        let wanted = if wanted.is_empty() { convert(file, Case::Pascal) } else { wanted };
        let taken = |name: &String| self.names.values().any(|used| used == name);
        let numbered = (2..).map(|count: usize| format!("{wanted}{count}"));
        std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(wanted)
    }

    /// Follows references in place: for parameters, bodies, answers, examples. Says so when one leads nowhere.
    pub(super) fn follow(&mut self, value: &'d Value, at: &str) -> Option<(&'d Value, String)> {
        let (mut value, mut address) = (value, at.to_owned());
        for _ in 0..MAX_HOPS {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return Some((value, address)) };
            match self.document.lookup(reference) {
                Target::Found(found, place) => (value, address) = (found, place),
                Target::Remote => {
                    self.remote(at, reference);
                    return None;
                }
                Target::Missing => {
                    self.dangling(at, format!("`$ref: {reference}` leads nowhere"));
                    return None;
                }
            }
        }
        self.dangling(at, "the references go round in a circle".to_owned());
        None
    }
}

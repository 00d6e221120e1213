//! Operations, each on its own: one that cannot be read costs itself alone.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::Diagnostic;
use crate::document::child;
use crate::model::{Extensions, Location, Method, Operation, SecurityScheme, Segment};
use crate::names::{Case, Names, convert};

use super::Reader;
use super::parameters::{Place, segments, settle};
use super::values::{extensions, flag, list, object, plain, prose, text, texts};

/// What all operations of a document share.
pub(super) struct Shared<'a, 'd> {
    pub schemes: &'a IndexMap<String, SecurityScheme>,
    pub security: Option<&'d Value>,
}

/// An operation as it was found.
struct Found<'d> {
    path: &'d str,
    item: &'d Value,
    item_at: String,
    method: Method,
    value: &'d Value,
    at: String,
}

impl<'d> Reader<'d> {
    pub(super) fn operations(&mut self, shared: &Shared<'_, 'd>) -> Vec<Operation> {
        let found = self.find_operations();
        let ids = self.ids(&found);
        found.iter().zip(ids).map(|(found, (id, given))| self.operation(found, id, given, shared)).collect()
    }

    fn find_operations(&mut self) -> Vec<Found<'d>> {
        let mut found = Vec::new();
        let root = self.document.root();
        if root.get("paths").is_some_and(|paths| !paths.is_object()) {
            self.diagnostics.push(
                Diagnostic::error("paths", "#/paths", "`paths` must be an object").remedy("Write each path as a key."),
            );
        }
        for (path, item) in object(root, "paths").into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
            let at = child("#/paths", path);
            let Some((item, item_at)) = self.follow(item, &at) else { continue };
            if !item.is_object() || !path.starts_with('/') {
                let message = format!("the path `{path}` must begin with `/` and hold an object");
                self.diagnostics
                    .push(Diagnostic::error("path", at, message).remedy("Correct it; its operations are left out."));
                continue;
            }
            for method in methods_of(item) {
                let Some(value) = item.get(method.lower()) else { continue };
                let at = child(&item_at, method.lower());
                if value.is_object() {
                    found.push(Found { path, item, item_at: item_at.clone(), method, value, at });
                } else {
                    let message = format!("{} {path} must be an object", method.upper());
                    self.diagnostics.push(Diagnostic::error("operation", at, message).remedy("It is left out."));
                }
            }
        }
        found
    }

    /// An id for each: the document's, unless it is missing or taken.
    fn ids(&mut self, found: &[Found<'d>]) -> Vec<(String, bool)> {
        let given =
            |one: &Found<'_>| text(one.value, "operationId").map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let mut count: HashMap<String, usize> = HashMap::new();
        for id in found.iter().filter_map(given) {
            *count.entry(id).or_default() += 1;
        }
        let mut names = Names::new(Case::Camel, &[]);
        for id in count.keys() {
            names.take_exact(id);
        }
        let mut first_use = std::collections::HashSet::new();
        let mut ids = Vec::new();
        for one in found {
            let id = given(one);
            match id {
                Some(id) if first_use.insert(id.clone()) => ids.push((id, true)),
                id => {
                    let made = names.take(&made_id(one.method, one.path));
                    let message = match &id {
                        Some(id) => {
                            format!("the operationId `{id}` stands {} times", count.get(id).copied().unwrap_or(2))
                        }
                        None => format!("{} {} has no operationId", one.method.upper(), one.path),
                    };
                    self.diagnostics.push(
                        Diagnostic::warning("operation-id", one.at.clone(), message)
                            .operation(made.clone())
                            .remedy(format!("`{made}` is taken for this one; give it an id of its own.")),
                    );
                    ids.push((made, false));
                }
            }
        }
        ids
    }

    fn operation(&mut self, found: &Found<'d>, id: String, id_given: bool, shared: &Shared<'_, 'd>) -> Operation {
        let value = found.value;
        let segments = segments(found.path);
        let place = Place { at: &found.at, id: &id };
        let parameters = self.parameters(found.item, &found.item_at, value, &place, &segments);
        let segments = settle(segments, &parameters);
        let body = self.request_body(value, &place, "Request");
        let responses = self.responses(value, &place);
        let security_at = child(&found.at, "security");
        let security = match value.get("security").filter(|value| !value.is_null()) {
            Some(own) => self.requirements(own, &security_at, shared.schemes),
            None => {
                shared.security.map(|whole| self.requirements(whole, "#/security", shared.schemes)).unwrap_or_default()
            }
        };
        let servers = if list(value, "servers").is_empty() { found.item } else { value };
        let idempotency = parameters.iter().find(|one| one.location == Location::Header && is_idempotency(&one.name));
        let tags = texts(value, "tags");
        let (kept, caller, limit, foreign) = own_extensions(value);
        Operation {
            id_given,
            method: found.method,
            path: found.path.to_owned(),
            resource: resource(&tags, &segments),
            tags,
            name: String::new(),
            summary: prose(value, "summary").or_else(|| prose(found.item, "summary")),
            description: prose(value, "description").or_else(|| prose(found.item, "description")),
            deprecated: flag(value, "deprecated"),
            external_docs: value.get("externalDocs").and_then(|docs| text(docs, "url")),
            idempotency_header: idempotency.map(|one| one.name.clone()),
            parameters,
            body,
            responses,
            security,
            servers: super::api::servers(servers),
            page: None,
            caller,
            limit,
            foreign,
            extensions: kept,
            segments,
            pointer: found.at.clone(),
            id,
        }
    }
}

/// Methods in the order of the document.
fn methods_of(item: &Value) -> Vec<Method> {
    let keys = item.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
    keys.filter_map(|key| Method::ALL.into_iter().find(|method| method.lower() == key)).collect()
}

fn is_idempotency(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "idempotency-key" || name == "x-idempotency-key" || name == "idempotencykey"
}

/// `get /v1/users/{id}` is `getUsersById`.
fn made_id(method: Method, path: &str) -> String {
    let words = path.split('/').filter(|part| !part.is_empty() && !is_version(part));
    let words = words.map(|part| if part.starts_with('{') { format!("by {part}") } else { part.to_owned() });
    convert(&format!("{} {}", method.lower(), words.collect::<Vec<_>>().join(" ")), Case::Camel)
}

fn is_version(part: &str) -> bool {
    part == "api" || part.strip_prefix('v').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
}

/// First tag, else the first word of the path, else `default`.
fn resource(tags: &[String], segments: &[Segment]) -> String {
    if let Some(tag) = tags.iter().find(|tag| !tag.trim().is_empty()) {
        return tag.clone();
    }
    let literals = segments.iter().filter_map(|segment| match segment.parts.as_slice() {
        [crate::model::PathPart::Literal(text)] => Some(text),
        _ => None,
    });
    literals.into_iter().find(|text| !is_version(text)).cloned().unwrap_or_else(|| "default".to_owned())
}

/// Our own extensions as fields, the others as they are.
fn own_extensions(value: &Value) -> (Extensions, Vec<String>, Option<String>, Option<String>) {
    let mut all = extensions(value);
    let caller = texts(value, "x-caller");
    all.shift_remove("x-caller");
    let limit = all.shift_remove("x-limit").as_ref().and_then(plain);
    let foreign = all.shift_remove("x-foreign").as_ref().and_then(plain);
    (all, caller, limit, foreign)
}

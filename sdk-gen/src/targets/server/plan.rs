//! What is written where: a file a tag, and in it the types that no other tag uses.

use std::collections::{BTreeSet, HashMap, HashSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::rust_type;
use crate::diagnostics::Diagnostic;
use crate::model::{Additional, Api, Kind, Location, MediaKind, MediaType, Operation, Response, Schema};
use crate::names::{Case, Names, convert};

/// Types of the contract that the server's domain has already.
const DOMAIN_TYPES: &[&str] = &["Scope"];

/// Where the types of a generated file come from.
pub(super) const TYPES_FROM: &[(&str, &[&str])] = &[
    ("poem_openapi", &["Enum", "Object", "OpenApi"]),
    ("poem_openapi::types", &["MaybeUndefined"]),
    ("serde", &["Serialize"]),
    ("serde_json", &["Value"]),
    ("std::collections", &["BTreeMap"]),
    ("crate::domain::scopes", &["Scope"]),
    ("crate::domain::time", &["Time"]),
];

/// Words that cannot be names in Rust.
pub(super) const RESERVED: &[&str] = &[
    "as", "async", "await", "box", "break", "const", "continue", "crate", "dyn", "else", "enum", "extern", "false",
    "fn", "for", "gen", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut", "pub", "ref", "return",
    "self", "Self", "static", "struct", "super", "trait", "true", "try", "type", "unsafe", "use", "where", "while",
    "yield",
];

/// The whole, decided before anything is written.
pub(super) struct Plan<'a> {
    pub api: &'a Api,
    pub tags: Vec<TagPlan<'a>>,
    /// Named types that become items, with their Rust names.
    pub idents: HashMap<&'a str, Ident>,
    /// The module of the types that one tag alone uses.
    homes: HashMap<&'a str, String>,
    /// Types that answers hold: they are written as JSON.
    pub answered: HashSet<&'a str>,
    /// Types that only events hold: they are the domain's (`events.rs`), not the wire's.
    told: HashSet<&'a str>,
}

/// One tag's file.
pub(super) struct TagPlan<'a> {
    pub name: String,
    pub description: Option<String>,
    pub module: String,
    pub operations: Vec<&'a Operation>,
}

impl TagPlan<'_> {
    /// The name of the tag's trait or adaptor.
    pub fn ident(&self, suffix: &str) -> Ident {
        format_ident!("{}{suffix}", convert(&self.name, Case::Pascal))
    }

    /// The same from the room's `mod.rs`.
    pub fn path(&self, suffix: &str) -> TokenStream {
        let (module, ident) = (format_ident!("{}", self.module), self.ident(suffix));
        quote!(#module::#ident)
    }
}

impl<'a> Plan<'a> {
    pub fn of(api: &'a Api) -> Self {
        let mut modules = Names::new(Case::Snake, &["operations", "types", "mod"]);
        let tags: Vec<TagPlan<'a>> = api
            .tags
            .iter()
            .map(|tag| TagPlan {
                name: tag.name.clone(),
                description: tag.description.clone(),
                module: modules.take(&tag.name),
                operations: api
                    .operations_of(&tag.name)
                    .filter(|operation| why_not(api, operation).is_none())
                    .collect(),
            })
            .collect();
        let mut names = Names::new(
            Case::Pascal,
            &[
                "Self",
                "Tag",
                "Api",
                "Query",
                "Path",
                "Header",
                "Answer",
                "Done",
                "Failure",
                "Time",
                "Caller",
                "Visitor",
                "Admitted",
                "Welcomed",
                "Value",
                "BTreeMap",
                "Payload",
                "EventType",
            ],
        );
        let idents = api
            .types
            .values()
            .filter(|named| is_item(&named.schema) && !is_domain(&named.name))
            .map(|named| (named.name.as_str(), format_ident!("{}", names.take(&named.name))))
            .collect();
        let homes = homes(api, &tags);
        let answered = answered(api, &tags);
        let told = told(api, &tags);
        Self { api, tags, idents, homes, answered, told }
    }

    /// Named types of that module, in the contract's order; `None` is `types.rs`.
    pub fn types_in(&self, module: Option<&str>) -> Vec<&'a str> {
        let here = |name: &&'a str| {
            let home = self.homes.get(*name).map(String::as_str);
            self.idents.contains_key(*name) && home == module && !self.told.contains(name)
        };
        self.api.types.keys().map(String::as_str).filter(here).collect()
    }

    /// `use` lines for the types of `types.rs` that are named among `used`. The problem's schema is never meant: code says
    /// `Problem` for what the server has of that name.
    /// An enum may have a variant of a type's name, so only what the tag's operations reach is meant at all.
    pub fn imports(&self, tag: &TagPlan<'a>, used: &BTreeSet<String>) -> TokenStream {
        let mut reached = HashSet::new();
        tag.operations
            .iter()
            .flat_map(|operation| roots(operation, true))
            .for_each(|schema| reach(self.api, schema, &mut reached));
        let shared = self.types_in(None).into_iter().filter(|name| *name != "Problem" && reached.contains(name));
        let shared = shared.filter_map(|name| self.idents.get(name));
        let shared: Vec<_> = shared.filter(|ident| used.contains(&ident.to_string())).collect();
        if shared.is_empty() { TokenStream::new() } else { quote!(use super::types::{#(#shared),*};) }
    }

    /// What this target cannot express, an entry an operation.
    pub fn refused(&self) -> Vec<Diagnostic> {
        let refusal = |operation: &Operation| {
            let why = why_not(self.api, operation)?;
            let found = Diagnostic::error("server-unsupported", &operation.pointer, format!("{} {why}", operation.id));
            Some(found.remedy("change the operation, or teach sdk-gen's target `server`").operation(&operation.id))
        };
        self.api.operations.iter().filter_map(refusal).collect()
    }
}

/// Why an operation cannot be written, if so.
fn why_not(api: &Api, operation: &Operation) -> Option<&'static str> {
    let json = |media: &MediaType| media.kind == MediaKind::Json && media.schema.is_some();
    let sent = |media: &MediaType| json(media) || (media.kind == MediaKind::Form && media.schema.is_some());
    if operation.successes().count() != 1 {
        return Some("has no or several successes");
    }
    if operation
        .body
        .as_ref()
        .is_some_and(|body| !body.required || body.content.len() != 1 || !body.content.iter().all(sent))
    {
        return Some("has a body that is optional or neither application/json nor a form");
    }
    let answered = |media: &MediaType| json(media) || is_text(media);
    if operation.success().is_some_and(|answer| !answer.content.iter().all(answered)) {
        return Some("answers something else than JSON or text");
    }
    if operation.parameters.iter().any(|one| one.location == Location::Cookie) {
        return Some("has a cookie parameter");
    }
    if operation.idempotency_header.is_some() && operation.success().and_then(Response::preferred).is_some_and(is_text)
    {
        return Some("takes an Idempotency-Key and answers text");
    }
    if operation.idempotency_header.is_some() && !operation.body.iter().flat_map(|body| &body.content).any(json) {
        return Some("takes an Idempotency-Key and has no JSON body");
    }
    roots(operation, true)
        .any(|schema| !rust_type::fits(api, schema, 0))
        .then_some("has a type that this target does not know")
}

/// Whether the media type is text, such as CSV, of which the schema says nothing more.
pub(super) fn is_text(media: &MediaType) -> bool {
    let plain = |schema: &Schema| matches!(schema.kind, Kind::String(_));
    media.kind == MediaKind::Text && media.schema.as_ref().is_some_and(plain)
}

/// Schemas of an operation's parameters, body and success.
fn roots(operation: &Operation, requests: bool) -> impl Iterator<Item = &Schema> {
    let parameters = operation.parameters.iter().map(|one| &one.schema).filter(move |_| requests);
    let body = operation.body.iter().filter(move |_| requests).flat_map(|body| &body.content);
    let answer = operation.success().into_iter().flat_map(|answer| &answer.content);
    parameters.chain(body.chain(answer).filter_map(|media| media.schema.as_ref()))
}

/// Whether a named type becomes an item of its own; others are written where they are used.
fn is_item(schema: &Schema) -> bool {
    matches!(schema.kind, Kind::Object(_) | Kind::Enum(_))
}

/// Whether the domain has the type already.
pub(super) fn is_domain(name: &str) -> bool {
    DOMAIN_TYPES.contains(&name)
}

fn homes<'a>(api: &'a Api, tags: &[TagPlan<'a>]) -> HashMap<&'a str, String> {
    let mut users: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for tag in tags {
        let mut reached = HashSet::new();
        tag.operations
            .iter()
            .flat_map(|operation| roots(operation, true))
            .for_each(|schema| reach(api, schema, &mut reached));
        reached.into_iter().for_each(|name| {
            users.entry(name).or_default().insert(&tag.module);
        });
    }
    let alone = users.into_iter().filter(|(_, users)| users.len() == 1);
    alone.filter_map(|(name, users)| Some((name, (*users.first()?).to_owned()))).collect()
}

fn answered<'a>(api: &'a Api, tags: &[TagPlan<'a>]) -> HashSet<&'a str> {
    let mut reached = HashSet::new();
    let operations = tags.iter().flat_map(|tag| &tag.operations);
    operations.flat_map(|operation| roots(operation, false)).for_each(|schema| reach(api, schema, &mut reached));
    reached
}

fn told<'a>(api: &'a Api, tags: &[TagPlan<'a>]) -> HashSet<&'a str> {
    let mut told = HashSet::new();
    let bodies = api.webhooks.iter().filter_map(|webhook| webhook.body.as_ref()?.preferred()?.schema.as_ref());
    bodies.for_each(|schema| reach(api, schema, &mut told));
    let mut called = HashSet::new();
    let operations = tags.iter().flat_map(|tag| &tag.operations);
    operations.flat_map(|operation| roots(operation, true)).for_each(|schema| reach(api, schema, &mut called));
    told.retain(|name| !called.contains(name));
    told
}

/// Names of all types within a schema.
pub(super) fn reach<'a>(api: &'a Api, schema: &'a Schema, reached: &mut HashSet<&'a str>) {
    match &schema.kind {
        Kind::Ref(name) => {
            if reached.insert(name)
                && let Some(named) = api.types.get(name)
            {
                reach(api, &named.schema, reached);
            }
        }
        Kind::Array(array) => reach(api, &array.items, reached),
        Kind::Map(map) => reach(api, &map.values, reached),
        Kind::Object(object) => {
            object.properties.iter().for_each(|property| reach(api, &property.schema, reached));
            if let Additional::Typed(values) = &object.additional {
                reach(api, values, reached);
            }
        }
        _ => {}
    }
}

/// Every identifier in some code.
pub(super) fn idents_in(tokens: TokenStream) -> BTreeSet<String> {
    let inner = |token| match token {
        TokenTree::Ident(ident) => BTreeSet::from([ident.to_string()]),
        TokenTree::Group(group) => idents_in(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => BTreeSet::new(),
    };
    tokens.into_iter().flat_map(inner).collect()
}

/// `use` lines of what comes from elsewhere and is named among `used`.
pub(super) fn uses(used: &BTreeSet<String>, from: &[(&str, &[&str])]) -> TokenStream {
    let lines = from.iter().filter_map(|(path, names)| {
        let names: Vec<_> =
            names.iter().filter(|name| used.contains(**name)).map(|name| format_ident!("{name}")).collect();
        let path: TokenStream = path.parse().ok()?;
        (!names.is_empty()).then(|| quote!(use #path::{#(#names),*};))
    });
    lines.collect()
}

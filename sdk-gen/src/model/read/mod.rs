//! From a document to the model. Each file reads one kind of object; what is odd becomes a diagnostic, and reading goes on.
//!
//! Two passes: first everything is read where it stands, then `finish` does what needs all types at once
//! (discriminators, pages, alias cycles). Values are read through `values`, which never trusts a type.

mod api;
mod bodies;
mod composed;
mod examples;
mod finish;
mod literals;
mod merge;
mod methods;
mod operations;
mod pages;
mod parameters;
mod refs;
mod schemas;
mod security;
mod structures;
#[cfg(test)]
mod tests;
mod values;
mod webhooks;

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;
use serde_json::Value;

use crate::diagnostics::Diagnostic;
use crate::document::Document;

use super::{Api, NamedType};

/// Reads the model of a document, and what had to be repaired.
pub(crate) fn read(document: &Document) -> (Api, Vec<Diagnostic>) {
    let mut reader = Reader::new(document);
    let mut api = reader.api();
    finish::finish(&mut api, &mut reader.diagnostics);
    (api, reader.diagnostics)
}

/// The state of reading one document.
struct Reader<'d> {
    document: &'d Document,
    diagnostics: Vec<Diagnostic>,
    /// Name of the type at each address that has one.
    names: HashMap<String, String>,
    /// Addresses that have a name but are not read yet.
    pending: VecDeque<(String, String, &'d Value)>,
    types: IndexMap<String, NamedType>,
    /// Addresses whose `allOf` is being merged, to notice cycles.
    merging: Vec<String>,
    /// Branches merged so far in one outermost `allOf`; bounded, since references to references can multiply.
    merged: usize,
}

impl<'d> Reader<'d> {
    fn new(document: &'d Document) -> Self {
        Self {
            document,
            diagnostics: Vec::new(),
            names: HashMap::new(),
            pending: VecDeque::new(),
            types: IndexMap::new(),
            merging: Vec::new(),
            merged: 0,
        }
    }

    /// OpenAPI 3.0, where siblings of `$ref` do not count.
    fn is_30(&self) -> bool {
        let version = self.document.root().get("openapi").and_then(Value::as_str).unwrap_or_default();
        version.starts_with("3.0") || version == "3"
    }

    fn warn(&mut self, code: &'static str, at: &str, message: impl Into<String>, remedy: &str) {
        self.diagnostics.push(Diagnostic::warning(code, at, message).remedy(remedy));
    }
}

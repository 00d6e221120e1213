//! Reads an OpenAPI 3.0 or 3.1 document, writes servers, SDKs and docs. Knows nothing of any server.
//!
//! | room | what it says |
//! | --- | --- |
//! | [`document`] | JSON and YAML in, `$ref` looked up, lines found; knows no OpenAPI beyond its version |
//! | [`model`] | the API as one typed model; what every target works from |
//! | [`rules`] | the rules of our own contract, stricter than OpenAPI |
//! | [`names`] | the one allocator of identifiers |
//! | [`files`] | generated files: header, write, compare |
//! | [`targets`] | what is made from the model |
//!
//! Arrows run down only: `targets` import `model`, `names`, `files`; `model` imports `document`; nobody imports `main`.

pub mod diagnostics;
pub mod document;
pub mod files;
pub mod model;
pub mod names;
pub mod rules;
pub mod targets;

use std::collections::HashSet;
use std::path::Path;

pub use diagnostics::{Diagnostic, Severity};
pub use document::{Document, LoadError};
pub use model::Api;

/// A document, its model, and what is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The raw document.
    pub document: Document,
    /// The model.
    pub api: Api,
    /// What was repaired or left out; lines are found.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads a document from a file.
///
/// # Errors
/// When it is no OpenAPI 3.0 or 3.1 document at all; everything less becomes a diagnostic.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    Document::load(path).map(loaded)
}

/// Reads a document from text, for callers that hold it already. `name` stands in diagnostics and headers.
/// References to other files are dangling: there is no folder to look in.
///
/// # Errors
/// As for [`load`].
pub fn from_text(name: &str, text: &str) -> Result<Loaded, LoadError> {
    Document::from_text(name, text).map(loaded)
}

fn loaded(document: Document) -> Loaded {
    let (api, mut diagnostics) = model::read(&document);
    diagnostics.splice(0..0, document.diagnostics().iter().cloned());
    // A type that is read in place and again by name tells its faults twice.
    let mut told = HashSet::new();
    diagnostics.retain(|one| told.insert((one.code, one.pointer.clone(), one.message.clone())));
    document.locate(&mut diagnostics);
    Loaded { document, api, diagnostics }
}

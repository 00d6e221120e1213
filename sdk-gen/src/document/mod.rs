//! A document as it stands: text to values, `$ref` to places, places to lines.
//!
//! It knows of OpenAPI only the version line; what the values mean is the model's business. Nothing here touches the
//! network, nor any file outside the document's own folder. Addresses are `#/a/b` in the document itself and
//! `other.yaml#/a/b` in a file beside it. To read another format, turn it into a [`Value`] in a file of its own.

mod error;
mod external;
mod json_lines;
mod lines;
mod pointer;
mod yaml;

use std::path::Path;

use indexmap::IndexMap;
use serde_json::Value;

pub use error::LoadError;
pub use pointer::{child, escape, split};

use crate::diagnostics::Diagnostic;

/// How deep values may be nested; serde_json's own bound, kept for YAML as well.
const MAX_DEPTH: usize = 127;

/// A document with the files that it refers to.
#[derive(Debug, Clone)]
pub struct Document {
    name: String,
    root: Value,
    text: String,
    others: IndexMap<String, External>,
    diagnostics: Vec<Diagnostic>,
}

/// Another file of the document's folder.
#[derive(Debug, Clone)]
struct External {
    value: Value,
    text: String,
}

/// What a reference leads to.
#[derive(Debug, Clone)]
pub enum Target<'a> {
    /// A value, and its own address with all intermediate references followed.
    Found(&'a Value, String),
    /// An address on the network, which is never fetched.
    Remote,
    /// Nothing.
    Missing,
}

/// A parsed file.
struct Parsed {
    value: Value,
    diagnostics: Vec<Diagnostic>,
}

impl Document {
    /// Reads a document and the files beside it that it refers to.
    ///
    /// # Errors
    /// When the file cannot be read, is no JSON or YAML, or no OpenAPI 3.0 or 3.1.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let name = path.file_name().map_or_else(|| "document".to_owned(), |name| name.to_string_lossy().into_owned());
        let bytes =
            std::fs::read(path).map_err(|source| LoadError::Unreadable { file: path.display().to_string(), source })?;
        let mut document = Self::from_text(&name, decode(&name, bytes)?)?;
        if let Some(folder) = path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            document.others = external::load(folder, &mut document.root);
        }
        Ok(document)
    }

    /// Reads a document from text; references to other files will be dangling.
    ///
    /// # Errors
    /// As for [`Document::load`].
    pub fn from_text(name: &str, text: impl Into<String>) -> Result<Self, LoadError> {
        let text = text.into();
        let parsed = parse(name, &text)?;
        let mut diagnostics = parsed.diagnostics;
        diagnostics.extend(check_version(name, &parsed.value)?);
        Ok(Self { name: name.to_owned(), root: parsed.value, text, others: IndexMap::new(), diagnostics })
    }

    /// File name, without a folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole value.
    #[must_use]
    pub fn root(&self) -> &Value {
        &self.root
    }

    /// The text of the document as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What was odd about the text (repeated keys and the like).
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Follows a `$ref` value (`#/a/b`, `other.yaml#/a`), also through references on its way.
    #[must_use]
    pub fn lookup(&self, reference: &str) -> Target<'_> {
        pointer::lookup(self, reference, 0)
    }

    /// Finds the file and line of each diagnostic that has a pointer. Walks the text once, and only if there is one.
    pub fn locate(&self, diagnostics: &mut [Diagnostic]) {
        lines::locate(self, diagnostics);
    }

    /// Text of one of the files, by the part of an address before `#`.
    fn text_of(&self, file: &str) -> Option<&str> {
        if file.is_empty() { Some(&self.text) } else { self.others.get(file).map(|other| other.text.as_str()) }
    }

    fn value_of(&self, file: &str) -> Option<&Value> {
        if file.is_empty() { Some(&self.root) } else { self.others.get(file).map(|other| &other.value) }
    }
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String, LoadError> {
    let text = String::from_utf8(bytes).map_err(|error| LoadError::NotUtf8 {
        file: name.to_owned(),
        line: 1 + error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count(),
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// JSON by its first character, else YAML. JSON that fails is tried as YAML unless its name says JSON.
fn parse(name: &str, text: &str) -> Result<Parsed, LoadError> {
    if text.trim().is_empty() {
        return Err(LoadError::Empty { file: name.to_owned() });
    }
    if is_json(name, text) {
        return match serde_json::from_str(text) {
            Ok(value) => Ok(Parsed { value, diagnostics: Vec::new() }),
            Err(error) if name.ends_with(".json") || error.to_string().contains("recursion limit") => {
                Err(LoadError::Syntax { file: name.to_owned(), line: error.line(), message: error.to_string() })
            }
            Err(_) => yaml::parse(name, text),
        };
    }
    yaml::parse(name, text)
}

fn is_json(name: &str, text: &str) -> bool {
    name.ends_with(".json") || text.trim_start().starts_with('{')
}

fn check_version(name: &str, root: &Value) -> Result<Option<Diagnostic>, LoadError> {
    let file = name.to_owned();
    let Some(object) = root.as_object() else { return Err(LoadError::NotAnObject { file }) };
    if let Some(version) = object.get("swagger") {
        return Err(LoadError::Swagger { file, version: plain(version) });
    }
    let Some(version) = object.get("openapi") else { return Err(LoadError::NotOpenApi { file }) };
    let version = plain(version);
    match version.as_str() {
        "3" | "3.0" | "3.1" => Ok(None),
        text if text.starts_with("3.0.") || text.starts_with("3.1.") => Ok(None),
        text if text.starts_with("3.") => Ok(Some(
            Diagnostic::warning("version", "#/openapi", format!("OpenAPI {text} is read as 3.1"))
                .remedy("What is new in it is ignored."),
        )),
        _ => Err(LoadError::Version { file, version }),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

//! What is made from the model, one folder or file a target.
//!
//! Each target is a pure function `emit(api: &Api) -> Emitted`: no I/O, no raw JSON, no knowledge of the other targets.
//! To add one, write its module, name it here, and give it a line in `main.rs`.

use crate::diagnostics::Diagnostic;
use crate::files::GeneratedFile;

/// What a target made.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// Files, below the target's output folder.
    pub files: Vec<GeneratedFile>,
    /// What the target could not express, an entry an operation.
    pub diagnostics: Vec<Diagnostic>,
}

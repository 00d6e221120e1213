//! What is made from the model, one folder or file a target.
//!
//! Each target is a pure function `emit(api: &Api) -> Emitted`: no I/O, no raw JSON, no knowledge of the other targets.
//! To add one that writes a folder, write its module and give it a line in [`FOLDERS`] (and in `main.rs` a subcommand).

pub mod llms;
pub mod lower;
pub mod python;
#[cfg(feature = "progenitor")]
pub mod rust;
pub mod samples;
pub mod server;
pub mod typescript;

use crate::diagnostics::Diagnostic;
use crate::files::GeneratedFile;
use crate::model::Api;

/// What a target made.
#[derive(Debug, Clone, Default)]
pub struct Emitted {
    /// Files, below the target's output folder.
    pub files: Vec<GeneratedFile>,
    /// What the target could not express, an entry an operation.
    pub diagnostics: Vec<Diagnostic>,
}

/// A target that writes a folder.
#[derive(Debug, Clone, Copy)]
pub struct Folder {
    /// The subcommand.
    pub name: &'static str,
    /// Where `cargo gen` puts it, below the workspace.
    pub home: &'static str,
    /// What belongs there.
    pub emit: fn(&Api) -> Emitted,
    /// What its subcommand writes for any document; the same, but where `home` holds a part of a package alone.
    pub package: fn(&Api) -> Emitted,
}

/// Every target that writes a folder.
pub const FOLDERS: &[Folder] = &[
    Folder { name: "server", home: "server/src/generated", emit: server::emit, package: server::emit },
    Folder {
        name: "events",
        home: "server/src/domain/generated",
        emit: server::emit_events,
        package: server::emit_events,
    },
    Folder { name: "typescript", home: "sdk-js", emit: typescript::emit, package: typescript::emit },
    Folder { name: "python", home: "sdk-python", emit: python::emit, package: python::emit },
    #[cfg(feature = "progenitor")]
    Folder { name: "rust", home: "sdk-rust/src/generated", emit: rust::emit, package: rust::emit_package },
];

/// The target of that name.
#[must_use]
pub fn folder(name: &str) -> Option<&'static Folder> {
    FOLDERS.iter().find(|folder| folder.name == name)
}

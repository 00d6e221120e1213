//! The Python SDK: a whole package for any document, blocking and asynchronous.
//!
//! The hand-written runtime (`runtime/python`) knows how to send; what is written here says only what to send and what
//! comes back: models, one descriptor and one method an operation, two clients that hold the resources. This room must
//! not know HTTP, nor any other target. To add a feature: put the behaviour into the runtime, with a test there, and the
//! facts that it needs into `descriptor.rs`.

mod annotate;
mod answer;
mod body;
mod client;
mod contract;
mod descriptor;
mod events;
mod graph;
mod imports;
mod limits;
mod models;
mod package;
mod plan;
mod readme;
mod reserved;
mod resources;
mod runtime;
mod schemes;
mod text;
mod vocabulary;

use crate::files::{Comment, GeneratedFile};
use crate::model::Api;
use crate::targets::Emitted;

/// Writes the package.
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let named = api.with_named_inlines();
    let vocabulary = vocabulary::Vocabulary::new(&named);
    let package = package::import_name(api);
    let (contract, mut diagnostics) = contract::write(&vocabulary, &package::distribution(api), &package::version(api));
    let module = |name: &str, text: &str| {
        GeneratedFile::new(&api.origin, Comment::Hash, format!("src/{package}/{name}.py"), text)
    };
    let mut files = runtime::files(api, &package);
    files.push(module("_contract", &contract));
    files.push(module("_client", &client::write(&vocabulary)));
    let events = events::write(&vocabulary);
    files.extend(events.as_deref().map(|text| module("_webhooks", text)));
    files.extend(models::files(&vocabulary, &package));
    files.extend(resources::files(&vocabulary, &package));
    files.extend(package::files(&vocabulary, &package, events.is_some()));
    files.push(readme::file(&vocabulary, &package));
    diagnostics.extend(limits::diagnostics(&vocabulary));
    Emitted { files, diagnostics }
}

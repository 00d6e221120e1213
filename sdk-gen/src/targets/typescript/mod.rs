//! The TypeScript SDK: a whole npm package for any document.
//!
//! The hand-written runtime (`runtime/typescript`) knows how to send; what is written here says only what to send and
//! what comes back: types, one descriptor and one method an operation, a client that holds the resources. This room
//! must not know HTTP, nor any other target. To add a feature: put the behaviour into the runtime, with a test there, and
//! the facts that it needs into `descriptor.rs`.

mod answers;
mod arguments;
mod client;
mod declarations;
mod descriptor;
mod events;
mod generics;
mod package;
mod plan;
mod reach;
mod readme;
mod reserved;
mod resources;
mod runtime;
mod schemes;
mod scope;
mod text;
mod types;

use crate::model::Api;
use crate::targets::Emitted;

/// Writes the package.
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let mut scope = scope::Scope::new(api);
    let plans = plan::all(api, &mut scope);
    let events = events::plan(api, &mut scope);
    let mut files = runtime::files(&api.origin);
    files.extend(declarations::files(api, &scope, &plans, events.as_ref()));
    files.extend(resources::files(api, &scope, &plans));
    files.push(client::file(api, &scope));
    files.extend(package::files(api));
    files.extend(events::unwrap(api));
    files.push(readme::file(api, &scope, &plans));
    let mut diagnostics = plan::left_out(api);
    diagnostics.extend(plans.into_iter().flat_map(|plan| plan.diagnostics));
    Emitted { files, diagnostics }
}

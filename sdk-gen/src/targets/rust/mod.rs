//! The Rust SDK: types by typify and requests by progenitor, put into the shape that the hand-written crate expects.
//!
//! The way: [`plan`] decides names and which type goes where; [`document`] (`for_progenitor`) writes the plain
//! OpenAPI 3.0 document that progenitor can read; [`run`] runs it and survives its panics; [`parsed`] reads what came
//! out; [`write`] prints it as small files: open enums, setters that take what converts, `send`, `send_raw`, `stream`.
//! Nothing here knows Gatepost. A new trait of the generated code is a change in `write/`; a construct that progenitor
//! stumbles over is a rewriting in `document/`, with a test.

mod document;
mod naming;
mod package;
mod parsed;
mod plan;
mod run;
mod write;

pub use package::emit as emit_package;

use super::Emitted;
use crate::diagnostics::Diagnostic;
use crate::model::Api;
use plan::Plan;

/// The `generated` folder of a crate that brings the hand-written rest (`sdk-rust`).
#[must_use]
pub fn emit(api: &Api) -> Emitted {
    let plan = Plan::new(api);
    let (outcome, mut diagnostics) = run::generate(&plan);
    diagnostics.splice(0..0, plan.diagnostics.iter().cloned());
    match outcome {
        Ok((source, operations)) => Emitted { files: write::files(&plan, &source, &operations), diagnostics },
        Err(message) => {
            diagnostics.push(Diagnostic::error("rust-failed", "", message).remedy("report the document"));
            Emitted { files: Vec::new(), diagnostics }
        }
    }
}

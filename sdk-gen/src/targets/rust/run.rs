//! Runs progenitor, which panics where it cannot go on: one bad operation costs that operation.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Mutex;

use serde_json::Value;

use super::document::for_progenitor;
use super::plan::{Call, Plan};
use crate::diagnostics::Diagnostic;

/// The panic hook is the process's; only one run may hold it.
static HOOK: Mutex<()> = Mutex::new(());

/// Source code of all operations that could be generated, and which those are.
pub(super) type Outcome = Result<(syn::File, Vec<Call>), String>;

pub(super) fn generate(plan: &Plan) -> (Outcome, Vec<Diagnostic>) {
    let all: Vec<&Call> = plan.calls.iter().collect();
    let first = match progenitor(for_progenitor(plan, &all, true)) {
        Ok(source) => return (Ok((source, plan.calls.clone())), Vec::new()),
        Err(message) => message,
    };
    // Unions are what it stumbles over most.
    if let Ok(source) = progenitor(for_progenitor(plan, &all, false)) {
        let note =
            Diagnostic::warning("rust-unions", "", format!("unions are plain JSON values in the Rust SDK: {first}"));
        return (Ok((source, plan.calls.clone())), vec![note]);
    }
    one_by_one(plan)
}

fn one_by_one(plan: &Plan) -> (Outcome, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut good = Vec::new();
    for call in &plan.calls {
        match progenitor(for_progenitor(plan, &[call], false)) {
            Ok(_) => good.push(call),
            Err(message) => {
                let id = plan.operation(call).map(|operation| operation.id.clone()).unwrap_or_default();
                let pointer = plan.operation(call).map(|operation| operation.pointer.clone()).unwrap_or_default();
                diagnostics.push(
                    Diagnostic::error("rust-operation", pointer, format!("`{id}` is not in the Rust SDK: {message}"))
                        .operation(id),
                );
            }
        }
    }
    let outcome =
        progenitor(for_progenitor(plan, &good, false)).map(|source| (source, good.into_iter().cloned().collect()));
    (outcome, diagnostics)
}

/// What progenitor writes for a document, or why it does not.
pub(super) fn progenitor(document: Value) -> Result<syn::File, String> {
    let _held = HOOK.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let loud = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| unguarded(document)));
    panic::set_hook(loud);
    outcome.unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
        Err(format!("progenitor panicked: {}", words.unwrap_or("no message")))
    })
}

fn unguarded(document: Value) -> Result<syn::File, String> {
    let document: openapiv3::OpenAPI = serde_json::from_value(document).map_err(|error| error.to_string())?;
    let mut settings = progenitor::GenerationSettings::default();
    settings.with_interface(progenitor::InterfaceStyle::Builder);
    settings.with_derive("PartialEq");
    let tokens = progenitor::Generator::new(&settings).generate_tokens(&document).map_err(|error| error.to_string())?;
    syn::parse2(tokens).map_err(|error| format!("its output is not Rust: {error}"))
}

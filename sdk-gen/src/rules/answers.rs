//! What operations answer.

use super::Contract;
use crate::document::child;
use crate::model::{Kind, Location, Operation, Response, Status};

const PROBLEM: &str = "application/problem+json";

pub(super) fn one_success(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        let count = operation.responses.iter().filter(|answer| answer.status.is_success()).count();
        if count != 1 {
            contract.refuse_operation(
                "rule-one-success",
                operation,
                &format!("has {count} answers of 2xx"),
                "Describe exactly one.",
            );
        }
    }
}

pub(super) fn errors(contract: &mut Contract<'_>) {
    for operation in contract.api.operations.iter().filter(|operation| operation.foreign.is_none()) {
        for answer in operation.responses.iter().filter(|answer| !answer.status.is_success()) {
            let status = answer.status.text();
            let at = child(&child(&operation.pointer, "responses"), &status);
            let message = match answer.status {
                Status::Code(300..=399) => continue,
                Status::Range(_) | Status::Default => {
                    format!("`{}` answers `{status}`, which is no code", operation.id)
                }
                Status::Code(_) if answer.shared.is_none() => {
                    format!("`{}` describes its {status} in place", operation.id)
                }
                Status::Code(_) if !is_problem(answer) => {
                    format!("the {status} of `{}` is no `Problem` as `{PROBLEM}`", operation.id)
                }
                Status::Code(_) => continue,
            };
            contract.refuse(
                "rule-error",
                &at,
                message,
                "Write an explicit code that refers to a shared answer with the one `Problem` schema.",
            );
        }
    }
}

fn is_problem(answer: &Response) -> bool {
    let [media] = answer.content.as_slice() else { return false };
    media.name == PROBLEM
        && media.schema.as_ref().is_some_and(|schema| matches!(&schema.kind, Kind::Ref(name) if name == "Problem"))
}

pub(super) fn codes(contract: &mut Contract<'_>) {
    for operation in contract.api.operations.iter().filter(|operation| operation.foreign.is_none()) {
        let missing: Vec<String> = needed(operation)
            .into_iter()
            .filter(|(code, _)| !operation.responses.iter().any(|answer| answer.status == Status::Code(*code)))
            .map(|(code, why)| format!("{code} ({why})"))
            .collect();
        if !missing.is_empty() {
            let message = format!("does not list {}", missing.join(", "));
            contract.refuse_operation("rule-codes", operation, &message, "List every code that it can answer.");
        }
    }
}

/// Codes that follow from what an operation takes.
fn needed(operation: &Operation) -> Vec<(u16, &'static str)> {
    let mut codes = vec![(500, "any operation")];
    if operation.body.is_some() {
        codes.extend([
            (400, "it takes a body"),
            (413, "it takes a body"),
            (415, "it takes a body"),
            (422, "it takes a body"),
        ]);
    }
    if !operation.security.is_empty() {
        codes.push((401, "it takes a credential"));
    }
    if !operation.is_public() {
        codes.push((403, "not every credential suffices"));
    }
    if operation.parameters_in(Location::Path).next().is_some() {
        codes.push((404, "its path names a thing"));
    }
    if operation.idempotency_header.is_some() {
        codes.push((409, "it takes an idempotency key"));
    }
    if operation.limit.as_deref() != Some("free") {
        codes.push((429, "it is counted"));
    }
    codes
}

//! What every operation says of itself.

use std::collections::HashSet;

use super::Contract;
use crate::document::child;
use crate::model::{Kind, Operation, RequestBody};
use crate::names::words;

const CALLERS: [&str; 5] = ["any", "user", "service", "member", "admin"];
const LIMITS: [&str; 4] = ["read", "write", "auth", "free"];

pub(super) fn version(contract: &mut Contract<'_>) {
    let version = &contract.api.openapi;
    if !version.starts_with("3.1.") {
        let message = format!("the contract is OpenAPI {version}");
        contract.refuse("rule-version", "#/openapi", message, "Write it in 3.1.1; `sdk-gen lower` makes the 3.0 form.");
    }
}

pub(super) fn ids(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        let lower = operation.id.starts_with(|first: char| first.is_ascii_lowercase());
        let plain = operation.id.chars().all(|letter| letter.is_ascii_alphanumeric());
        if !operation.id_given {
            contract.refuse_operation(
                "rule-operation-id",
                operation,
                "has no operationId of its own",
                "Give it one, verb first: `createKey`.",
            );
        } else if !(lower && plain && words(&operation.id).len() > 1) {
            contract.refuse_operation(
                "rule-operation-id",
                operation,
                "is no verb and noun in camel case",
                "Name it like `createKey`.",
            );
        }
    }
}

pub(super) fn tags(contract: &mut Contract<'_>) {
    let declared: HashSet<&str> =
        contract.api.tags.iter().filter(|tag| tag.declared).map(|tag| tag.name.as_str()).collect();
    for operation in &contract.api.operations {
        match operation.tags.as_slice() {
            [one] if declared.contains(one.as_str()) => {}
            [one] => {
                let message = format!("has the tag `{one}`, which is not declared");
                contract.refuse_operation(
                    "rule-tag",
                    operation,
                    &message,
                    "Declare it under `tags`, with a description.",
                );
            }
            several => {
                let message = format!("has {} tags", several.len());
                contract.refuse_operation(
                    "rule-tag",
                    operation,
                    &message,
                    "Give it exactly one: it names the SDKs' resource and the server's file.",
                );
            }
        }
    }
}

pub(super) fn texts(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        for (what, text) in [("summary", &operation.summary), ("description", &operation.description)] {
            if text.is_none() {
                contract.refuse_operation(
                    "rule-text",
                    operation,
                    &format!("has no {what}"),
                    "Write it: the reference and three SDKs show it.",
                );
            }
        }
    }
}

pub(super) fn examples(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        let in_body = |body: &RequestBody| body.content.iter().any(|media| !media.examples.is_empty());
        let in_answers =
            operation.responses.iter().filter(|answer| answer.shared.is_none()).flat_map(|answer| &answer.content);
        let empty = operation.success().is_some_and(|answer| answer.content.is_empty()) && operation.body.is_none();
        let told = operation.body.as_ref().is_some_and(in_body)
            || in_answers.into_iter().any(|media| !media.examples.is_empty())
            || operation.parameters.iter().any(|one| !one.examples.is_empty() || !one.schema.examples.is_empty());
        if !told && !empty {
            contract.refuse_operation(
                "rule-example",
                operation,
                "has no example",
                "Give one to its body, its answer or a parameter: samples are made of it.",
            );
        }
    }
}

pub(super) fn security(contract: &mut Contract<'_>) {
    let known: Option<HashSet<String>> = contract.api.types.get("Scope").and_then(|scope| match &scope.schema.kind {
        Kind::Enum(set) => Some(set.values.iter().filter_map(|one| one.value.as_str().map(str::to_owned)).collect()),
        _ => None,
    });
    for operation in &contract.api.operations {
        if contract.raw(&child(&operation.pointer, "security")).is_none() {
            contract.refuse_operation(
                "rule-security",
                operation,
                "does not say who may call",
                "Write `security`, with scopes; `security: []` where it is public.",
            );
        }
        let scopes = operation.security.iter().flat_map(|one| &one.schemes).flat_map(|used| &used.scopes);
        for scope in scopes {
            if known.as_ref().is_some_and(|known| !known.contains(scope)) {
                contract.refuse_operation(
                    "rule-security",
                    operation,
                    &format!("asks for the scope `{scope}`, which is not in the enum `Scope`"),
                    "Add it there, or correct it.",
                );
            }
        }
        check_alternatives(contract, operation);
    }
}

/// A caller must not need other rights with a key than with a token.
fn check_alternatives(contract: &mut Contract<'_>, operation: &Operation) {
    let mut lists = operation.security.iter().flat_map(|one| &one.schemes).map(|used| &used.scopes);
    if let Some(first) = lists.next()
        && lists.any(|list| list != first)
    {
        let message = "asks for other scopes by one credential than by another";
        contract.refuse_operation("rule-security", operation, message, "Write the same scopes in each alternative.");
    }
}

pub(super) fn callers(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        let unknown = operation.caller.iter().find(|one| !CALLERS.contains(&one.as_str()));
        if operation.caller.is_empty() || unknown.is_some() {
            let message =
                unknown.map_or_else(|| "has no `x-caller`".to_owned(), |one| format!("has `x-caller: {one}`"));
            contract.refuse_operation(
                "rule-caller",
                operation,
                &message,
                "Name who may: any of `any`, `user`, `service`, `member`, `admin`.",
            );
        }
    }
}

pub(super) fn limits(contract: &mut Contract<'_>) {
    for operation in &contract.api.operations {
        let class = operation.limit.as_deref();
        if !class.is_some_and(|class| LIMITS.contains(&class)) {
            let message =
                class.map_or_else(|| "has no `x-limit`".to_owned(), |class| format!("has `x-limit: {class}`"));
            contract.refuse_operation(
                "rule-limit",
                operation,
                &message,
                "Name its class: `read`, `write`, `auth` or `free`.",
            );
        }
    }
}

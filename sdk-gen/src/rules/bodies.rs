//! Bodies, lists, repeated calls, events.

use super::Contract;
use crate::document::child;
use crate::model::{Kind, Location, Method, Operation, PageKind};

const JSON: &str = "application/json";

pub(super) fn media_types(contract: &mut Contract<'_>) {
    for operation in contract.api.operations.iter().filter(|operation| operation.foreign.is_none()) {
        let sent = operation.body.iter().flat_map(|body| &body.content);
        let answered = operation.successes().flat_map(|answer| &answer.content);
        for media in sent.chain(answered) {
            if media.name != JSON {
                let message = format!("has a body of `{}`", media.name);
                contract.refuse_operation(
                    "rule-media-type",
                    operation,
                    &message,
                    "Bodies are `application/json`; what a foreign standard fixes says `x-foreign`.",
                );
            } else if media.schema.is_none() {
                contract.refuse_operation("rule-media-type", operation, "has a body without a schema", "Give it one.");
            }
        }
    }
}

pub(super) fn lists(contract: &mut Contract<'_>) {
    let is_list = |operation: &&Operation| {
        operation.method == Method::Get && operation.foreign.is_none() && operation.id.starts_with("list")
    };
    for operation in contract.api.operations.iter().filter(is_list) {
        let cursor = matches!(&operation.page, Some(page) if page.items == ["data"]
            && matches!(&page.kind, PageKind::Cursor { next, parameter } if *next == ["nextCursor"] && parameter.name == "cursor"));
        if !cursor {
            contract.refuse_operation(
                "rule-list",
                operation,
                "is a list without pages",
                "Answer `{data, nextCursor}` and take `limit` and `cursor`.",
            );
            continue;
        }
        if !has_limit(contract, operation) {
            contract.refuse_operation(
                "rule-list",
                operation,
                "has no `limit` from 1 to 100 with 20 as default",
                "Take the shared parameter.",
            );
        }
    }
}

fn has_limit(contract: &Contract<'_>, operation: &Operation) -> bool {
    let Some(limit) = operation.parameters_in(Location::Query).find(|one| one.name == "limit") else { return false };
    let Some(schema) = contract.api.resolve(&limit.schema) else { return false };
    let Kind::Integer(bounds) = &schema.kind else { return false };
    let is = |bound: Option<u64>, value: u64| bound == Some(value);
    is(bounds.minimum.as_ref().and_then(serde_json::Number::as_u64), 1)
        && is(bounds.maximum.as_ref().and_then(serde_json::Number::as_u64), 100)
        && is(limit.schema.default.as_ref().or(schema.default.as_ref()).and_then(serde_json::Value::as_u64), 20)
}

pub(super) fn idempotency(contract: &mut Contract<'_>) {
    for operation in contract.api.operations.iter().filter(|operation| operation.foreign.is_none()) {
        let creates = operation.method == Method::Post
            && operation.responses.iter().any(|answer| answer.status == crate::model::Status::Code(201));
        if creates && operation.idempotency_header.as_deref() != Some("Idempotency-Key") {
            contract.refuse_operation(
                "rule-idempotency",
                operation,
                "creates without `Idempotency-Key`",
                "Take the shared parameter, so that a lost answer makes no double.",
            );
        }
    }
}

pub(super) fn webhooks(contract: &mut Contract<'_>) {
    for webhook in &contract.api.webhooks {
        let typed = webhook
            .body
            .iter()
            .flat_map(|body| &body.content)
            .any(|media| media.name == JSON && media.schema.is_some());
        if !typed {
            let message = format!("the event `{}` has no payload schema", webhook.name);
            contract.refuse(
                "rule-webhook",
                &child(&webhook.pointer, "requestBody"),
                message,
                "Describe what is sent, as `application/json`.",
            );
        }
    }
}

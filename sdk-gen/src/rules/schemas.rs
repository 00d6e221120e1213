//! Types: names, unions, null, bounds.

use serde_json::Value;

use super::Contract;
use crate::document::child;
use crate::model::{Additional, Kind, Location, NumberType, Schema, StringType};

/// Formats that bound their text by themselves.
const BOUNDED: [&str; 10] = ["date-time", "date", "time", "uuid", "ipv4", "ipv6", "email", "hostname", "uri", "int64"];

pub(super) fn names(contract: &mut Contract<'_>) {
    for operation in contract.api.operations.iter().filter(|operation| operation.foreign.is_none()) {
        let parameters =
            operation.parameters.iter().filter(|one| matches!(one.location, Location::Path | Location::Query));
        for parameter in parameters.filter(|one| !is_camel(&one.name)) {
            contract.refuse(
                "rule-camel-case",
                &parameter.pointer,
                format!("the parameter `{}` is not in camel case", parameter.name),
                "Write it like `pageSize`.",
            );
        }
    }
    for schema in contract.schemas() {
        for property in schema.as_object().into_iter().flat_map(|object| &object.properties) {
            if !is_camel(&property.name) {
                let at = child(&child(&schema.pointer, "properties"), &property.name);
                contract.refuse(
                    "rule-camel-case",
                    &at,
                    format!("the property `{}` is not in camel case", property.name),
                    "Write it like `createdAt`.",
                );
            }
        }
    }
}

fn is_camel(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric())
}

pub(super) fn shapes(contract: &mut Contract<'_>) {
    for schema in contract.schemas() {
        keywords(contract, schema);
        union(contract, schema);
        bounds(contract, schema);
    }
}

/// What only the document's own words show.
fn keywords(contract: &mut Contract<'_>, schema: &Schema) {
    let Some(raw) = contract.raw(&schema.pointer) else { return };
    if raw.get("anyOf").is_some() {
        contract.refuse(
            "rule-any-of",
            &schema.pointer,
            "`anyOf` says too little to make types of it".to_owned(),
            "Use `oneOf` with a discriminator, or one object with optional properties.",
        );
    }
    if raw.get("nullable").is_some() {
        contract.refuse(
            "rule-nullable",
            &schema.pointer,
            "`nullable` is OpenAPI 3.0".to_owned(),
            "Write `type: [T, 'null']`, for a reference `oneOf: [{$ref}, {type: 'null'}]`.",
        );
    }
    let several = raw
        .get("type")
        .and_then(Value::as_array)
        .is_some_and(|types| types.iter().filter(|name| *name != "null").count() > 1);
    if several {
        contract.refuse(
            "rule-one-type",
            &schema.pointer,
            "a value of several types".to_owned(),
            "Give it one type (and 'null' if need be).",
        );
    }
}

fn union(contract: &mut Contract<'_>, schema: &Schema) {
    let Kind::Union(union) = &schema.kind else { return };
    if union.exclusive && union.discriminator.as_ref().is_none_or(|found| found.inferred) {
        contract.refuse(
            "rule-untagged",
            &schema.pointer,
            "`oneOf` without a discriminator".to_owned(),
            "Name the property that tells the variants apart: `discriminator: {propertyName: type}`.",
        );
    }
}

fn bounds(contract: &mut Contract<'_>, schema: &Schema) {
    let missing = match &schema.kind {
        Kind::String(text) if !is_bounded(text) => "`maxLength`",
        Kind::Integer(number) | Kind::Number(number) => match unbounded(number) {
            Some(missing) => missing,
            None => return,
        },
        Kind::Array(array) if array.max_items.is_none() => "`maxItems`",
        Kind::Map(map) if map.max_properties.is_none() => "`maxProperties`",
        Kind::Object(object)
            if matches!(object.additional, Additional::Typed(_)) && object.max_properties.is_none() =>
        {
            "`maxProperties`"
        }
        _ => return,
    };
    contract.refuse(
        "rule-bounds",
        &schema.pointer,
        format!("no {missing} here"),
        "Bound every string, list, map and number, in answers too.",
    );
}

fn is_bounded(text: &StringType) -> bool {
    text.max_length.is_some() || text.format.as_deref().is_some_and(|format| BOUNDED.contains(&format))
}

fn unbounded(number: &NumberType) -> Option<&'static str> {
    let low = number.minimum.is_some() || number.exclusive_minimum.is_some();
    let high = number.maximum.is_some() || number.exclusive_maximum.is_some();
    match (low, high) {
        (true, true) => None,
        (false, true) => Some("`minimum`"),
        (true, false) => Some("`maximum`"),
        (false, false) => Some("`minimum` and `maximum`"),
    }
}

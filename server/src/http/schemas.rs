//! The contract's schemas, compiled once: what a body or a parameter must satisfy, and each fault with its pointer.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator, ValidatorMap};
use serde_json::Value;

use crate::problem::{Fault, Place};

/// The most faults that one answer names (the contract's bound).
const MOST_FAULTS: usize = 100;

struct Schemas {
    document: Value,
    compiled: ValidatorMap,
}

static SCHEMAS: LazyLock<Option<Schemas>> = LazyLock::new(|| {
    let document: Value = serde_json::from_str(include_str!("../generated/schemas.json")).ok()?;
    match jsonschema::options().should_validate_formats(true).build_map(&document) {
        Ok(compiled) => Some(Schemas { document, compiled }),
        Err(error) => {
            tracing::error!(%error, "the contract's schemas do not compile");
            None
        }
    }
});

/// Compiles the schemas now, so that the first body does not wait for it. False when they do not compile, which a test
/// rules out.
#[must_use]
pub fn compile() -> bool {
    SCHEMAS.is_some()
}

/// Whether the contract has a schema of that name.
#[must_use]
pub fn knows(schema: &str) -> bool {
    find(schema).is_some()
}

/// Whether the schema of that name takes a number, and so no text.
#[must_use]
pub fn wants_number(schema: &str) -> bool {
    let Some(schemas) = SCHEMAS.as_ref() else { return false };
    let kind = schemas.document.get("$defs").and_then(|all| all.get(schema)).and_then(|one| one.get("type"));
    matches!(kind.and_then(Value::as_str), Some("integer" | "number"))
}

fn find(schema: &str) -> Option<&'static Validator> {
    SCHEMAS.as_ref()?.compiled.get(&format!("#/$defs/{schema}"))
}

/// Every fault of `value` by the schema of that name: a type's name, or `operationId.parameter`.
#[must_use]
pub fn faults(place: Place, root: &str, schema: &str, value: &Value) -> Vec<Fault> {
    let Some(validator) = find(schema) else {
        tracing::error!(schema, "no such schema in the contract");
        return vec![Fault { place, pointer: root.to_owned(), message: "cannot be checked".into() }];
    };
    if validator.is_valid(value) {
        return Vec::new();
    }
    let found = validator.iter_errors(value).flat_map(|error| named(place, root, &error));
    found.take(MOST_FAULTS).collect()
}

/// One error of the validator as faults: it knows a missing or an unexpected member only by the object around it.
fn named(place: Place, root: &str, error: &ValidationError<'_>) -> Vec<Fault> {
    let at = format!("{root}{}", error.instance_path());
    let fault = |pointer: String, message: String| Fault { place, pointer, message: message.into() };
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            vec![fault(member(&at, property.as_str().unwrap_or_default()), "is required".to_owned())]
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            unexpected.iter().map(|name| fault(member(&at, name), "is not known here".to_owned())).collect()
        }
        kind => vec![fault(at, message(kind))],
    }
}

fn member(at: &str, name: &str) -> String {
    let name: String = name.chars().take(100).collect();
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// What is wrong, in words that never hold the value: it may be a secret.
fn message(kind: &ValidationErrorKind) -> String {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind: TypeKind::Single(one) } => format!("must be {}", article(one.as_str())),
        Kind::Type { kind: TypeKind::Multiple(several) } => {
            let names: Vec<_> = several.iter().map(|one| article(one.as_str())).collect();
            format!("must be {}", names.join(" or "))
        }
        Kind::Enum { options } => {
            let names = options.as_array().map(Vec::as_slice).unwrap_or_default().iter();
            let names: Vec<_> =
                names.map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned)).collect();
            format!("must be one of {}", names.join(", "))
        }
        Kind::MinLength { limit: 1 } => "must not be empty".to_owned(),
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MinItems { limit } => format!("must have at least {limit} items"),
        Kind::MaxItems { limit } => format!("must have at most {limit} items"),
        Kind::MinProperties { limit: 1 } => "must have at least one property".to_owned(),
        Kind::MinProperties { limit } => format!("must have at least {limit} properties"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} properties"),
        Kind::Minimum { limit } => format!("must be at least {limit}"),
        Kind::Maximum { limit } => format!("must be at most {limit}"),
        Kind::UniqueItems => "must not have the same item twice".to_owned(),
        Kind::Pattern { pattern } => format!("must match {pattern}"),
        Kind::Format { format } => format!("must be a valid {format}"),
        other => format!("breaks the rule {}", other.keyword()),
    }
}

fn article(name: &str) -> String {
    match name {
        "null" => "null".to_owned(),
        "array" | "integer" | "object" => format!("an {name}"),
        other => format!("a {other}"),
    }
}

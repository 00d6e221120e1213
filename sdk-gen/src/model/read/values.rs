//! Looking into values without trusting their types.

use serde_json::{Map, Number, Value};

use crate::model::Extensions;

/// Text; numbers and booleans that should have been quoted count as text.
pub(super) fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(plain)
}

/// Text that says something: `None` also for an empty one.
pub(super) fn prose(value: &Value, key: &str) -> Option<String> {
    text(value, key).map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// A scalar as text.
pub(super) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

pub(super) fn flag(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or_default()
}

pub(super) fn count(value: &Value, key: &str) -> Option<u64> {
    let found = value.get(key)?;
    found.as_u64().or_else(|| found.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0).map(whole))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the caller has checked sign and fraction; `as` saturates"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

pub(super) fn number(value: &Value, key: &str) -> Option<Number> {
    match value.get(key)? {
        Value::Number(number) => Some(number.clone()),
        Value::String(text) => {
            text.parse::<i64>().ok().map(Number::from).or_else(|| Number::from_f64(text.parse().ok()?))
        }
        _ => None,
    }
}

pub(super) fn object<'a>(value: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    value.get(key).and_then(Value::as_object)
}

pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// Texts of a list, or one text that should have been a list.
pub(super) fn texts(value: &Value, key: &str) -> Vec<String> {
    match value.get(key) {
        Some(Value::Array(items)) => items.iter().filter_map(plain).collect(),
        Some(Value::String(one)) => vec![one.clone()],
        _ => Vec::new(),
    }
}

/// Members that begin with `x-`.
pub(super) fn extensions(value: &Value) -> Extensions {
    let members = value.as_object().into_iter().flatten();
    members.filter(|(key, _)| key.starts_with("x-")).map(|(key, value)| (key.clone(), value.clone())).collect()
}

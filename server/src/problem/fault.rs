//! One fault of a request: where it is and what is wrong there.

use std::borrow::Cow;

use serde::Serialize;

/// The part of the request that a fault is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Place {
    Body,
    Query,
    Path,
    Header,
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Where it is.
    #[serde(rename = "in")]
    pub place: Place,
    /// JSON pointer (RFC 6901) into the body, or a slash and the parameter's name.
    pub pointer: String,
    /// What is wrong, for people; never the value itself, which may be a secret.
    pub message: Cow<'static, str>,
}

impl Fault {
    /// A fault in the body.
    pub fn body(pointer: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Body, pointer: pointer.into(), message: message.into() }
    }

    /// A fault in the query parameter of that name.
    pub fn query(name: &str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Query, pointer: format!("/{name}"), message: message.into() }
    }

    /// A fault in the path's parameter of that name.
    pub fn path(name: &str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Path, pointer: format!("/{name}"), message: message.into() }
    }

    /// A fault in the header of that name.
    pub fn header(name: &str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { place: Place::Header, pointer: format!("/{name}"), message: message.into() }
    }
}

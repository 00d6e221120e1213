//! A refused or failed call, as pages tell it.

use std::time::Duration;

use gatepost_sdk::{Error, ErrorKind};

/// One fault that the API found in what a form sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Where the pointer leads, without places in lists: `/scopes/3` is `scopes`, `/limits/perDay` is `limits.perDay`. Empty
    /// for the whole.
    pub field: String,
    /// What is wrong.
    pub message: String,
}

/// Why a call did not do what it should.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The session is over.
    #[error("nobody is signed in any more")]
    SignedOut,
    /// The form's words are to be changed.
    #[error("{detail}")]
    Invalid { detail: String, faults: Vec<Fault> },
    /// Over a limit.
    #[error("too many requests")]
    Limited(Option<Duration>),
    /// There is no such thing.
    #[error("{0}")]
    Missing(String),
    /// It may not, or not now: the API's words say why.
    #[error("{0}")]
    Refused(String),
    /// Something of ours broke, or is away.
    #[error("the API failed{}", .request_id.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default())]
    Broken { request_id: Option<String>, away: bool },
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let detail = || words(&error);
        match error.kind() {
            ErrorKind::Unauthenticated => Self::SignedOut,
            ErrorKind::Invalid | ErrorKind::Malformed => Self::Invalid { detail: detail(), faults: faults(&error) },
            ErrorKind::RateLimited => Self::Limited(error.retry_after()),
            ErrorKind::NotFound => Self::Missing(detail()),
            ErrorKind::Forbidden | ErrorKind::Conflict => Self::Refused(detail()),
            kind => {
                tracing::warn!(%error, "a call to the API failed");
                let away = matches!(kind, ErrorKind::Connection | ErrorKind::Timeout) || error.status() == Some(503);
                Self::Broken { request_id: error.request_id().map(str::to_owned), away }
            }
        }
    }
}

fn words(error: &Error) -> String {
    let said = error.api().and_then(|api| api.detail.clone().or_else(|| api.title.clone()));
    said.unwrap_or_else(|| "The API refused this.".to_owned())
}

fn faults(error: &Error) -> Vec<Fault> {
    let faults = error.api().map(|api| api.errors.as_slice()).unwrap_or_default();
    faults.iter().map(|fault| Fault { field: field(&fault.pointer), message: fault.message.clone() }).collect()
}

fn field(pointer: &str) -> String {
    let is_place = |step: &&str| step.bytes().all(|byte| byte.is_ascii_digit());
    let steps = pointer.split('/').filter(|step| !step.is_empty()).take_while(|step| !is_place(step));
    let names: Vec<String> = steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect();
    names.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_leads_to_its_field() {
        assert_eq!(field("/scopes/3"), "scopes");
        assert_eq!(field("/name"), "name");
        assert_eq!(field("/limits/perDay"), "limits.perDay");
        assert_eq!(field("/metadata/a~1b~0"), "metadata.a/b~");
        assert_eq!(field(""), "");
    }
}

//! What can go wrong with a call, as one typed error.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::api_error::ApiError;
use crate::auth::TokenStoreError;
use crate::rate_limit::RateLimit;

/// What can go wrong with a call.
///
/// Ask [`Error::kind`] or the `is_…` methods what happened; match on the variants for the details.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The API answered, and said no.
    #[error("{0}")]
    Api(Box<ApiError>),
    /// The API could not be reached, or the connection broke before the answer was complete.
    #[error("the API could not be reached: {}", deepest(.0))]
    Connection(#[source] reqwest::Error),
    /// No complete answer within the client's timeout.
    #[error("the API did not answer within the timeout")]
    Timeout(#[source] reqwest::Error),
    /// The API answered 2xx with a body that this version of the SDK cannot read.
    #[error("{0}")]
    Decode(Box<DecodeError>),
    /// The call was never sent: a value is missing or cannot be sent.
    #[error("the request is not complete: {0}")]
    InvalidRequest(String),
    /// The client was set up wrongly.
    #[error("the client cannot be set up: {0}")]
    Config(String),
    /// The access token had to be renewed first, and that failed. Every call that waited for it gets the same error.
    #[error("the access token could not be renewed: {0}")]
    Refresh(#[source] Arc<Error>),
    /// The token store failed.
    #[error("{0}")]
    TokenStore(#[from] TokenStoreError),
}

/// An answer that could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{operation}: the answer ({status}) is not what this SDK expects: {source}{}", .request_id.as_deref().map(|id| format!(" (request {id})")).unwrap_or_default())]
#[non_exhaustive]
pub struct DecodeError {
    /// The operation that was called, by its id in the contract.
    pub operation: &'static str,
    /// HTTP status of the answer.
    pub status: u16,
    /// The answer's request id: quote it when asking for help.
    pub request_id: Option<String>,
    /// The body as it came.
    pub body: Bytes,
    /// What the reader stumbled over.
    pub source: serde_json::Error,
}

/// The kinds of failure that callers treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// 400, 413, 415 and the like: the request cannot be understood.
    Malformed,
    /// 401: no credential, or a bad one.
    Unauthenticated,
    /// 403: the credential lacks a scope or the right.
    Forbidden,
    /// 404 or 410.
    NotFound,
    /// 409 or 412: somebody else was faster, or the state does not allow it.
    Conflict,
    /// 422: the request was read and breaks a rule; see [`ApiError::errors`].
    Invalid,
    /// 429: over a limit; see [`Error::retry_after`].
    RateLimited,
    /// 5xx.
    Server,
    /// Another status.
    Other,
    /// No answer: the connection failed or broke.
    Connection,
    /// No answer in time.
    Timeout,
    /// An answer that could not be read.
    Decode,
    /// Nothing was sent: the call or the client is set up wrongly, or the token store failed.
    Local,
}

impl Error {
    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Api(error) => error.kind(),
            Self::Connection(_) => ErrorKind::Connection,
            Self::Timeout(_) => ErrorKind::Timeout,
            Self::Decode(_) => ErrorKind::Decode,
            Self::Refresh(cause) => cause.kind(),
            Self::InvalidRequest(_) | Self::Config(_) | Self::TokenStore(_) => ErrorKind::Local,
        }
    }

    /// The API's refusal, if it was one (also of a token renewal).
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            Self::Refresh(cause) => cause.api(),
            _ => None,
        }
    }

    /// HTTP status, if the API answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Decode(error) => Some(error.status),
            _ => self.api().map(|error| error.status),
        }
    }

    /// The API's code for the failure, for example `NOT_FOUND`.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.api()?.code.as_deref()
    }

    /// The request id: quote it when asking for help.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Decode(error) => error.request_id.as_deref(),
            _ => self.api()?.request_id.as_deref(),
        }
    }

    /// How long the API asks to wait before another try.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.api()?.retry_after
    }

    /// What the refusal said of the limits.
    #[must_use]
    pub fn rate_limit(&self) -> Option<&RateLimit> {
        self.api()?.rate_limit.as_ref()
    }

    /// 401: no credential, or a bad one.
    #[must_use]
    pub fn is_unauthenticated(&self) -> bool {
        self.kind() == ErrorKind::Unauthenticated
    }

    /// 403: a scope or the right is missing; [`ApiError::required_scopes`] names the scopes.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.kind() == ErrorKind::Forbidden
    }

    /// 404 or 410.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::NotFound
    }

    /// 409 or 412.
    #[must_use]
    pub fn is_conflict(&self) -> bool {
        self.kind() == ErrorKind::Conflict
    }

    /// 422: [`ApiError::errors`] names each fault.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        self.kind() == ErrorKind::Invalid
    }

    /// 429: over a limit.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        if error.is_timeout() {
            Self::Timeout(error)
        } else if error.is_builder() {
            Self::InvalidRequest(deepest(&error))
        } else {
            Self::Connection(error)
        }
    }
}

impl From<reqwest::header::InvalidHeaderValue> for Error {
    fn from(error: reqwest::header::InvalidHeaderValue) -> Self {
        Self::InvalidRequest(error.to_string())
    }
}

impl From<std::convert::Infallible> for Error {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

/// The cause at the bottom: "connection refused" says more than "error sending request".
fn deepest(error: &reqwest::Error) -> String {
    let mut at: &dyn std::error::Error = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

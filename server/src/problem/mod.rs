//! Every error becomes one body here, and only here: `application/problem+json` (RFC 9457).
//!
//! What it is for: [`Problem`] is what an operation answers instead of its result. The onion (`http`) renders it once and
//! adds the request id. It must not know how a request travels. Text here is for users; what an operator needs goes to the
//! log where the cause is known, and never into a problem.
//!
//! To add a kind: a line in `kind.rs` (and a page under the portal's `/docs/errors/`). To map an error of a noun: a small
//! file here named after it (`problem/keys.rs`) with `impl From<KeyError> for Problem`, and a `mod` line below.

mod applications;
mod auth;
mod community;
mod fault;
mod identities;
mod items;
mod keys;
pub mod kind;
mod limits;
mod oauth;
mod orders;
mod projects;
mod render;
mod sign_in;
mod siwe;
mod store;
mod usage;
mod users;
mod vault;
mod webhooks;

use std::borrow::Cow;
use std::fmt;

use poem::error::ResponseError;
use poem::http::StatusCode;

pub use fault::{Fault, Place};
pub use kind::{Challenge, Kind};

use crate::domain::scopes::Scopes;
use crate::random::NoRandomness;

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Status, code and title.
    pub kind: &'static Kind,
    /// What happened here and what to do about it.
    pub detail: Cow<'static, str>,
    /// Each fault of the request.
    pub errors: Vec<Fault>,
    /// The scopes that the operation needs; empty but where they are what is wrong.
    pub required_scopes: Scopes,
    /// The scopes that the credential has; shown where `required_scopes` is not empty.
    pub granted_scopes: Scopes,
    /// Names of the limit windows that are used up.
    pub violated_policies: Vec<&'static str>,
    /// Seconds until it is worth trying again.
    pub retry_after_seconds: Option<u64>,
}

impl Problem {
    /// A problem of that kind.
    pub fn new(kind: &'static Kind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            required_scopes: Scopes::NONE,
            granted_scopes: Scopes::NONE,
            violated_policies: Vec::new(),
            retry_after_seconds: None,
        }
    }

    /// 400: the request cannot be parsed.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&kind::MALFORMED, detail)
    }

    /// 401: no credential was shown where one is needed.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::new(&kind::UNAUTHENTICATED, "Send an API key as X-API-Key, or a token as Authorization: Bearer.")
    }

    /// 401: an OAuth client has to authenticate and did not.
    #[must_use]
    pub fn client_unknown() -> Self {
        let how = "The client has to authenticate: Authorization: Basic of a key's id and the key, or client_id and client_secret.";
        Self::new(&kind::INVALID_CLIENT, how)
    }

    /// 403: the credential is good and this kind of caller may not do it. Only where the caller may know that the thing
    /// exists; otherwise [`Problem::not_found`].
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&kind::FORBIDDEN, detail)
    }

    /// 403: a scope is missing.
    #[must_use]
    pub fn insufficient_scope(required: Scopes, granted: Scopes) -> Self {
        let noun = if required.iter().nth(1).is_none() { "scope" } else { "scopes" };
        let detail = format!("This needs the {noun} {required}.");
        Self { required_scopes: required, granted_scopes: granted, ..Self::new(&kind::INSUFFICIENT_SCOPE, detail) }
    }

    /// 404: there is no such thing, or it is not the caller's to see.
    pub fn not_found(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&kind::NOT_FOUND, detail)
    }

    /// 409: the thing's state does not allow it.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&kind::CONFLICT, detail)
    }

    /// 412: the thing is not in the state that `If-Match` names.
    pub fn changed_meanwhile(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(&kind::PRECONDITION_FAILED, detail)
    }

    /// 422: the request breaks the schema or a rule. `faults` is never empty.
    #[must_use]
    pub fn invalid(faults: Vec<Fault>) -> Self {
        let detail = match faults.len() {
            1 => Cow::Borrowed("1 fault in the request."),
            several => Cow::Owned(format!("{several} faults in the request.")),
        };
        Self { errors: faults, ..Self::new(&kind::INVALID, detail) }
    }

    /// 422 with a single fault of the body.
    pub fn invalid_body(pointer: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid(vec![Fault::body(pointer, message)])
    }

    /// 422 with a single fault of a query parameter.
    pub fn invalid_query(name: &str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::invalid(vec![Fault::query(name, message)])
    }

    /// 429: a limit window is used up.
    pub fn rate_limited(
        detail: impl Into<Cow<'static, str>>,
        violated_policies: Vec<&'static str>,
        retry_after_seconds: u64,
    ) -> Self {
        Self {
            violated_policies,
            retry_after_seconds: Some(retry_after_seconds),
            ..Self::new(&kind::RATE_LIMITED, detail)
        }
    }

    /// 500: our fault. The cause goes to the log by the caller of this, not here.
    #[must_use]
    pub fn internal() -> Self {
        Self::new(&kind::INTERNAL, "Something broke on our side, and it is in our log under this requestId.")
    }

    /// 500, and the cause to the operator's log.
    pub fn broken(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::internal()
    }

    /// 503: a store is away.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self { retry_after_seconds: Some(1), ..Self::new(&kind::UNAVAILABLE, detail) }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.kind.status, self.kind.code, self.detail)
    }
}

impl std::error::Error for Problem {}

impl ResponseError for Problem {
    fn status(&self) -> StatusCode {
        Self::status(self)
    }
}

impl From<NoRandomness> for Problem {
    fn from(cause: NoRandomness) -> Self {
        Self::broken(cause)
    }
}

//! A refusal by the API: `application/problem+json` (RFC 9457), read leniently.
//!
//! Whatever answers (a proxy, another version of the server), the status and the body survive.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use reqwest::header::HeaderMap;
use serde::Deserialize;

use crate::error::ErrorKind;
use crate::rate_limit::RateLimit;
use crate::retry;

/// The API answered, and said no.
#[derive(Clone)]
#[non_exhaustive]
pub struct ApiError {
    /// The operation that was called, by its id in the contract.
    pub operation: &'static str,
    /// HTTP status.
    pub status: u16,
    /// What went wrong, for programs, for example `INSUFFICIENT_SCOPE`.
    pub code: Option<String>,
    /// What went wrong, in a few words.
    pub title: Option<String>,
    /// What went wrong this time.
    pub detail: Option<String>,
    /// Address of a page that explains it.
    pub problem_type: Option<String>,
    /// Each fault of the request, with its place.
    pub errors: Vec<Fault>,
    /// The request id: quote it when asking for help.
    pub request_id: Option<String>,
    /// How long the API asks to wait.
    pub retry_after: Option<Duration>,
    /// What this answer said of the limits.
    pub rate_limit: Option<RateLimit>,
    /// Scopes that the operation needs (403).
    pub required_scopes: Vec<String>,
    /// Scopes that the credential has (403).
    pub granted_scopes: Vec<String>,
    /// The answer's headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub body: Bytes,
}

/// One fault of a request.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Fault {
    /// JSON pointer (RFC 6901) to the value at fault; empty is the whole.
    #[serde(default)]
    pub pointer: String,
    /// What is wrong with it.
    #[serde(default)]
    pub message: String,
}

impl ApiError {
    pub(crate) fn read(operation: &'static str, status: u16, headers: HeaderMap, body: Bytes, now: SystemTime) -> Self {
        let problem: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name: &str| problem.get(name).and_then(|value| value.as_str()).map(str::to_owned);
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Self {
            operation,
            status,
            // RFC 9457, or RFC 6749 where that is the standard.
            code: text("code").or_else(|| text("error")),
            title: text("title"),
            detail: text("detail").or_else(|| text("error_description")),
            problem_type: text("type"),
            errors: faults(&problem),
            request_id: text("requestId").or_else(|| header("x-request-id")),
            retry_after: retry::retry_after(&headers, now),
            rate_limit: RateLimit::read(&headers, now),
            required_scopes: scopes(&problem, "requiredScopes", header("x-required-scopes").as_deref()),
            granted_scopes: scopes(&problem, "grantedScopes", header("x-granted-scopes").as_deref()),
            headers,
            body,
        }
    }

    /// What kind of refusal this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self.status {
            401 => ErrorKind::Unauthenticated,
            403 => ErrorKind::Forbidden,
            404 | 410 => ErrorKind::NotFound,
            409 | 412 => ErrorKind::Conflict,
            422 => ErrorKind::Invalid,
            429 => ErrorKind::RateLimited,
            400 | 405 | 406 | 413 | 414 | 415 | 431 => ErrorKind::Malformed,
            500..=599 => ErrorKind::Server,
            _ => ErrorKind::Other,
        }
    }
}

fn faults(problem: &serde_json::Value) -> Vec<Fault> {
    let Some(list) = problem.get("errors").and_then(|errors| errors.as_array()) else { return Vec::new() };
    list.iter().filter_map(|fault| Fault::deserialize(fault).ok()).collect()
}

fn scopes(problem: &serde_json::Value, name: &str, header: Option<&str>) -> Vec<String> {
    match problem.get(name).and_then(|scopes| scopes.as_array()) {
        Some(list) => list.iter().filter_map(|scope| scope.as_str().map(str::to_owned)).collect(),
        None => header
            .into_iter()
            .flat_map(|header| header.split([',', ' ']))
            .filter(|scope| !scope.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.operation, self.status)?;
        if let Some(code) = &self.code {
            write!(f, " {code}")?;
        }
        if let Some(words) = self.detail.as_ref().or(self.title.as_ref()) {
            write!(f, ": {words}")?;
        }
        for fault in &self.errors {
            write!(f, "; {}: {}", fault.pointer, fault.message)?;
        }
        if !self.required_scopes.is_empty() {
            write!(f, " (needs {})", self.required_scopes.join(" "))?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, " (try again in {} s)", wait.as_secs_f32().ceil())?;
        }
        if let Some(id) = &self.request_id {
            write!(f, " (request {id})")?;
        }
        Ok(())
    }
}

/// Headers and body stay out: an echo of what was sent does not belong in a log.
impl fmt::Debug for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiError")
            .field("operation", &self.operation)
            .field("status", &self.status)
            .field("code", &self.code)
            .field("title", &self.title)
            .field("detail", &self.detail)
            .field("errors", &self.errors)
            .field("request_id", &self.request_id)
            .field("retry_after", &self.retry_after)
            .field("rate_limit", &self.rate_limit)
            .field("required_scopes", &self.required_scopes)
            .field("granted_scopes", &self.granted_scopes)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for ApiError {}

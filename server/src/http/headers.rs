//! The headers of every answer, from what is known of its request.

use std::cell::RefCell;
use std::collections::HashMap;

use foldhash::fast::RandomState;
use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::{ErrorForm, RequestContext, cors};
use crate::domain::scopes::Scopes;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const REQUIRED: HeaderName = HeaderName::from_static("x-required-scopes");
const GRANTED: HeaderName = HeaderName::from_static("x-granted-scopes");
const NOSNIFF: HeaderValue = HeaderValue::from_static("nosniff");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// That something is not there may be kept for half a minute where what is there may be kept longer (S41).
const NOT_THERE: HeaderValue = HeaderValue::from_static("public, max-age=30");

/// Sets of scopes are few; should they ever be many, the store of their headers is begun anew.
const MOST_SCOPE_SETS: usize = 1024;

thread_local! {
    static SCOPE_SETS: RefCell<HashMap<Scopes, HeaderValue, RandomState>> = RefCell::default();
}

/// The id, on every answer of the whole server.
pub(super) fn identify(headers: &mut HeaderMap, context: &RequestContext) {
    if let Ok(id) = HeaderValue::from_str(context.request_id.as_str()) {
        headers.insert(REQUEST_ID, id);
    }
}

/// Everything that an answer of the API carries.
pub(super) fn complete(headers: &mut HeaderMap, context: &RequestContext, status: StatusCode) {
    headers.reserve(12);
    cors::open(headers, context.from_a_page);
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, NOSNIFF);
    let operation = context.operation.get();
    headers.insert(header::CACHE_CONTROL, caching(operation.and_then(|operation| operation.cache_control), status));
    if operation.is_some_and(|operation| operation.errors_as == ErrorForm::OAuth) {
        // RFC 6749, 5.1, for caches that know nothing newer.
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    }
    if let Some(operation) = operation.filter(|operation| !operation.scopes.is_empty()) {
        headers.insert(REQUIRED, scopes(operation.scopes));
    }
    if let Some(identity) = context.identity.get() {
        headers.insert(GRANTED, scopes(identity.scopes));
    }
    if let Some(decision) = context.decision.get() {
        decision.write_headers(headers, context.now);
    }
}

/// How long an answer may be kept, where its operation's may be kept at all.
fn caching(cached: Option<&'static str>, status: StatusCode) -> HeaderValue {
    match cached {
        Some(text) if status.is_success() || status == StatusCode::NOT_MODIFIED => HeaderValue::from_static(text),
        Some(_) if status == StatusCode::NOT_FOUND => NOT_THERE,
        _ => NO_STORE,
    }
}

/// The header of a set of scopes, made once a thread.
fn scopes(scopes: Scopes) -> HeaderValue {
    SCOPE_SETS.with_borrow_mut(|known| {
        if known.len() >= MOST_SCOPE_SETS {
            known.clear();
        }
        let made = || HeaderValue::try_from(scopes.to_string()).unwrap_or(HeaderValue::from_static(""));
        known.entry(scopes).or_insert_with(made).clone()
    })
}

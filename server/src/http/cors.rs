//! Any page may call the API; none may send its visitor's cookies along, and no cookie would count (DESIGN.md, section 3).

use poem::Response;
use poem::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};

const ANY: HeaderValue = HeaderValue::from_static("*");
const SHOWN: HeaderValue = HeaderValue::from_static(
    "x-request-id, etag, ratelimit, ratelimit-policy, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after, x-required-scopes, x-granted-scopes, www-authenticate, idempotency-replayed",
);
const TAKEN: HeaderValue =
    HeaderValue::from_static("authorization, x-api-key, content-type, idempotency-key, if-match, if-none-match");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("86400");
const REQUEST_METHOD: HeaderName = header::ACCESS_CONTROL_REQUEST_METHOD;

/// Whether the request is a browser asking whether it may ask.
pub(super) fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ORIGIN) && headers.contains_key(REQUEST_METHOD)
}

/// The answer to a preflight for a path that takes these methods.
pub(super) fn preflight(allowed: &HeaderValue) -> Response {
    let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, allowed.clone());
    headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, TAKEN);
    headers.insert(header::ACCESS_CONTROL_MAX_AGE, FOR_A_DAY);
    response
}

/// Lets any page read an answer and the headers that matter.
pub(super) fn open(headers: &mut HeaderMap, asked_by_a_page: bool) {
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
    if asked_by_a_page {
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
    }
}

//! Whatever an endpoint refuses with becomes a [`Problem`]: our own go through, poem's are read and named.

use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Error, Response};
use poem_openapi::error::ParseParamError;
use serde_json::Value;

use super::encoding::decode;
use super::parameters::pairs;
use super::{ErrorForm, RequestContext, schemas};
use crate::problem::{Challenge, Fault, Place, Problem, kind};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");
const BASIC: HeaderValue = HeaderValue::from_static("Basic realm=\"gatepost\", charset=\"UTF-8\"");
const REALM: HeaderValue = HeaderValue::from_static("Bearer realm=\"gatepost\"");

/// The problem that an error is.
pub(super) fn problem(error: Error, context: &RequestContext) -> Problem {
    let error = match error.downcast::<Problem>() {
        Ok(problem) => return problem,
        Err(error) => error,
    };
    if let Some(fault) = error.downcast_ref::<ParseParamError>() {
        return parameter(context, fault);
    }
    match error.status() {
        StatusCode::NOT_FOUND => nothing_here(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(&kind::TOO_LARGE, "The body is too large."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Problem::new(&kind::UNSUPPORTED_MEDIA_TYPE, "Send the body as application/json.")
        }
        status if status.is_client_error() => Problem::malformed("The request cannot be understood."),
        _ => Problem::broken(error),
    }
}

/// 404 for a path that nothing stands behind.
pub(super) fn nothing_here() -> Problem {
    Problem::not_found("There is nothing at this address.")
}

/// A parameter that poem-openapi refused. What is no number where one is due cannot be parsed (400); everything else
/// breaks the schema (422), and then every query parameter is checked, so that all faults are named at once.
fn parameter(context: &RequestContext, refused: &ParseParamError) -> Problem {
    let Some(operation) = context.operation.get() else { return nothing_here() };
    // An id that its schema does not allow is an id that nothing has; but PUT would make what the path names.
    if let Some(name) = in_path(operation.path, refused.name) {
        return match operation.method {
            Method::PUT => Problem::invalid(vec![Fault::path(name, "breaks its schema")]),
            _ => nothing_here(),
        };
    }
    let mut faults = Vec::new();
    for (key, text) in pairs(context.uri.query().unwrap_or_default()) {
        let (Ok(key), Ok(text)) = (decode(key), decode(text)) else { continue };
        let schema = format!("{}.{key}", operation.id);
        if !schemas::knows(&schema) {
            continue;
        }
        let value = match schemas::wants_number(&schema) {
            true => text.parse().map(Value::Number),
            false => Ok(Value::from(&*text)),
        };
        match value {
            Ok(value) => faults.extend(schemas::faults(Place::Query, &format!("/{key}"), &schema, &value)),
            Err(_) => {
                let fault = Fault::query(&key, "must be an integer");
                return Problem {
                    errors: vec![fault],
                    ..Problem::malformed(format!("The parameter {key} is not an integer."))
                };
            }
        }
    }
    if faults.is_empty() {
        faults.push(elsewhere(refused));
    }
    Problem::invalid(faults)
}

/// The parameter of a path that is called so. One that could not be read poem-openapi calls by its place, `param0`.
fn in_path<'a>(path: &'a str, name: &str) -> Option<&'a str> {
    let mut names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    match name.strip_prefix("param").and_then(|place| place.parse().ok()) {
        Some(place) => names.nth(place),
        None => names.find(|one| *one == name),
    }
}

/// A fault that is not in the query: in a header, or a parameter that is missing.
fn elsewhere(refused: &ParseParamError) -> Fault {
    if refused.name.contains('-') {
        return Fault::header(refused.name, "breaks its schema");
    }
    Fault::query(refused.name, "is required or breaks its schema")
}

/// The answer that tells of a problem in the form that the operation's errors have.
pub(super) fn answer_to(context: &RequestContext, problem: &Problem) -> Response {
    match context.operation.get().map(|operation| operation.errors_as) {
        Some(ErrorForm::OAuth) => oauth(problem),
        Some(ErrorForm::Problem) | None => answer(problem, context.request_id.as_str()),
    }
}

/// `{error, error_description}` (RFC 6749, 5.2). 401 is always about the client, and Basic is how it authenticates.
fn oauth(problem: &Problem) -> Response {
    let (status, body) = problem.oauth();
    let mut response = Response::builder().status(status).body(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    if status == StatusCode::UNAUTHORIZED {
        headers.insert(header::WWW_AUTHENTICATE, BASIC);
    }
    response
}

/// The answer that tells of a problem.
pub(super) fn answer(problem: &Problem, request_id: &str) -> Response {
    let mut response = Response::builder().status(problem.status()).body(problem.body(request_id));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, PROBLEM_JSON);
    if let Some(seconds) = problem.retry_after_seconds {
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    challenge(problem, headers);
    response
}

/// `WWW-Authenticate` (RFC 6750, section 3). Nothing in it comes from the request.
fn challenge(problem: &Problem, headers: &mut HeaderMap) {
    let error = match problem.kind.challenge {
        Challenge::None => return,
        Challenge::Realm => {
            headers.insert(header::WWW_AUTHENTICATE, REALM);
            return;
        }
        Challenge::InvalidToken => "invalid_token".to_owned(),
        Challenge::InvalidRequest => "invalid_request".to_owned(),
        Challenge::InsufficientScope => format!("insufficient_scope\", scope=\"{}", problem.required_scopes),
    };
    if let Ok(value) = HeaderValue::from_str(&format!("Bearer realm=\"gatepost\", error=\"{error}\"")) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scopes::{Scope, Scopes};

    fn challenge_of(problem: &Problem) -> String {
        answer(problem, "req_1")
            .headers()
            .get("www-authenticate")
            .map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn s15_nobody_is_challenged_without_an_error_code() {
        assert_eq!(challenge_of(&Problem::unauthenticated()), "Bearer realm=\"gatepost\"");
    }

    #[test]
    fn s16_a_bad_token_and_a_missing_scope_say_so() {
        assert_eq!(
            challenge_of(&Problem::new(&kind::EXPIRED, "")),
            "Bearer realm=\"gatepost\", error=\"invalid_token\""
        );
        let scope = Problem::insufficient_scope(Scopes::of(&[Scope::WriteItems]), Scopes::NONE);
        assert_eq!(
            challenge_of(&scope),
            "Bearer realm=\"gatepost\", error=\"insufficient_scope\", scope=\"write:items\""
        );
        assert_eq!(challenge_of(&Problem::not_found("")), "");
    }
}

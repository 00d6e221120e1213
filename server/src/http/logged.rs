//! What the request log keeps of a request. Nothing of it may be a secret (S115).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use poem::Request;
use poem::http::{Method, StatusCode};

use super::encoding::decode;
use super::parameters::pairs;
use super::{LimitClass, Operation, RequestContext, credentials, schemas};
use crate::domain::requests::{Entry, LONGEST, Sent, cut, headers, masked};

/// Whether a request is counted and logged: what is free is not, nor what our own pages ask.
pub(super) fn counts(context: &RequestContext, operation: &Operation) -> bool {
    operation.class != LimitClass::Free && !context.by_portal
}

/// Notes what the client sent, before it is read and gone.
pub(super) fn note(context: &RequestContext, operation: &'static Operation, request: &Request) {
    if counts(context, operation) && context.app.request_log.takes() {
        let _ = context.sent.set(Arc::new(sent(request, operation)));
    }
}

/// The whole entry, once the request is answered.
pub(super) fn entry(
    context: &RequestContext,
    operation: &'static Operation,
    status: StatusCode,
    latency: Duration,
) -> Option<Entry> {
    let identity = context.identity.get();
    Some(Entry {
        id: context.request_id,
        at: context.now,
        owner: identity.map(|identity| identity.user_id),
        key: identity.and_then(|identity| identity.credential.key()),
        session: identity.and_then(|identity| identity.credential.session()),
        operation: operation.id,
        method: name(&context.method),
        sent: Arc::clone(context.sent.get()?),
        status: status.as_u16(),
        code: context.code.get().copied(),
        latency_us: i64::try_from(latency.as_micros()).unwrap_or(i64::MAX),
        address: context.address,
    })
}

fn sent(request: &Request, operation: &Operation) -> Sent {
    let all = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Sent {
        path: safe(cut(request.uri().path(), LONGEST)),
        query: request.uri().query().and_then(|query| known(query, operation)),
        user_agent: credentials::user_agent(request.headers()).map(|agent| masked(&agent).into_owned()),
        headers: headers(all),
    }
}

/// The parameters that the operation knows: others may be anything, such as a token that stands in the wrong place (S13).
fn known(query: &str, operation: &Operation) -> Option<String> {
    let is_known = |name: &str| decode(name).is_ok_and(|name| schemas::knows(&format!("{}.{name}", operation.id)));
    let kept: Vec<String> = pairs(query)
        .filter(|(name, _)| is_known(name))
        .map(|(name, value)| format!("{name}={}", safe(value)))
        .collect();
    (!kept.is_empty()).then(|| cut(&kept.join("&"), LONGEST).to_owned())
}

/// As it was sent, unless there is a secret in it, also behind percent-encoding.
fn safe(text: &str) -> String {
    let plain = decode(text).unwrap_or(Cow::Borrowed(text));
    match masked(&plain) {
        Cow::Borrowed(_) => text.to_owned(),
        Cow::Owned(clean) => clean,
    }
}

/// The methods that operations have, HEAD where there is a GET.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "GET",
    }
}

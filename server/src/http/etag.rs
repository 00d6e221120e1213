//! Entity tags (RFC 9110, 8.8.3) of answers that may be cached: who has the newest one already is told so, and no more.

use poem::http::{HeaderValue, Method, StatusCode, header};
use poem::{Request, Response};

use super::Operation;
use crate::domain::entity_tags::EntityTag;

/// The strong tag of a body.
pub(super) fn of(body: &[u8]) -> Option<HeaderValue> {
    HeaderValue::try_from(EntityTag::of(body).to_string()).ok()
}

/// What the request knows already, where that can matter.
pub(super) fn known(request: &Request, operation: &Operation) -> Option<HeaderValue> {
    let asks = operation.carries_tag() && *request.method() == Method::GET;
    request.headers().get(header::IF_NONE_MATCH).filter(|_| asks).cloned()
}

/// The answer, without its body where `known` names it.
pub(super) fn answer(mut response: Response, known: Option<&HeaderValue>) -> Response {
    let tag = response.headers().get(header::ETAG).and_then(|tag| tag.to_str().ok());
    let listed = known.and_then(|known| known.to_str().ok());
    let matches = |tag: &str, listed: &str| {
        listed == "*" || listed.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
    };
    if let (Some(tag), Some(listed)) = (tag, listed)
        && matches(tag, listed)
    {
        response.set_status(StatusCode::NOT_MODIFIED);
        response.headers_mut().remove(header::CONTENT_TYPE);
        response.set_body(());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tagged() -> Response {
        Response::builder().header(header::ETAG, "\"a\"").body("body")
    }

    #[test]
    fn who_has_it_is_told_so_and_who_has_another_gets_it() {
        for (known, status) in
            [("\"a\"", 304), ("W/\"a\"", 304), ("\"b\", \"a\"", 304), ("*", 304), ("\"b\"", 200), ("a", 200)]
        {
            let answer = answer(tagged(), Some(&HeaderValue::from_static(known)));
            assert_eq!(answer.status().as_u16(), status, "{known}");
        }
        assert_eq!(answer(tagged(), None).status().as_u16(), 200);
    }

    #[test]
    fn another_body_has_another_tag() {
        assert_eq!(of(b"a"), of(b"a"));
        assert_ne!(of(b"a"), of(b"b"));
    }
}

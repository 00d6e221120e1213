//! The last step of every answer: headers, ETag, 304, gzip, HEAD.

use bytes::Bytes;
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Request, Response};

use super::accept::takes_gzip;
use super::answer::Keeping;
use super::headers::SecurityHeaders;
use super::representation::Representation;

/// What the end of an answer must know of its request.
pub(crate) struct Asked {
    head: bool,
    gzip: bool,
    if_none_match: Option<String>,
}

impl Asked {
    /// Notes what was asked, and turns HEAD into GET for the pages.
    pub fn note(request: &mut Request) -> Self {
        let head = *request.method() == Method::HEAD;
        if head {
            request.set_method(Method::GET);
        }
        let if_none_match = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
        Self { head, gzip: takes_gzip(request), if_none_match: if_none_match.map(str::to_owned) }
    }

    fn has(&self, tag: &str) -> bool {
        let Some(list) = &self.if_none_match else { return false };
        let same = |entry: &str| {
            let entry = entry.trim().trim_start_matches("W/").trim_matches('"');
            entry == "*" || entry.strip_suffix("-gz").unwrap_or(entry) == tag
        };
        list.split(',').any(same)
    }
}

/// Makes a page's answer whole.
pub(crate) async fn finish(asked: &Asked, security: SecurityHeaders, mut response: Response) -> Response {
    security.write(response.headers_mut());
    let keeping = response.data::<Keeping>().cloned().unwrap_or(Keeping::Never);
    let body = response.take_body().into_bytes().await.unwrap_or_default();
    let body = match keeping {
        Keeping::Never => private(response.headers_mut(), body),
        Keeping::Revalidate => shared(asked, &mut response, &Representation::per_answer(body), "no-cache"),
        Keeping::Prepared(made) => shared(asked, &mut response, &made, "public, no-cache"),
        Keeping::Forever(made) => shared(asked, &mut response, &made, "public, max-age=31536000, immutable"),
    };
    if response.status() != StatusCode::NOT_MODIFIED {
        response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    response.set_body(if asked.head { Body::empty() } else { Body::from(body) });
    response
}

fn private(headers: &mut HeaderMap, body: Bytes) -> Bytes {
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    body
}

fn shared(asked: &Asked, response: &mut Response, made: &Representation, cache: &'static str) -> Bytes {
    let gzip = asked.gzip.then(|| made.gzip()).flatten();
    let fresh = response.status() == StatusCode::OK && asked.has(&made.tag);
    let headers = response.headers_mut();
    let tag = format!("\"{}{}\"", made.tag, if gzip.is_some() { "-gz" } else { "" });
    if let Ok(tag) = HeaderValue::try_from(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.append(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if fresh {
        response.set_status(StatusCode::NOT_MODIFIED);
        return Bytes::new();
    }
    if gzip.is_some() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    gzip.unwrap_or(&made.plain).clone()
}

//! What a page answers, and how it may be kept.

use bytes::Bytes;
use poem::http::{HeaderName, HeaderValue, StatusCode, header};
use poem::{IntoResponse, Response};

use super::representation::Representation;

/// How an answer may be kept by browsers and caches.
#[derive(Debug, Clone)]
pub(crate) enum Keeping {
    /// Not at all, nor compressed: it is one visitor's, and may show a secret beside what they typed.
    Never,
    /// It may be kept, and is asked about with its ETag each time.
    Revalidate,
    /// As [`Keeping::Revalidate`], from bytes made at start.
    Prepared(Representation),
    /// For good: the name carries the content's hash.
    Forever(Representation),
}

/// An answer in the making.
pub(crate) struct Answer(Response);

impl Answer {
    /// A page for this visitor alone.
    pub fn private(html: String) -> Self {
        Self::new(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes(), Keeping::Never)
    }

    /// A page for everyone.
    pub fn public(html: String) -> Self {
        Self::new(StatusCode::OK, "text/html; charset=utf-8", html.into_bytes(), Keeping::Revalidate)
            .vary("Accept, Cookie")
    }

    /// Text for everyone, of another type.
    pub fn text(content_type: &'static str, text: String) -> Self {
        Self::new(StatusCode::OK, content_type, text.into_bytes(), Keeping::Revalidate)
    }

    /// Bytes made at start.
    pub fn prepared(content_type: &'static str, body: &Representation) -> Self {
        Self::new(StatusCode::OK, content_type, Bytes::new(), Keeping::Prepared(body.clone()))
    }

    /// Bytes whose name carries their hash.
    pub fn forever(content_type: &'static str, body: &Representation) -> Self {
        Self::new(StatusCode::OK, content_type, Bytes::new(), Keeping::Forever(body.clone()))
    }

    /// Sends the visitor on, with GET (Post/Redirect/Get). `path` is one of our own.
    pub fn see_other(path: &str) -> Self {
        Self::new(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", Bytes::new(), Keeping::Never)
            .header(header::LOCATION, path)
    }

    pub fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>, keeping: Keeping) -> Self {
        let mut response = Response::builder().status(status).content_type(content_type).body(body.into());
        response.set_data(keeping);
        Self(response)
    }

    pub fn status(mut self, status: StatusCode) -> Self {
        self.0.set_status(status);
        self
    }

    /// Adds a header; a value that cannot stand in one is left out.
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::try_from(value) {
            self.0.headers_mut().append(name, value);
        }
        self
    }

    /// Lets scripts of any origin read it: the contract and its kin, which are nobody's secret.
    pub fn for_any_origin(self) -> Self {
        self.header(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")
    }

    pub fn vary(self, names: &str) -> Self {
        self.header(header::VARY, names)
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        self.0
    }
}

impl From<Answer> for poem::Error {
    fn from(answer: Answer) -> Self {
        Self::from_response(answer.0)
    }
}

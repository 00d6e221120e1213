//! The page that says no, and what to do instead.

use askama::Template;
use bytes::Bytes;
use poem::http::StatusCode;

use super::chrome::{Chrome, Room};
use crate::api::Failure;
use crate::html::render;
use crate::http::{Answer, Keeping};
use crate::session::Session;
use crate::site::Site;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    chrome: Chrome<'a>,
    status: u16,
    title: &'static str,
    words: &'a str,
    request_id: Option<&'a str>,
}

/// A page that says no, before it is known who sees it: [`Refusal::page`] is called at the end of every answer.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    status: StatusCode,
    words: String,
    request_id: Option<String>,
}

impl Refusal {
    pub fn new(status: StatusCode, words: impl Into<String>) -> Self {
        Self { status, words: words.into(), request_id: None }
    }

    /// The page, for somebody who is signed in or not.
    pub fn page(&self, site: &Site, signed_in: bool) -> String {
        let chrome = Chrome::new(site, Room::Elsewhere, signed_in);
        let request_id = self.request_id.as_deref();
        let title = title(self.status);
        render(&ErrorPage { chrome, status: self.status.as_u16(), title, words: &self.words, request_id })
    }
}

impl From<Refusal> for poem::Error {
    fn from(refusal: Refusal) -> Self {
        let answer = Answer::new(refusal.status, "text/html; charset=utf-8", Bytes::new(), Keeping::Never);
        let mut error = Self::from(answer);
        error.set_data(refusal);
        error
    }
}

/// What a page answers when a call for a signed-in visitor failed. A session that the API ended ends here too.
pub(crate) async fn failed(site: &Site, session: &Session, failure: Failure) -> poem::Error {
    if !matches!(failure, Failure::SignedOut) {
        return refused(&failure);
    }
    if let Err(error) = site.sessions.end(&session.id).await {
        tracing::warn!(%error, "a session that the API ended is still kept");
    }
    site.signed_out()
}

/// What a page answers when a call failed.
pub(crate) fn refused(failure: &Failure) -> poem::Error {
    let (status, words) = told(failure);
    let request_id = if let Failure::Broken { request_id, .. } = failure { request_id.clone() } else { None };
    Refusal { status, words, request_id }.into()
}

/// A failure as its status, and as it is told to people.
pub(crate) fn told(failure: &Failure) -> (StatusCode, String) {
    match failure {
        Failure::SignedOut => (StatusCode::UNAUTHORIZED, "Sign in first.".to_owned()),
        Failure::Invalid { detail, .. } => (StatusCode::UNPROCESSABLE_ENTITY, detail.clone()),
        Failure::Limited(wait) => (StatusCode::TOO_MANY_REQUESTS, slow_down(*wait)),
        Failure::Missing(detail) => (StatusCode::NOT_FOUND, detail.clone()),
        Failure::Refused(detail) => (StatusCode::FORBIDDEN, detail.clone()),
        Failure::Broken { away, .. } => {
            let status = if *away { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::BAD_GATEWAY };
            (status, "The API did not answer as it should. Try again in a moment.".to_owned())
        }
    }
}

/// How long to wait, in words.
fn slow_down(wait: Option<std::time::Duration>) -> String {
    match wait.map(|wait| wait.as_secs().max(1)) {
        Some(seconds) if seconds >= 120 => format!("Too many tries. Try again in {} minutes.", seconds.div_ceil(60)),
        Some(seconds) => format!("Too many tries. Try again in {seconds} s."),
        None => "Too many tries. Try again in a minute.".to_owned(),
    }
}

fn title(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "This page does not exist",
        StatusCode::METHOD_NOT_ALLOWED => "Not this way",
        StatusCode::FORBIDDEN => "This is not allowed",
        StatusCode::UNAUTHORIZED => "Sign in first",
        StatusCode::TOO_MANY_REQUESTS => "A little slower, please",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::BAD_GATEWAY => "The API is away",
        status if status.is_server_error() => "Something broke on our side",
        _ => "That did not work",
    }
}

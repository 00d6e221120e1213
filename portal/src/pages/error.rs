//! The page that says no, and what to do instead.

use askama::Template;
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

/// The page for a status.
pub(crate) fn error_page(site: &Site, status: StatusCode, words: &str, request_id: Option<&str>) -> String {
    let chrome = Chrome::new(site, Room::Elsewhere, false);
    render(&ErrorPage { chrome, status: status.as_u16(), title: title(status), words, request_id })
}

/// What a page answers when a call for a signed-in visitor failed. A session that the API ended ends here too.
pub(crate) async fn failed(site: &Site, session: &Session, failure: Failure) -> poem::Error {
    if !matches!(failure, Failure::SignedOut) {
        return refused(site, &failure);
    }
    if let Err(error) = site.sessions.end(&session.id).await {
        tracing::warn!(%error, "a session that the API ended is still kept");
    }
    site.signed_out()
}

/// What a page answers when a call failed.
pub(crate) fn refused(site: &Site, failure: &Failure) -> poem::Error {
    let (status, words) = told(failure);
    let request_id = if let Failure::Broken { request_id, .. } = failure { request_id.as_deref() } else { None };
    let html = error_page(site, status, &words, request_id);
    Answer::new(status, "text/html; charset=utf-8", html, Keeping::Never).into()
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

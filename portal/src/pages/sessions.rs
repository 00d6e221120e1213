//! Where the account is signed in, and ending that: one by one, or everywhere.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::sign_out::gone;
use crate::api::{AccountSession, Failure};
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/sessions/list.html")]
struct ListPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    sessions: Vec<AccountSession>,
    now: Moment,
    notice: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "dashboard/sessions/everywhere.html")]
struct EverywherePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    let sessions = match gather(&site, session, request).await {
        Ok(sessions) => sessions,
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    let notice = match request.uri().query() {
        Some("ended") => Some("The session is ended. The next request from there is refused."),
        Some("password") => Some("Your password is changed. The other sessions of your account have ended."),
        _ => None,
    };
    let (chrome, desk) = Desk::new(&site, Room::Sessions, session);
    let now = Moment::from_ms(site.sessions.now_ms());
    Ok(Answer::private(render(&ListPage { chrome, desk, sessions, now, notice })))
}

/// Signs out in one place.
#[handler]
pub(crate) async fn end(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    match end_one(&site, &form.session, request, &id).await {
        Ok(()) => Ok(Answer::see_other("/dashboard/sessions?ended")),
        Err(failure) => Err(failed(&site, &form.session, failure).await),
    }
}

#[handler]
pub(crate) fn ask_everywhere(site: Data<&Arc<Site>>, who: SignedIn) -> Answer {
    let (chrome, desk) = Desk::new(&site, Room::Sessions, &who.0);
    Answer::private(render(&EverywherePage { chrome, desk }))
}

/// Ends every session of the account, also those of other programs.
#[handler]
pub(crate) async fn end_everywhere(
    site: Data<&Arc<Site>>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let session = &form.session;
    if let Err(failure) = end_all(&site, session, request).await {
        return Err(failed(&site, session, failure).await);
    }
    site.sessions.end(&session.id).await.map_err(|error| Site::broken(&error))?;
    Ok(gone(&site))
}

async fn gather(site: &Site, session: &Session, request: &Request) -> Result<Vec<AccountSession>, Failure> {
    site.calls(session, request).await?.sessions().await
}

async fn end_one(site: &Site, session: &Session, request: &Request, id: &str) -> Result<(), Failure> {
    site.calls(session, request).await?.end_session(id).await
}

async fn end_all(site: &Site, session: &Session, request: &Request) -> Result<(), Failure> {
    site.calls(session, request).await?.sign_out_everywhere().await
}

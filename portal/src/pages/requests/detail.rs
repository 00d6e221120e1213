//! One request: what came, from where, and how it was answered.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use crate::api::{Failure, RequestDetail};
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::session::{Session, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/requests/request.html")]
struct RequestPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    detail: RequestDetail,
    /// The operation's page in the reference.
    reference: Option<String>,
    now: Moment,
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    let session = &who.0;
    let detail = match find(&site, session, request, &id).await {
        Ok(detail) => detail,
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    let operation = detail.request.operation.as_str();
    let reference = site.reference.api.operation(operation).map(|_| format!("/reference/{operation}"));
    let (chrome, desk) = Desk::new(&site, Room::Requests, session);
    let now = Moment::from_ms(site.sessions.now_ms());
    Ok(Answer::private(render(&RequestPage { chrome, desk, detail, reference, now })))
}

async fn find(site: &Site, session: &Session, request: &Request, id: &str) -> Result<RequestDetail, Failure> {
    site.calls(session, request).await?.request(id).await
}

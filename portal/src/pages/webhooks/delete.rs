//! Deleting an endpoint: a page that asks, and the form that does it.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::endpoint::find;
use crate::api::Webhook;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::session::{SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/webhooks/delete.html")]
struct DeletePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
}

#[handler]
pub(crate) async fn ask(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    let webhook = find(&site, &who.0, request, &id).await?;
    let (chrome, desk) = Desk::new(&site, Room::Webhooks, &who.0);
    Ok(Answer::private(render(&DeletePage { chrome, desk, webhook })))
}

#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let session = &form.session;
    let deleted = match site.calls(session, request).await {
        Ok(calls) => calls.delete_webhook(&id).await,
        Err(failure) => Err(failure),
    };
    match deleted {
        Ok(()) => Ok(Answer::see_other("/dashboard/webhooks?deleted")),
        Err(failure) => Err(failed(&site, session, failure).await),
    }
}

//! Revoking a key: a page that asks, and the form that does it.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use crate::api::{Failure, Key};
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/keys/revoke.html")]
struct RevokePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    key: Key,
    now: Moment,
}

#[handler]
pub(crate) async fn ask(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    let key = match find(&site, &who.0, request, &id).await {
        Ok(key) => key,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let (chrome, desk) = Desk::new(&site, Room::Keys, &who.0);
    let now = Moment::from_ms(site.sessions.now_ms());
    Ok(Answer::private(render(&RevokePage { chrome, desk, key, now })))
}

#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let session = &form.session;
    let revoked = match site.calls(session, request).await {
        Ok(calls) => calls.revoke_key(&id).await,
        Err(failure) => Err(failure),
    };
    match revoked {
        Ok(()) => Ok(Answer::see_other("/dashboard/keys?revoked")),
        Err(failure) => Err(failed(&site, session, failure).await),
    }
}

async fn find(site: &Site, session: &Session, request: &Request, id: &str) -> Result<Key, Failure> {
    site.calls(session, request).await?.key(id).await
}

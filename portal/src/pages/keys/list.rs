//! Every key of the visitor.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use crate::api::Key;
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::session::SignedIn;
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/keys/list.html")]
struct ListPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    /// Those that work, or can be made to.
    alive: Vec<Key>,
    /// Those that never will again.
    dead: Vec<Key>,
    now: Moment,
    notice: Option<&'static str>,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    let keys = match site.calls(session, request).await {
        Ok(calls) => calls.keys().await,
        Err(failure) => Err(failure),
    };
    let keys = match keys {
        Ok(keys) => keys,
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    let (alive, dead) = keys.into_iter().partition(Key::is_alive);
    let notice = match request.uri().query() {
        Some("revoked") => Some("The key is revoked. The next request with it is refused."),
        Some("changed") => Some("The key is changed. It holds from the next request on."),
        _ => None,
    };
    let (chrome, desk) = Desk::new(&site, Room::Keys, session);
    let now = Moment::from_ms(site.sessions.now_ms());
    Ok(Answer::private(render(&ListPage { chrome, desk, alive, dead, now, notice })))
}

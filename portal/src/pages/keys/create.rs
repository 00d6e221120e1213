//! Making a key: the form, and the one page that shows the secret.
//!
//! The secret stands on the page that answers the form and nowhere else: it is not kept, not even for a redirect. A reload sends
//! the form again with the same idempotency key, so it makes no second key.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::draft::{self, Preset};
use super::scope_choice::ScopeChoice;
use crate::api::{CreatedKey, Failure, KeyDraft, ScopeGroup};
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::random;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/keys/new.html")]
struct NewPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    choice: ScopeChoice,
    lives: &'static [Preset],
    life: String,
    idles: &'static [Preset],
    /// Whether something was typed, or is wrong, in the part that is folded away.
    more_is_open: bool,
    idempotency_key: String,
}

#[derive(Template)]
#[template(path = "dashboard/keys/created.html")]
struct CreatedPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    created: CreatedKey,
    environment: &'a str,
    /// A read to try the key with.
    path: &'a str,
}

#[handler]
pub(crate) async fn new(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    form_page(&site, &who.0, request, FormState::default()).await
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, form: SignedForm) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let draft = match draft::read(&fields) {
        Ok(draft) => draft,
        Err(faults) => return refused(&site, &session, request, FormState::unread(fields, faults)).await,
    };
    match make(&site, &session, request, &draft).await {
        Ok(created) => Ok(Answer::private(shown_once(&site, &session, created))),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &draft::FIELDS);
            refused(&site, &session, request, form).await
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn make(site: &Site, session: &Session, request: &Request, draft: &KeyDraft) -> Result<CreatedKey, Failure> {
    site.calls(session, request).await?.create_key(draft).await
}

fn shown_once(site: &Site, session: &Session, created: CreatedKey) -> String {
    let api = &site.reference.api;
    let path = api.operation("getCurrentUser").map_or("/v1/me", |operation| operation.path.as_str());
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    render(&CreatedPage { chrome, desk, created, environment: &api.config.environment, path })
}

async fn refused(site: &Site, session: &Session, request: &Request, form: FormState) -> poem::Result<Answer> {
    let status = form.status;
    Ok(form_page(site, session, request, form).await?.status(status))
}

async fn form_page(site: &Site, session: &Session, request: &Request, form: FormState) -> poem::Result<Answer> {
    let groups = match scopes(site, session, request).await {
        Ok(groups) => groups,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let idempotency_key = random::token().map_err(|error| Site::broken(&error))?;
    let typed = form.value("expiry");
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    let page = NewPage {
        chrome,
        desk,
        choice: ScopeChoice::of(groups, form.values("scopes")),
        lives: &draft::LIVES,
        life: if typed.is_empty() { draft::DEFAULT_LIFE } else { typed }.to_owned(),
        idles: &draft::IDLES,
        more_is_open: draft::MORE.iter().any(|name| form.is_wrong(name) || !form.value(name).is_empty()),
        idempotency_key,
        form,
    };
    Ok(Answer::private(render(&page)))
}

async fn scopes(site: &Site, session: &Session, request: &Request) -> Result<Vec<ScopeGroup>, Failure> {
    site.calls(session, request).await?.scopes(session.data.person.admin).await
}

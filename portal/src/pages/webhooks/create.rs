//! Registering an endpoint: the form, and the one page that shows the secret (see [`crate::pages::keys::create`]).

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::draft;
use super::event_choice::EventChoice;
use super::snippets::{Snippet, snippets};
use crate::api::{CreatedWebhook, Failure, WebhookDraft};
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::random;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/webhooks/new.html")]
struct NewPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    choice: EventChoice,
    idempotency_key: String,
}

#[derive(Template)]
#[template(path = "dashboard/webhooks/created.html")]
struct CreatedPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    created: CreatedWebhook,
    environment: &'a str,
    snippets: Vec<Snippet>,
}

#[handler]
pub(crate) fn new(site: Data<&Arc<Site>>, who: SignedIn) -> poem::Result<Answer> {
    form_page(&site, &who.0, FormState::default(), &[])
}

#[handler]
pub(crate) async fn send(site: Data<&Arc<Site>>, request: &Request, form: SignedForm) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let draft = match draft::read(&fields) {
        Ok(draft) => draft,
        Err(faults) => {
            let chosen = draft::patterns(&fields);
            return refused(&site, &session, FormState::unread(fields, faults), &chosen);
        }
    };
    match make(&site, &session, request, &draft).await {
        Ok(created) => Ok(Answer::private(shown_once(&site, &session, created))),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &draft::FIELDS);
            refused(&site, &session, form, &draft.events)
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn make(
    site: &Site,
    session: &Session,
    request: &Request,
    draft: &WebhookDraft,
) -> Result<CreatedWebhook, Failure> {
    site.calls(session, request).await?.create_webhook(draft).await
}

fn shown_once(site: &Site, session: &Session, created: CreatedWebhook) -> String {
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    let environment = &site.reference.api.config.environment;
    render(&CreatedPage { chrome, desk, created, environment, snippets: snippets(site) })
}

fn refused(site: &Site, session: &Session, form: FormState, chosen: &[String]) -> poem::Result<Answer> {
    let status = form.status;
    Ok(form_page(site, session, form, chosen)?.status(status))
}

fn form_page(site: &Site, session: &Session, form: FormState, chosen: &[String]) -> poem::Result<Answer> {
    let idempotency_key = random::token().map_err(|error| Site::broken(&error))?;
    let choice = EventChoice::of(&site.reference.api, chosen);
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    Ok(Answer::private(render(&NewPage { chrome, desk, form, choice, idempotency_key })))
}

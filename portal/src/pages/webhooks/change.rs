//! Changing an endpoint: its address, its events and its pace; whether it is told.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::endpoint::{find, refused};
use super::event_choice::EventChoice;
use super::{ADDRESS, draft};
use crate::api::{Failure, Webhook, WebhookChange};
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/webhooks/edit.html")]
struct EditPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
    url: String,
    description: String,
    rate: String,
    form: FormState,
    choice: EventChoice,
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    page(&site, &who.0, request, &id, None).await
}

#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let draft = match draft::read(&fields) {
        Ok(draft) => draft,
        Err(faults) => {
            let chosen = draft::patterns(&fields);
            return again(&site, &session, request, &id, (FormState::unread(fields, faults), chosen)).await;
        }
    };
    let chosen = draft.events.clone();
    match apply(&site, &session, request, &id, &WebhookChange::About(draft)).await {
        Ok(webhook) => Ok(Answer::see_other(&format!("{ADDRESS}/{}?changed", webhook.id))),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &draft::FIELDS);
            again(&site, &session, request, &id, (form, chosen)).await
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

/// Stops deliveries to an endpoint, or lets them go again.
#[handler]
pub(crate) async fn set_enabled(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    // Nothing that is missing may change anything.
    let Some(enabled) = fields.get("enabled").and_then(|word| word.parse().ok()) else {
        return Err(Site::refusal(
            StatusCode::BAD_REQUEST,
            "The form does not say whether to enable the endpoint or to disable it.",
        ));
    };
    match apply(&site, &session, request, &id, &WebhookChange::Enabled(enabled)).await {
        Ok(webhook) => Ok(Answer::see_other(&format!("{ADDRESS}/{}?changed", webhook.id))),
        Err(failure) => refused(&site, &session, request, &id, fields, failure).await,
    }
}

async fn apply(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    change: &WebhookChange,
) -> Result<Webhook, Failure> {
    site.calls(session, request).await?.change_webhook(id, change).await
}

/// The form as it was sent, with what is wrong with it.
async fn again(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    sent: (FormState, Vec<String>),
) -> poem::Result<Answer> {
    let status = sent.0.status;
    Ok(page(site, session, request, id, Some(sent)).await?.status(status))
}

/// The form, as it was sent with the patterns that were chosen, or as the endpoint is.
async fn page(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    sent: Option<(FormState, Vec<String>)>,
) -> poem::Result<Answer> {
    let webhook = find(site, session, request, id).await?;
    let [url, description, rate] = match &sent {
        Some((form, _)) => ["url", "description", "ratePerSecond"].map(|name| form.value(name).to_owned()),
        None => {
            let rate = webhook.rate_per_second.map(|rate| rate.to_string()).unwrap_or_default();
            [webhook.url.clone(), webhook.description.clone(), rate]
        }
    };
    let (form, chosen) = sent.unwrap_or_else(|| (FormState::default(), webhook.events.clone()));
    let choice = EventChoice::of(&site.reference.api, &chosen);
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    Ok(Answer::private(render(&EditPage { chrome, desk, webhook, url, description, rate, form, choice })))
}

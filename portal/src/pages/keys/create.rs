//! Making a key: the form, and the one page that shows the secret.
//!
//! The secret stands on the page that answers the form and nowhere else: it is not kept, not even for a redirect. A reload sends
//! the form again with the same idempotency key, so it makes no second key.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, handler};

use super::scope_choice::ScopeChoice;
use crate::api::{CreatedKey, Failure, KeyDraft};
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::random;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

const DAY_SECONDS: i64 = 24 * 60 * 60;

/// How long a key may live: what the form sends, and what it says.
const PRESETS: [(&str, &str, Option<i64>); 4] = [
    ("30", "30 days", Some(30 * DAY_SECONDS)),
    ("90", "90 days", Some(90 * DAY_SECONDS)),
    ("365", "1 year", Some(365 * DAY_SECONDS)),
    ("never", "Never", None),
];
const DEFAULT_PRESET: &str = "90";

#[derive(Template)]
#[template(path = "dashboard/keys/new.html")]
struct NewPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    choice: ScopeChoice,
    presets: [(&'static str, &'static str, Option<i64>); 4],
    preset: String,
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
    let Some(expires_in_seconds) = expiry(fields.get("expiry")) else {
        let form = FormState::wrong(fields, "expiry", "is none of these");
        return refused(&site, &session, request, form).await;
    };
    let draft = KeyDraft {
        name: fields.get("name").unwrap_or_default().to_owned(),
        scopes: fields.all("scopes").map(str::to_owned).collect(),
        expires_in_seconds,
        idempotency_key: fields.get("idempotency_key").map(str::to_owned),
    };
    match make(&site, &session, request, &draft).await {
        Ok(created) => Ok(Answer::private(shown_once(&site, &session, created))),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &["name", "scopes", "expiry"]);
            refused(&site, &session, request, form).await
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn make(site: &Site, session: &Session, request: &Request, draft: &KeyDraft) -> Result<CreatedKey, Failure> {
    let calls = site.calls(session, request).await?;
    calls.create_key(draft).await
}

fn shown_once(site: &Site, session: &Session, created: CreatedKey) -> String {
    let api = &site.reference.api;
    let path = api.operation("getCurrentUser").map_or("/v1/me", |operation| operation.path.as_str());
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    render(&CreatedPage { chrome, desk, created, environment: &api.config.environment, path })
}

async fn refused(site: &Site, session: &Session, request: &Request, form: FormState) -> poem::Result<Answer> {
    Ok(form_page(site, session, request, form).await?.status(StatusCode::UNPROCESSABLE_ENTITY))
}

async fn form_page(site: &Site, session: &Session, request: &Request, form: FormState) -> poem::Result<Answer> {
    let groups = match site.calls(session, request).await {
        Ok(calls) => calls.scopes(session.data.person.admin).await,
        Err(failure) => Err(failure),
    };
    let groups = match groups {
        Ok(groups) => groups,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let idempotency_key = random::token().map_err(|error| site.broken(&error))?;
    let typed = form.value("expiry");
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    let page = NewPage {
        chrome,
        desk,
        choice: ScopeChoice::of(groups, ticked(&form)),
        presets: PRESETS,
        preset: if typed.is_empty() { DEFAULT_PRESET } else { typed }.to_owned(),
        idempotency_key,
        form,
    };
    Ok(Answer::private(render(&page)))
}

fn ticked(form: &FormState) -> Vec<String> {
    form.values("scopes")
}

/// `None` is none of the presets; `Some(None)` never ends.
fn expiry(choice: Option<&str>) -> Option<Option<i64>> {
    let choice = choice.unwrap_or(DEFAULT_PRESET);
    PRESETS.iter().find(|(id, _, _)| *id == choice).map(|(_, _, seconds)| *seconds)
}

#[cfg(test)]
mod tests {
    use super::expiry;

    #[test]
    fn a_key_lives_ninety_days_unless_asked_otherwise() {
        assert_eq!(expiry(None), Some(Some(7_776_000)));
        assert_eq!(expiry(Some("never")), Some(None));
        assert_eq!(expiry(Some("100000")), None);
    }
}

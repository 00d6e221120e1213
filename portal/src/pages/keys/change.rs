//! One key: what it is, and changing it.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::scope_choice::ScopeChoice;
use crate::api::{Failure, Key, KeyChange, ScopeGroup};
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/keys/key.html")]
struct KeyPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    key: Key,
    name: String,
    description: String,
    form: FormState,
    choice: ScopeChoice,
    now: Moment,
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    Ok(Answer::private(page(&site, &who.0, request, &id, None).await?))
}

#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let change = KeyChange::About {
        name: fields.get("name").unwrap_or_default().to_owned(),
        description: fields.get("description").map(str::to_owned),
        scopes: fields.all("scopes").map(str::to_owned).collect(),
    };
    match apply(&site, &session, request, &id, &change).await {
        Ok(()) => Ok(Answer::see_other("/dashboard/keys?changed")),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &["name", "description", "scopes"]);
            let status = form.status;
            let html = page(&site, &session, request, &id, Some(form)).await?;
            Ok(Answer::private(html).status(status))
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

/// Stops a key, or lets it work again.
#[handler]
pub(crate) async fn set_disabled(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    // Nothing that is missing may wake a key.
    let Some(disabled) = fields.get("disabled").and_then(|word| word.parse().ok()) else {
        return Err(Site::refusal(
            StatusCode::BAD_REQUEST,
            "The form does not say whether to stop the key or to let it work.",
        ));
    };
    let change = KeyChange::Disabled(disabled);
    match apply(&site, &session, request, &id, &change).await {
        Ok(()) => Ok(Answer::see_other("/dashboard/keys?changed")),
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn apply(site: &Site, session: &Session, request: &Request, id: &str, change: &KeyChange) -> Result<(), Failure> {
    let calls = site.calls(session, request).await?;
    calls.change_key(id, change).await.map(drop)
}

async fn page(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    form: Option<FormState>,
) -> poem::Result<String> {
    let (key, groups) = match gather(site, session, request, id).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let ticked = form.as_ref().map_or_else(|| key.scopes.clone(), |form| form.values("scopes"));
    let typed = |name: &str, kept: &str| form.as_ref().map_or(kept, |form| form.value(name)).to_owned();
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    let page = KeyPage {
        chrome,
        desk,
        name: typed("name", &key.name),
        description: typed("description", &key.description),
        choice: ScopeChoice::of(groups, ticked),
        form: form.unwrap_or_default(),
        now: Moment::from_ms(site.sessions.now_ms()),
        key,
    };
    Ok(render(&page))
}

async fn gather(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
) -> Result<(Key, Vec<ScopeGroup>), Failure> {
    let calls = site.calls(session, request).await?;
    tokio::try_join!(calls.key(id), calls.scopes(session.data.person.admin))
}

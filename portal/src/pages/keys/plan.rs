//! The least scopes for what a key called, and giving it no more.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use crate::api::{Failure, Key, KeyChange, KeyPlan};
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/keys/plan.html")]
struct PlanPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    key: Key,
    plan: KeyPlan,
    form: FormState,
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    page(&site, &who.0, request, &id, FormState::default()).await
}

/// Takes from the key what it did not need.
#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let change = KeyChange::Scopes(fields.all("scopes").map(str::to_owned).collect());
    match apply(&site, &session, request, &id, &change).await {
        Ok(()) => Ok(Answer::see_other("/dashboard/keys?changed")),
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &[]);
            let status = form.status;
            Ok(page(&site, &session, request, &id, form).await?.status(status))
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

async fn apply(site: &Site, session: &Session, request: &Request, id: &str, change: &KeyChange) -> Result<(), Failure> {
    site.calls(session, request).await?.change_key(id, change).await.map(drop)
}

async fn page(site: &Site, session: &Session, request: &Request, id: &str, form: FormState) -> poem::Result<Answer> {
    let (key, plan) = match gather(site, session, request, id).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    Ok(Answer::private(render(&PlanPage { chrome, desk, key, plan, form })))
}

async fn gather(site: &Site, session: &Session, request: &Request, id: &str) -> Result<(Key, KeyPlan), Failure> {
    let calls = site.calls(session, request).await?;
    tokio::try_join!(calls.key(id), calls.plan_for_key(id))
}

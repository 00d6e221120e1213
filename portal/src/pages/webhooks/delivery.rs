//! One delivery: what was sent, every attempt, and what to do about it.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use crate::api::{DeliveryDetail, Failure, Webhook};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::session::{Session, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/webhooks/delivery.html")]
struct DeliveryPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
    detail: DeliveryDetail,
    form: FormState,
    /// Whether the contract has its kind.
    is_known: bool,
    now: Moment,
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path((id, delivery)): Path<(String, String)>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    page(&site, &who.0, request, (&id, &delivery), FormState::default()).await
}

/// The page again, with why it was not sent again.
pub(super) async fn refused(
    site: &Site,
    session: &Session,
    request: &Request,
    ids: (&str, &str),
    failure: Failure,
) -> poem::Result<Answer> {
    match failure {
        Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_) => {
            page(site, session, request, ids, FormState::refused(FormFields::default(), &failure, &[])).await
        }
        failure => Err(failed(site, session, failure).await),
    }
}

async fn page(
    site: &Site,
    session: &Session,
    request: &Request,
    ids: (&str, &str),
    form: FormState,
) -> poem::Result<Answer> {
    let (webhook, detail) = match gather(site, session, request, ids).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let is_known = site.reference.api.webhooks.iter().any(|webhook| webhook.name == detail.delivery.kind);
    let status = form.status;
    let now = Moment::from_ms(site.sessions.now_ms());
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    Ok(Answer::private(render(&DeliveryPage { chrome, desk, webhook, detail, form, is_known, now })).status(status))
}

async fn gather(
    site: &Site,
    session: &Session,
    request: &Request,
    (id, delivery): (&str, &str),
) -> Result<(Webhook, DeliveryDetail), Failure> {
    let calls = site.calls(session, request).await?;
    tokio::try_join!(calls.webhook(id), calls.delivery(id, delivery))
}

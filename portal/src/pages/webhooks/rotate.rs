//! Giving an endpoint a new secret: a page that asks how long the old one may still sign, and the one page that shows the new
//! one (see [`crate::pages::keys::create`]).

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::endpoint::find;
use crate::api::{Failure, RotatedSecret, Webhook};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::random;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

/// How long deliveries are signed with the old secret too: what the form sends, in seconds, and what it says.
const OVERLAPS: [(i64, &str); 4] = [(0, "Not at all"), (3_600, "1 hour"), (86_400, "24 hours"), (604_800, "7 days")];
const DEFAULT_OVERLAP: i64 = 86_400;

#[derive(Template)]
#[template(path = "dashboard/webhooks/rotate.html")]
struct RotatePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
    form: FormState,
    overlaps: [(i64, &'static str); 4],
    overlap: i64,
    idempotency_key: String,
}

#[derive(Template)]
#[template(path = "dashboard/webhooks/rotated.html")]
struct RotatedPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
    rotated: RotatedSecret,
    environment: &'a str,
    now: Moment,
}

#[handler]
pub(crate) async fn ask(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    page(&site, &who.0, request, &id, FormState::default()).await
}

#[handler]
pub(crate) async fn send(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    request: &Request,
    form: SignedForm,
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    let Some(overlap) = chosen(&fields) else {
        let form = FormState::wrong(fields, "overlapSeconds", "is none of these");
        return refused(&site, &session, request, &id, form).await;
    };
    match rotate(&site, &session, request, &id, (overlap, fields.get("idempotency_key"))).await {
        Ok((webhook, rotated)) => {
            let (chrome, desk) = Desk::new(&site, Room::Webhooks, &session);
            let now = Moment::from_ms(site.sessions.now_ms());
            let environment = &site.reference.api.config.environment;
            Ok(Answer::private(render(&RotatedPage { chrome, desk, webhook, rotated, environment, now })))
        }
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &["overlapSeconds"]);
            refused(&site, &session, request, &id, form).await
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

/// The overlap that was chosen, if it is one of ours.
fn chosen(fields: &FormFields) -> Option<i64> {
    let seconds = fields.get("overlapSeconds")?.parse::<i64>().ok()?;
    OVERLAPS.into_iter().map(|(overlap, _)| overlap).find(|overlap| *overlap == seconds)
}

/// The endpoint is asked for first: once there is a secret, nothing may keep it from being shown.
async fn rotate(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    (overlap, idempotency_key): (i64, Option<&str>),
) -> Result<(Webhook, RotatedSecret), Failure> {
    let calls = site.calls(session, request).await?;
    let webhook = calls.webhook(id).await?;
    Ok((webhook, calls.rotate_webhook_secret(id, overlap, idempotency_key).await?))
}

async fn refused(site: &Site, session: &Session, request: &Request, id: &str, form: FormState) -> poem::Result<Answer> {
    let status = form.status;
    Ok(page(site, session, request, id, form).await?.status(status))
}

async fn page(site: &Site, session: &Session, request: &Request, id: &str, form: FormState) -> poem::Result<Answer> {
    let webhook = find(site, session, request, id).await?;
    let idempotency_key = random::token().map_err(|error| Site::broken(&error))?;
    let overlap = form.value("overlapSeconds").parse().unwrap_or(DEFAULT_OVERLAP);
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    let page = RotatePage { chrome, desk, webhook, form, overlaps: OVERLAPS, overlap, idempotency_key };
    Ok(Answer::private(render(&page)))
}

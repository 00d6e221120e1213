//! Replacing a key by a new one: a page that asks how long the old one may still work, and the one page that shows the new
//! secret (see [`super::create`]).

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use crate::api::{CreatedKey, Failure, Key, RotatedKey, Rotation};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::random;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

/// How long the old key may still work: what the form sends, in seconds, and what it says.
const GRACES: [(i64, &str); 5] =
    [(0, "Not at all"), (300, "5 minutes"), (3_600, "1 hour"), (86_400, "1 day"), (604_800, "7 days")];
const DEFAULT_GRACE: i64 = 300;

#[derive(Template)]
#[template(path = "dashboard/keys/rotate.html")]
struct RotatePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    key: Key,
    form: FormState,
    graces: [(i64, &'static str); 5],
    grace: i64,
    idempotency_key: String,
    now: Moment,
}

#[derive(Template)]
#[template(path = "dashboard/keys/rotated.html")]
struct RotatedPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    created: CreatedKey,
    /// When the old key ends; `None` while its grace has not begun.
    previous_ends: Option<Moment>,
    /// The old key's grace, in words.
    grace: &'static str,
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
    let Some((grace_seconds, grace)) = chosen(&fields) else {
        let form = FormState::wrong(fields, "gracePeriodSeconds", "is none of these");
        return refused(&site, &session, request, &id, form).await;
    };
    let rotation = Rotation {
        grace_seconds,
        from_first_use: fields.get("graceStarts") == Some("firstUse"),
        idempotency_key: fields.get("idempotency_key").map(str::to_owned),
    };
    match rotate(&site, &session, request, &id, &rotation).await {
        Ok(rotated) => {
            let (chrome, desk) = Desk::new(&site, Room::Keys, &session);
            let now = Moment::from_ms(site.sessions.now_ms());
            let (created, previous_ends) = (rotated.created, rotated.previous_ends);
            Ok(Answer::private(render(&RotatedPage { chrome, desk, created, previous_ends, grace, now })))
        }
        Err(failure @ (Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_))) => {
            let form = FormState::refused(fields, &failure, &["gracePeriodSeconds"]);
            refused(&site, &session, request, &id, form).await
        }
        Err(failure) => Err(failed(&site, &session, failure).await),
    }
}

/// The grace that was chosen, if it is one of ours.
fn chosen(fields: &FormFields) -> Option<(i64, &'static str)> {
    let seconds = fields.get("gracePeriodSeconds")?.parse::<i64>().ok()?;
    GRACES.into_iter().find(|(grace, _)| *grace == seconds)
}

async fn rotate(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    rotation: &Rotation,
) -> Result<RotatedKey, Failure> {
    site.calls(session, request).await?.rotate_key(id, rotation).await
}

async fn find(site: &Site, session: &Session, request: &Request, id: &str) -> Result<Key, Failure> {
    site.calls(session, request).await?.key(id).await
}

async fn refused(site: &Site, session: &Session, request: &Request, id: &str, form: FormState) -> poem::Result<Answer> {
    let status = form.status;
    Ok(page(site, session, request, id, form).await?.status(status))
}

async fn page(site: &Site, session: &Session, request: &Request, id: &str, form: FormState) -> poem::Result<Answer> {
    let key = match find(site, session, request, id).await {
        Ok(key) => key,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let idempotency_key = random::token().map_err(|error| Site::broken(&error))?;
    let grace = form.value("gracePeriodSeconds").parse().unwrap_or(DEFAULT_GRACE);
    let now = Moment::from_ms(site.sessions.now_ms());
    let (chrome, desk) = Desk::new(site, Room::Keys, session);
    Ok(Answer::private(render(&RotatePage { chrome, desk, key, form, graces: GRACES, grace, idempotency_key, now })))
}

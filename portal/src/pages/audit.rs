//! The audit log: who changed what, over all accounts. For administrators; for everybody else there is no such page.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, handler};

use super::admin::nothing;
use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::form_state::FormState;
use crate::api::{AuditEntry, AuditPage, AuditQuery, Failure, Fault};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::session::{Session, SignedIn};
use crate::site::Site;

const ADDRESS: &str = "/dashboard/audit";
const FILTERS: [&str; 3] = ["action", "actor", "target"];

#[derive(Template)]
#[template(path = "dashboard/audit/list.html")]
struct ListPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    entries: Vec<AuditEntry>,
    /// Where the older entries are.
    older: Option<String>,
    /// Where the newest ones are, when these are not.
    newest: Option<String>,
    filtered: bool,
    now: Moment,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    if !session.data.person.admin {
        return Err(nothing());
    }
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    match find(&site, session, request, &query(&fields)).await {
        Ok(found) => Ok(page(&site, session, fields, found)),
        Err(Failure::Invalid { detail, faults }) => {
            let failure = Failure::Invalid { detail, faults: faults.into_iter().map(in_words).collect() };
            let form = FormState::refused(fields, &failure, &FILTERS);
            let none = AuditPage { entries: Vec::new(), next: None };
            let html = list(&site, session, form, none, None, None);
            Ok(Answer::private(html).status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        // An administrator no more, since the sign-in.
        Err(Failure::Refused(_)) => Err(nothing()),
        Err(failure) => Err(failed(&site, session, failure).await),
    }
}

/// The API tells the pattern of an action, and that is no help to people.
fn in_words(fault: Fault) -> Fault {
    if fault.field != "action" {
        return fault;
    }
    Fault { message: "is like key.revoked, or key.* for all of a kind".to_owned(), ..fault }
}

async fn find(site: &Site, session: &Session, request: &Request, query: &AuditQuery) -> Result<AuditPage, Failure> {
    site.calls(session, request).await?.audit(query).await
}

fn query(fields: &FormFields) -> AuditQuery {
    let get = |name: &str| fields.get(name).map(str::to_owned);
    AuditQuery { action: get("action"), actor: get("actor"), target: get("target"), cursor: get("cursor") }
}

fn page(site: &Site, session: &Session, fields: FormFields, found: AuditPage) -> Answer {
    let older = found.next.as_deref().map(|cursor| address(&fields, Some(cursor)));
    let newest = fields.get("cursor").map(|_| address(&fields, None));
    Answer::private(list(site, session, FormState::typed(fields), found, older, newest))
}

fn list(
    site: &Site,
    session: &Session,
    form: FormState,
    found: AuditPage,
    older: Option<String>,
    newest: Option<String>,
) -> String {
    let filtered = FILTERS.iter().any(|name| !form.value(name).is_empty());
    let (chrome, desk) = Desk::new(site, Room::Audit, session);
    let now = Moment::from_ms(site.sessions.now_ms());
    render(&ListPage { chrome, desk, form, entries: found.entries, older, newest, filtered, now })
}

/// The same filters, from another place on.
fn address(fields: &FormFields, cursor: Option<&str>) -> String {
    let kept = FILTERS.iter().filter_map(|name| fields.get(name).map(|value| (*name, value)));
    let pairs: Vec<(&str, &str)> = kept.chain(cursor.map(|cursor| ("cursor", cursor))).collect();
    match serde_urlencoded::to_string(&pairs) {
        Ok(query) if !query.is_empty() => format!("{ADDRESS}?{query}"),
        _ => ADDRESS.to_owned(),
    }
}

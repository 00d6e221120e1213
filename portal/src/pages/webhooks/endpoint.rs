//! One endpoint: what it is told of, how it is doing, and the log of what was sent to it.

use std::sync::Arc;

use askama::Template;
use poem::web::{Data, Path};
use poem::{Request, handler};

use super::{ADDRESS, health};
use crate::api::{Delivery, DeliveryPage, DeliveryQuery, Failure, Fault, Webhook};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::form_state::FormState;
use crate::pages::usage::Range;
use crate::session::{Session, SignedForm, SignedIn};
use crate::site::Site;

/// Every field of the page that a fault can belong to.
const FIELDS: [&str; 5] = ["range", "status", "type", "since", "eventId"];
const STATUSES: [&str; 3] = ["pending", "delivered", "failed"];
const DAY_MS: i64 = 24 * 60 * 60 * 1000;

#[derive(Template)]
#[template(path = "dashboard/webhooks/endpoint.html")]
struct EndpointPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    webhook: Webhook,
    form: FormState,
    range: Range,
    ranges: [Range; 3],
    chart: Chart,
    log: Log,
    statuses: [&'static str; 3],
    kinds: Vec<&'a str>,
    since: String,
    now: Moment,
    notice: Option<String>,
}

/// A page of the delivery log.
struct Log {
    deliveries: Vec<Delivery>,
    older: Option<String>,
    newest: Option<String>,
    filtered: bool,
}

impl EndpointPage<'_> {
    /// The address of this page with another range.
    fn address(id: &str, range: &Range) -> String {
        format!("{ADDRESS}/{id}?range={}", range.id())
    }
}

#[handler]
pub(crate) async fn show(
    site: Data<&Arc<Site>>,
    Path(id): Path<String>,
    who: SignedIn,
    request: &Request,
) -> poem::Result<Answer> {
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let faults = unread(&fields);
    let form = if faults.is_empty() { FormState::typed(fields) } else { FormState::unread(fields, faults) };
    page(&site, &who.0, request, &id, form).await
}

/// The endpoint of that id, or the page that says why there is none.
pub(super) async fn find(site: &Site, session: &Session, request: &Request, id: &str) -> poem::Result<Webhook> {
    let found = match site.calls(session, request).await {
        Ok(calls) => calls.webhook(id).await,
        Err(failure) => Err(failure),
    };
    match found {
        Ok(webhook) => Ok(webhook),
        Err(failure) => Err(failed(site, session, failure).await),
    }
}

/// The page again, with why what was asked for was not done; pages of their own for what has nothing to do with it.
pub(super) async fn refused(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    fields: FormFields,
    failure: Failure,
) -> poem::Result<Answer> {
    match failure {
        Failure::Invalid { .. } | Failure::Limited(_) | Failure::Refused(_) => {
            page(site, session, request, id, FormState::refused(fields, &failure, &FIELDS)).await
        }
        failure => Err(failed(site, session, failure).await),
    }
}

/// The page again, with a fault that we found ourselves.
pub(super) async fn wrong(
    site: &Site,
    form: SignedForm,
    request: &Request,
    id: &str,
    (field, message): (&str, &str),
) -> poem::Result<Answer> {
    let SignedForm { session, fields } = form;
    page(site, &session, request, id, FormState::wrong(fields, field, message)).await
}

fn unread(fields: &FormFields) -> Vec<Fault> {
    let fault = |field: &str| Fault { field: field.to_owned(), message: "is none of these".to_owned() };
    let mut faults = Vec::new();
    if !Range::asked(fields.get("range")).is_some_and(|range| health::RANGES.contains(&range)) {
        faults.push(fault("range"));
    }
    if fields.get("status").is_some_and(|status| !STATUSES.contains(&status)) {
        faults.push(fault("status"));
    }
    faults
}

async fn page(
    site: &Site,
    session: &Session,
    request: &Request,
    id: &str,
    mut form: FormState,
) -> poem::Result<Answer> {
    let now = Moment::from_ms(site.sessions.now_ms());
    let range = Range::asked(Some(form.value("range"))).filter(|range| health::RANGES.contains(range));
    let range = range.unwrap_or(Range::Day);
    let (webhook, chart, found) = match gather(site, session, request, (id, range, now), &mut form).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(site, session, failure).await),
    };
    let log = log(&webhook, &form, found);
    let (status, since) = (form.status, since(&form, now));
    let (chrome, desk) = Desk::new(site, Room::Webhooks, session);
    let page = EndpointPage {
        chrome,
        desk,
        notice: notice(request.uri().query().unwrap_or_default()),
        webhook,
        form,
        range,
        ranges: health::RANGES,
        chart,
        log,
        statuses: STATUSES,
        kinds: site.reference.api.webhooks.iter().map(|webhook| webhook.name.as_str()).collect(),
        since,
        now,
    };
    Ok(Answer::private(render(&page)).status(status))
}

/// What the page shows. A filter that the API does not take becomes a fault of the form, and the log stays empty.
async fn gather(
    site: &Site,
    session: &Session,
    request: &Request,
    (id, range, now): (&str, Range, Moment),
    form: &mut FormState,
) -> Result<(Webhook, Chart, Option<DeliveryPage>), Failure> {
    let calls = site.calls(session, request).await?;
    let (webhook, chart) = tokio::try_join!(calls.webhook(id), health::chart(&calls, id, range, now))?;
    // The fields of other forms are not filters.
    let filters = form.summary.is_none();
    let asked = |name: &str| Some(form.value(name)).filter(|value| filters && !value.is_empty()).map(str::to_owned);
    let query = DeliveryQuery { status: asked("status"), kind: asked("type"), cursor: asked("cursor") };
    match calls.deliveries(id, &query).await {
        Ok(found) => Ok((webhook, chart, Some(found))),
        Err(failure @ Failure::Invalid { .. }) if filters => {
            *form = FormState::refused(form.fields().clone(), &failure, &FIELDS);
            Ok((webhook, chart, None))
        }
        Err(failure) => Err(failure),
    }
}

fn log(webhook: &Webhook, form: &FormState, found: Option<DeliveryPage>) -> Log {
    let (list, names) = (format!("{ADDRESS}/{}", webhook.id), ["range", "status", "type"]);
    let fields = form.fields();
    let (deliveries, next) = found.map(|found| (found.deliveries, found.next)).unwrap_or_default();
    Log {
        deliveries,
        older: next.map(|cursor| fields.address(&list, &names, Some(&cursor)) + "#deliveries"),
        newest: fields.get("cursor").map(|_| fields.address(&list, &names, None) + "#deliveries"),
        filtered: ["status", "type"].iter().any(|name| fields.get(name).is_some()),
    }
}

/// What the form for replaying begins with: a day ago.
fn since(form: &FormState, now: Moment) -> String {
    match form.value("since") {
        "" => Moment::from_ms(now.ms() - DAY_MS).for_field(),
        typed => typed.to_owned(),
    }
}

fn notice(query: &str) -> Option<String> {
    if query == "changed" {
        return Some("The endpoint is changed.".to_owned());
    }
    let replayed: i64 = query.strip_prefix("replayed=")?.parse().ok()?;
    Some(match replayed {
        0 => "Nothing failed since then: there is nothing to send again.".to_owned(),
        1 => "One delivery is sent again.".to_owned(),
        many => format!("{many} deliveries are sent again."),
    })
}

//! Usage: calls over time, by key, by operation, by status; as a chart, as tables, as CSV.

use std::sync::Arc;

use askama::Template;
use poem::http::{StatusCode, header};
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::form_state::FormState;
use crate::api::{Failure, Fault, Key, Split, Usage};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields, Keeping};
use crate::session::{Session, SignedIn};
use crate::site::Site;

mod report;

pub(crate) use report::{Range, Row, columns, percent, rows};

#[derive(Template)]
#[template(path = "dashboard/usage.html")]
struct UsagePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    range: Range,
    ranges: [Range; 4],
    keys: Vec<Key>,
    /// `None` where nothing was asked, because the filter is wrong.
    report: Option<Report>,
}

/// Everything that the page shows.
pub(crate) struct Report {
    pub chart: Chart,
    pub by_key: Vec<Row>,
    pub by_operation: Vec<Row>,
    pub by_status: Vec<Row>,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
}

/// What was asked, and what was found.
struct Found {
    range: Range,
    keys: Vec<Key>,
    outcome: Result<Report, Vec<Fault>>,
}

impl Report {
    fn error_rate(&self) -> String {
        percent(self.chart.errors, self.chart.total)
    }
}

impl UsagePage<'_> {
    /// The query of this page with another range, or with another key.
    fn query(range: &str, key: &str) -> String {
        let key = Some(key).filter(|key| !key.is_empty()).map(|key| ("key", key));
        let pairs: Vec<(&str, &str)> = [("range", range)].into_iter().chain(key).collect();
        serde_urlencoded::to_string(&pairs).unwrap_or_default()
    }
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let Found { range, keys, outcome } = match gather(&site, &who.0, request, &fields).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let (form, report) = match outcome {
        Ok(report) => (FormState::typed(fields), Some(report)),
        Err(faults) => (FormState::unread(fields, faults), None),
    };
    let status = form.status;
    let (chrome, desk) = Desk::new(&site, Room::Usage, &who.0);
    let page = UsagePage { chrome, desk, form, range, ranges: Range::ALL, keys, report };
    Ok(Answer::private(render(&page)).status(status))
}

/// The same numbers as text: one row an interval, key and operation are columns of their own reports.
#[handler]
pub(crate) async fn csv(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let found = match gather(&site, &who.0, request, &fields).await {
        Ok(found) => found,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let Ok(report) = found.outcome else {
        return Err(Site::refusal(StatusCode::UNPROCESSABLE_ENTITY, "There is no such span of time, or no such key."));
    };
    let name = format!("attachment; filename=\"usage-{}.csv\"", found.range.id());
    let answer = Answer::new(StatusCode::OK, "text/csv; charset=utf-8", report::csv(&report), Keeping::Never);
    Ok(answer.header(header::CONTENT_DISPOSITION, &name))
}

async fn gather(site: &Site, session: &Session, request: &Request, fields: &FormFields) -> Result<Found, Failure> {
    let calls = site.calls(session, request).await?;
    let now = Moment::from_ms(site.sessions.now_ms());
    let keys = calls.keys().await?;
    let (asked, key) = (Range::asked(fields.get("range")), fields.get("key"));
    let range = asked.unwrap_or(Range::Day);
    let fault = |field: &str, message: &str| Fault { field: field.to_owned(), message: message.to_owned() };
    let mut faults = Vec::new();
    if asked.is_none() {
        faults.push(fault("range", "is none of these"));
    }
    if key.is_some_and(|id| keys.iter().all(|key| key.id != id)) {
        faults.push(fault("key", "is none of your keys"));
    }
    if !faults.is_empty() {
        return Ok(Found { range, keys, outcome: Err(faults) });
    }
    let (by_key, by_operation, by_status) = tokio::try_join!(
        calls.usage(range.query(now, Split::Key, key)),
        calls.usage(range.query(now, Split::Operation, key)),
        calls.usage(range.query(now, Split::Status, key)),
    )?;
    let report = make(range, now, [&by_key, &by_operation, &by_status], &keys);
    Ok(Found { range, keys, outcome: Ok(report) })
}

fn make(range: Range, now: Moment, [by_key, by_operation, by_status]: [&Usage; 3], known: &[Key]) -> Report {
    let key_label = |group: Option<&str>| match group {
        Some(id) => known
            .iter()
            .find(|key| key.id == id)
            .map_or_else(|| id.to_owned(), |key| format!("{} ({})", key.name, key.display)),
        None => "Signed in".to_owned(),
    };
    let plain = |group: Option<&str>| group.unwrap_or("unknown").to_owned();
    Report {
        chart: Chart::of(columns(range, now, &by_operation.buckets)),
        by_key: rows(&by_key.buckets, key_label),
        by_operation: rows(&by_operation.buckets, plain),
        by_status: rows(&by_status.buckets, plain),
        p50: by_operation.p50,
        p95: by_operation.p95,
    }
}

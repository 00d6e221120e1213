//! Usage: calls over time, by key, by operation, by status; as a chart, as tables, as CSV.

use std::sync::Arc;

use askama::Template;
use poem::http::header;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use crate::api::{Calls, Failure, Split, Usage};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, Keeping};
use crate::session::{Session, SignedIn};
use crate::site::Site;

mod report;

pub(crate) use report::{Range, Row, columns, rows};

#[derive(Template)]
#[template(path = "dashboard/usage.html")]
struct UsagePage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    range: Range,
    ranges: [Range; 3],
    report: Report,
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

impl UsagePage<'_> {
    fn error_rate(&self) -> String {
        report::percent(self.report.chart.errors, self.report.chart.total)
    }
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let range = Range::asked(request.uri().query().unwrap_or_default());
    let report = match gather(&site, &who.0, request, range).await {
        Ok(report) => report,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let (chrome, desk) = Desk::new(&site, Room::Usage, &who.0);
    Ok(Answer::private(render(&UsagePage { chrome, desk, range, ranges: Range::ALL, report })))
}

/// The same numbers as text: one row an interval, key and operation are columns of their own reports.
#[handler]
pub(crate) async fn csv(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let range = Range::asked(request.uri().query().unwrap_or_default());
    let report = match gather(&site, &who.0, request, range).await {
        Ok(report) => report,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let name = format!("attachment; filename=\"usage-{}.csv\"", range.id());
    let answer =
        Answer::new(poem::http::StatusCode::OK, "text/csv; charset=utf-8", report::csv(&report), Keeping::Never);
    Ok(answer.header(header::CONTENT_DISPOSITION, &name))
}

async fn gather(site: &Site, session: &Session, request: &Request, range: Range) -> Result<Report, Failure> {
    let calls = site.calls(session, request).await?;
    let now = Moment::from_ms(site.sessions.now_ms());
    let (keys, operations, statuses, names) = tokio::try_join!(
        calls.usage(range.query(now, Split::Key)),
        calls.usage(range.query(now, Split::Operation)),
        calls.usage(range.query(now, Split::Status)),
        key_names(&calls),
    )?;
    Ok(make(range, now, &keys, &operations, &statuses, &names))
}

async fn key_names(calls: &Calls) -> Result<Vec<(String, String)>, Failure> {
    let keys = calls.keys().await?;
    Ok(keys.into_iter().map(|key| (key.id, format!("{} ({})", key.name, key.display))).collect())
}

fn make(
    range: Range,
    now: Moment,
    keys: &Usage,
    operations: &Usage,
    statuses: &Usage,
    names: &[(String, String)],
) -> Report {
    let key_label = |group: Option<&str>| match group {
        Some(id) => names.iter().find(|(known, _)| known == id).map_or_else(|| id.to_owned(), |(_, name)| name.clone()),
        None => "Signed in".to_owned(),
    };
    let plain = |group: Option<&str>| group.unwrap_or("unknown").to_owned();
    Report {
        chart: Chart::of(columns(range, now, &operations.buckets)),
        by_key: rows(&keys.buckets, key_label),
        by_operation: rows(&operations.buckets, plain),
        by_status: rows(&statuses.buckets, plain),
        p50: operations.p50,
        p95: operations.p95,
    }
}

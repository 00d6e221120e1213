//! The overview: keys, limits as they are now, the last day's calls.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, handler};
use serde_json::{Value, json};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::usage::{Range, Row, columns, rows};
use crate::api::{Failure, Key, Split, Window};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, Keeping};
use crate::session::{Looking, Session, SignedIn};
use crate::site::Site;

const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct OverviewPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    view: Overview,
    now: Moment,
}

struct Overview {
    keys: Vec<Key>,
    live_keys: usize,
    windows: Vec<Window>,
    chart: Chart,
    operations: Vec<Row>,
    p95: Option<f64>,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let now = Moment::from_ms(site.sessions.now_ms());
    let view = match gather(&site, &who.0, request, now).await {
        Ok(view) => view,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let (chrome, desk) = Desk::new(&site, Room::Overview, &who.0);
    Ok(Answer::private(render(&OverviewPage { chrome, desk, view, now })))
}

/// The limits alone, for the page's script. Nobody is there for certain while it asks: it does not keep a session from
/// idling away.
#[handler]
pub(crate) async fn limits(site: Data<&Arc<Site>>, who: Looking, request: &Request) -> poem::Result<Answer> {
    let windows = match ask(&site, &who.0, request).await {
        Ok(windows) => windows,
        Err(failure) => return Err(failed(&site, &who.0, failure).await),
    };
    let shown = windows.iter().map(|window| {
        json!({
            "name": window.name, "words": window.words(), "warning": window.warning(), "bar": window.bar_words(),
            "high": window.is_nearly_used(), "percent": window.used_percent(),
        })
    });
    let text = Value::from_iter(shown).to_string();
    Ok(Answer::new(StatusCode::OK, "application/json", text, Keeping::Never))
}

async fn ask(site: &Site, session: &Session, request: &Request) -> Result<Vec<Window>, Failure> {
    site.calls(session, request).await?.limits().await
}

async fn gather(site: &Site, session: &Session, request: &Request, now: Moment) -> Result<Overview, Failure> {
    let calls = site.calls(session, request).await?;
    let (mut keys, windows, usage) =
        tokio::try_join!(calls.keys(), calls.limits(), calls.usage(Range::Day.query(now, Split::Operation, None)))?;
    let live_keys = keys.iter().filter(|key| key.status == "active").count();
    keys.retain(Key::is_alive);
    keys.truncate(SHOWN);
    let mut operations = rows(&usage.buckets, |group| group.unwrap_or("unknown").to_owned());
    operations.truncate(SHOWN);
    let chart = Chart::of(columns(Range::Day, now, &usage.buckets));
    Ok(Overview { keys, live_keys, windows, chart, operations, p95: usage.p95 })
}

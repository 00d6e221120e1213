//! Every endpoint of the visitor, and how each is doing.

use std::sync::Arc;

use askama::Template;
use poem::web::Data;
use poem::{Request, handler};

use super::health;
use crate::api::{Failure, Webhook};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::html::render;
use crate::http::Answer;
use crate::pages::chrome::{Chrome, Desk, Room};
use crate::pages::error::failed;
use crate::pages::usage::Range;
use crate::session::{Session, SignedIn};
use crate::site::Site;

/// So many are shown with their chart: as many as an account has, unless the operator says otherwise.
const CHARTS: usize = 20;

#[derive(Template)]
#[template(path = "dashboard/webhooks/list.html")]
struct ListPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    endpoints: Vec<Endpoint>,
    now: Moment,
    notice: Option<&'static str>,
}

struct Endpoint {
    webhook: Webhook,
    chart: Option<Chart>,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    let now = Moment::from_ms(site.sessions.now_ms());
    let endpoints = match gather(&site, session, request, now).await {
        Ok(endpoints) => endpoints,
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    let notice = match request.uri().query() {
        Some("deleted") => Some("The endpoint is deleted, and what was sent to it is forgotten."),
        _ => None,
    };
    let (chrome, desk) = Desk::new(&site, Room::Webhooks, session);
    Ok(Answer::private(render(&ListPage { chrome, desk, endpoints, now, notice })))
}

async fn gather(site: &Site, session: &Session, request: &Request, now: Moment) -> Result<Vec<Endpoint>, Failure> {
    let calls = site.calls(session, request).await?;
    let mut endpoints = Vec::new();
    for (place, webhook) in calls.webhooks().await?.into_iter().enumerate() {
        let chart = match place {
            ..CHARTS => health::chart(&calls, &webhook.id, Range::Day, now).await,
            _ => Err(Failure::Missing(String::new())),
        };
        let chart = match chart {
            Ok(chart) => Some(chart),
            // One that goes at this moment, or has no chart.
            Err(Failure::Missing(_)) => None,
            Err(failure) => return Err(failure),
        };
        endpoints.push(Endpoint { webhook, chart });
    }
    Ok(endpoints)
}

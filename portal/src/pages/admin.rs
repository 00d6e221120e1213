//! How the whole is doing. For administrators; for everybody else there is no such page.

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::Data;
use poem::{Request, handler};

use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::form_state::FormState;
use super::usage::{Range, Row, percent};
use crate::api::{Busy, Failure, Fault, Overview, RequestStats};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::session::{Session, SignedIn};
use crate::site::Site;

#[derive(Template)]
#[template(path = "dashboard/admin/overview.html")]
struct AdminPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    range: Range,
    ranges: [Range; 4],
    overview: Overview,
    /// `None` where nothing was asked, because the span is none of ours.
    stats: Option<Stats>,
    now: Moment,
}

/// The sums, as rows with bars.
struct Stats {
    sums: RequestStats,
    operations: Vec<Row>,
    keys: Vec<Row>,
    accounts: Vec<Row>,
    statuses: Vec<Row>,
}

impl Stats {
    fn of(mut sums: RequestStats) -> Self {
        Self {
            operations: bars(std::mem::take(&mut sums.operations)),
            keys: bars(std::mem::take(&mut sums.keys)),
            accounts: bars(std::mem::take(&mut sums.accounts)),
            statuses: bars(std::mem::take(&mut sums.statuses)),
            sums,
        }
    }

    fn error_rate(&self) -> String {
        percent(self.sums.errors, self.sums.count)
    }
}

fn bars(busy: Vec<Busy>) -> Vec<Row> {
    let greatest = busy.iter().map(|one| one.count).max().unwrap_or(0);
    busy.into_iter().map(|one| Row::new(one.name, one.count, one.errors, greatest)).collect()
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    if !session.data.person.admin {
        return Err(nothing());
    }
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let asked = Range::asked(fields.get("range"));
    let now = Moment::from_ms(site.sessions.now_ms());
    let (overview, stats) = match gather(&site, session, request, asked.map(|range| range.start(now))).await {
        Ok(found) => found,
        // An administrator no more, since the sign-in.
        Err(Failure::Refused(_)) => return Err(nothing()),
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    let fault = || vec![Fault { field: "range".to_owned(), message: "is none of these".to_owned() }];
    let form = if asked.is_some() { FormState::typed(fields) } else { FormState::unread(fields, fault()) };
    let (status, range) = (form.status, asked.unwrap_or(Range::Day));
    let (chrome, desk) = Desk::new(&site, Room::Admin, session);
    let stats = stats.map(Stats::of);
    let page = AdminPage { chrome, desk, form, range, ranges: Range::ALL, overview, stats, now };
    Ok(Answer::private(render(&page)).status(status))
}

/// What a page for administrators is to everybody else.
pub(crate) fn nothing() -> poem::Error {
    Site::refusal(StatusCode::NOT_FOUND, "Nothing is kept at this address.")
}

async fn gather(
    site: &Site,
    session: &Session,
    request: &Request,
    from: Option<Moment>,
) -> Result<(Overview, Option<RequestStats>), Failure> {
    let calls = site.calls(session, request).await?;
    let stats = async {
        match from {
            Some(from) => calls.request_stats(from).await.map(Some),
            None => Ok(None),
        }
    };
    tokio::try_join!(calls.overview(), stats)
}

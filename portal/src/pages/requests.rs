//! The request log: a visitor's own requests with filters and one by one; an administrator's view of everybody's.

pub(crate) mod detail;
pub(crate) mod everybody;
mod filters;

use std::sync::Arc;

use askama::Template;
use poem::http::StatusCode;
use poem::web::{Data, Path};
use poem::{Request, handler};

use self::filters::FIELDS;
use super::chrome::{Chrome, Desk, Room};
use super::error::failed;
use super::form_state::FormState;
use crate::api::{Failure, Key, LoggedRequest, RequestPage, RequestQuery};
use crate::dates::Moment;
use crate::html::render;
use crate::http::{Answer, FormFields};
use crate::session::{Session, SignedIn};
use crate::site::Site;

const ADDRESS: &str = "/dashboard/requests";

#[derive(Template)]
#[template(path = "dashboard/requests/list.html")]
struct ListPage<'a> {
    chrome: Chrome<'a>,
    desk: Desk,
    form: FormState,
    list: List,
    operations: Vec<&'a str>,
    methods: [&'static str; 6],
    now: Moment,
}

/// Which list it is, and what was found.
struct List {
    /// Where it is.
    address: &'static str,
    /// Whether it is everybody's.
    everybody: bool,
    keys: Vec<Key>,
    requests: Vec<LoggedRequest>,
    /// Where the older requests are.
    older: Option<String>,
    /// Where the newest ones are, when these are not.
    newest: Option<String>,
    filtered: bool,
}

#[handler]
pub(crate) async fn show(site: Data<&Arc<Site>>, who: SignedIn, request: &Request) -> poem::Result<Answer> {
    let session = &who.0;
    let fields = FormFields::from_query(request.uri().query().unwrap_or_default());
    let outcome = match filters::read(&fields) {
        Ok(query) => find(&site, session, request, &query).await,
        Err(faults) => Err(unread(faults)),
    };
    let keys = match &outcome {
        Ok(_) | Err(Failure::Invalid { .. }) => keys(&site, session, request).await,
        Err(_) => Ok(Vec::new()),
    };
    let keys = match keys {
        Ok(keys) => keys,
        Err(failure) => return Err(failed(&site, session, failure).await),
    };
    answer(&site, session, fields, outcome, List::empty(ADDRESS, keys)).await
}

/// The short address of a request or of the log, for people to pass on.
#[handler]
pub(crate) fn short() -> Answer {
    Answer::see_other(ADDRESS)
}

#[handler]
pub(crate) fn short_of_one(Path(id): Path<String>) -> poem::Result<Answer> {
    // It stands in a header: nothing but what an id is made of.
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Err(Site::refusal(StatusCode::NOT_FOUND, "Nothing is kept at this address."));
    }
    Ok(Answer::see_other(&format!("{ADDRESS}/{id}")))
}

fn unread(faults: Vec<crate::api::Fault>) -> Failure {
    Failure::Invalid { detail: "The filter cannot be read.".to_owned(), faults }
}

async fn find(site: &Site, session: &Session, request: &Request, query: &RequestQuery) -> Result<RequestPage, Failure> {
    site.calls(session, request).await?.requests(query).await
}

async fn keys(site: &Site, session: &Session, request: &Request) -> Result<Vec<Key>, Failure> {
    site.calls(session, request).await?.keys().await
}

/// The list, or the form with its faults, or why there is neither.
async fn answer(
    site: &Site,
    session: &Session,
    fields: FormFields,
    outcome: Result<RequestPage, Failure>,
    list: List,
) -> poem::Result<Answer> {
    match outcome {
        Ok(found) => {
            let list = list.with(&fields, found);
            Ok(Answer::private(page(site, session, FormState::typed(fields), list)))
        }
        Err(failure @ Failure::Invalid { .. }) => {
            let form = FormState::refused(fields, &failure, &FIELDS);
            Ok(Answer::private(page(site, session, form, list)).status(StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(failure) => Err(failed(site, session, failure).await),
    }
}

fn page(site: &Site, session: &Session, form: FormState, list: List) -> String {
    let room = if list.everybody { Room::Everybody } else { Room::Requests };
    let (chrome, desk) = Desk::new(site, room, session);
    let operations = site.reference.api.operations.iter().map(|operation| operation.id.as_str()).collect();
    let now = Moment::from_ms(site.sessions.now_ms());
    render(&ListPage { chrome, desk, form, list, operations, methods: filters::METHODS, now })
}

impl List {
    fn empty(address: &'static str, keys: Vec<Key>) -> Self {
        let (requests, everybody) = (Vec::new(), address != ADDRESS);
        Self { address, everybody, keys, requests, older: None, newest: None, filtered: false }
    }

    /// A key that is filtered by and is none of the account's own, or none any more.
    fn is_other_key(&self, id: &str) -> bool {
        !id.is_empty() && self.keys.iter().all(|key| key.id != id)
    }

    fn with(self, fields: &FormFields, found: RequestPage) -> Self {
        Self {
            requests: found.requests,
            older: found.next.as_deref().map(|cursor| filters::address(self.address, fields, Some(cursor))),
            newest: fields.get("cursor").map(|_| filters::address(self.address, fields, None)),
            filtered: FIELDS.iter().any(|name| fields.get(name).is_some()),
            ..self
        }
    }
}

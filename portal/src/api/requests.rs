//! `requests`: what was asked and answered; an administrator sees everybody's.

use gatepost_sdk::{Timestamp, types};

use super::keys::moment;
use super::{Calls, Failure};
use crate::dates::Moment;

const PAGE_SIZE: i32 = 50;

/// Which requests to show; `None` is all.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestQuery {
    pub operation: Option<String>,
    pub status: Option<String>,
    pub key: Option<String>,
    pub method: Option<String>,
    pub search: Option<String>,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    /// Of an account, for administrators.
    pub account: Option<String>,
    /// From an address, for administrators.
    pub address: Option<String>,
    pub cursor: Option<String>,
}

/// A page of requests, newest first.
pub(crate) struct RequestPage {
    pub requests: Vec<LoggedRequest>,
    /// Where the older ones begin.
    pub next: Option<String>,
}

/// A request that was answered.
#[derive(Debug, Clone)]
pub(crate) struct LoggedRequest {
    pub id: String,
    pub at: Moment,
    pub account: Option<String>,
    pub key: Option<String>,
    pub session: Option<String>,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub status: i32,
    pub code: Option<String>,
    pub latency_ms: f64,
    pub address: String,
    pub user_agent: Option<String>,
}

/// A request with the headers that it came with.
pub(crate) struct RequestDetail {
    pub request: LoggedRequest,
    pub headers: Vec<Header>,
}

/// A header that was kept.
pub(crate) struct Header {
    pub name: String,
    /// `None` where that was a credential.
    pub value: Option<String>,
}

impl LoggedRequest {
    pub const fn is_error(&self) -> bool {
        self.status >= 400
    }

    pub fn latency(&self) -> String {
        if self.latency_ms < 10.0 { format!("{:.1} ms", self.latency_ms) } else { format!("{:.0} ms", self.latency_ms) }
    }

    /// Path and query as they were asked.
    pub fn target(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// The problem's own page, by its code.
    pub fn problem_page(&self) -> Option<String> {
        self.code.as_ref().map(|code| format!("/docs/errors/{}", code.to_lowercase().replace('_', "-")))
    }
}

impl Calls {
    /// The visitor's own requests.
    pub async fn requests(&self, query: &RequestQuery) -> Result<RequestPage, Failure> {
        let call = self.client.list_requests().limit(PAGE_SIZE);
        let call = call.maybe_operation_id(query.operation.as_deref()).maybe_status(query.status.as_deref());
        let call = call.maybe_key_id(query.key.as_deref()).maybe_method(query.method.as_deref());
        let call = call.maybe_search(query.search.as_deref()).maybe_cursor(query.cursor.as_deref());
        let call = call.maybe_from(timestamp(query.from)?).maybe_to(timestamp(query.to)?);
        Ok(call.send().await?.into_inner().into())
    }

    /// Everybody's requests, for administrators.
    pub async fn all_requests(&self, query: &RequestQuery) -> Result<RequestPage, Failure> {
        let call = self.client.list_all_requests().limit(PAGE_SIZE);
        let call = call.maybe_operation_id(query.operation.as_deref()).maybe_status(query.status.as_deref());
        let call = call.maybe_key_id(query.key.as_deref()).maybe_method(query.method.as_deref());
        let call = call.maybe_search(query.search.as_deref()).maybe_cursor(query.cursor.as_deref());
        let call = call.maybe_user_id(query.account.as_deref()).maybe_address(query.address.as_deref());
        let call = call.maybe_from(timestamp(query.from)?).maybe_to(timestamp(query.to)?);
        Ok(call.send().await?.into_inner().into())
    }

    /// One request of the visitor's own.
    pub async fn request(&self, id: &str) -> Result<RequestDetail, Failure> {
        let mut detail = self.client.get_request().request_id(id).send().await?.into_inner();
        let headers = std::mem::take(&mut detail.headers);
        let headers = headers.into_iter().map(|header| Header { name: header.name, value: header.value });
        Ok(RequestDetail { headers: headers.collect(), request: detail.into() })
    }
}

pub(super) fn timestamp(moment: Option<Moment>) -> Result<Option<Timestamp>, Failure> {
    let said = moment.map(|moment| Timestamp::try_from(moment.rfc3339()));
    said.transpose().map_err(|_| Failure::Refused("There is no such time.".to_owned()))
}

impl From<types::RequestPage> for RequestPage {
    fn from(page: types::RequestPage) -> Self {
        Self { requests: page.data.into_iter().map(LoggedRequest::from).collect(), next: page.next_cursor }
    }
}

/// The answers that hold a request have its properties each; what more they have is read before.
macro_rules! request_from {
    ($($answer:ty),+) => {$(
        impl From<$answer> for LoggedRequest {
            fn from(request: $answer) -> Self {
                Self {
                    id: request.id,
                    at: moment(request.created_at),
                    account: request.user_id,
                    key: request.key_id,
                    session: request.session_id,
                    operation: request.operation_id,
                    method: request.method.as_str().to_owned(),
                    path: request.path,
                    query: request.query,
                    status: request.status,
                    code: request.code,
                    latency_ms: request.latency_ms,
                    address: request.address,
                    user_agent: request.user_agent,
                }
            }
        }
    )+};
}

request_from!(types::LoggedRequest, types::RequestDetail);

//! What was asked and answered, request by request; and for administrators everybody's, summed up and cleaned up.

pub(super) mod cleanup;
pub(super) mod stats;

use serde_json::Value;

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Cursor;
use crate::domain::ids::RequestId;
use crate::domain::requests::Statuses;
use crate::domain::time::Time;
use crate::generated::requests::{RequestDetail, RequestHeader, RequestsApi};
use crate::generated::types::{HttpMethod, LoggedRequest, RequestPage};
use crate::problem::Problem;
use crate::store::requests::{self, Filter, Logged};

/// The longest time that an answer tells: a day.
const LONGEST_US: i64 = 86_400_000_000;

impl RequestsApi for App {
    async fn list_requests(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        from: Option<Time>,
        to: Option<Time>,
        key_id: Option<String>,
        operation_id: Option<String>,
        status: Option<String>,
        method: Option<HttpMethod>,
        search: Option<String>,
    ) -> Result<RequestPage, Problem> {
        let owner = caller.owner().to_string();
        let asked =
            Asked { user_id: Some(owner), from, to, key_id, operation_id, status, method, search, address: None };
        list(self, asked, limit, cursor.as_deref()).await
    }

    async fn get_request(&self, caller: Caller, request_id: String) -> Result<RequestDetail, Problem> {
        let none = || Problem::not_found("There is no such request, or it is not kept any more.");
        let id: RequestId = request_id.parse().map_err(|_| none())?;
        // What was asked a moment ago is there.
        self.request_log.flush(&self.db).await?;
        let found = requests::find(&mut *self.db.read().await?, &id, Some(caller.owner())).await?;
        detail(found.ok_or_else(none)?)
    }
}

/// What is asked of the log, as it was sent.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub user_id: Option<String>,
    pub from: Option<Time>,
    pub to: Option<Time>,
    pub key_id: Option<String>,
    pub operation_id: Option<String>,
    pub status: Option<String>,
    pub method: Option<HttpMethod>,
    pub search: Option<String>,
    pub address: Option<String>,
}

/// A page of requests.
pub(super) async fn list(app: &App, asked: Asked, limit: i32, cursor: Option<&str>) -> Result<RequestPage, Problem> {
    let before = pages::cursor(cursor, Cursor::<RequestId>::parse)?.map(|place| place.id);
    let Some(filter) = asked.filter()? else { return Ok(RequestPage { data: Vec::new(), next_cursor: None }) };
    app.request_log.flush(&app.db).await?;
    let page = Page::of(limit);
    let mut found = requests::list(&mut *app.db.read().await?, &filter, before.as_ref(), page.wanted()).await?;
    let next = page.cut(&mut found).map(|last| Cursor { time: last.at, id: last.id }.to_text());
    Ok(RequestPage { data: found.into_iter().map(shown).collect::<Result<_, _>>()?, next_cursor: next })
}

impl Asked {
    /// The filter; `None` where it names what nothing has: an id that is none has made no requests.
    fn filter(self) -> Result<Option<Filter>, Problem> {
        let status = self.status.as_deref().map(str::parse::<Statuses>).transpose();
        let status = status.map_err(|error| Problem::invalid_query("status", error.to_string()))?;
        let owner = self.user_id.as_deref().map(str::parse).transpose();
        let key = self.key_id.as_deref().map(str::parse).transpose();
        let address = self.address.as_deref().map(str::parse).transpose();
        let (Ok(owner), Ok(key), Ok(address)) = (owner, key, address) else { return Ok(None) };
        let method = self.method.map(HttpMethod::as_str);
        let Self { from, to, operation_id: operation, search, .. } = self;
        Ok(Some(Filter { owner, key, from, to, operation, status, method, address, search }))
    }
}

fn shown(found: Logged) -> Result<LoggedRequest, Problem> {
    Ok(LoggedRequest {
        id: found.id.to_string(),
        created_at: found.at,
        user_id: found.owner.map(|id| id.to_string()),
        key_id: found.key_id.map(|id| id.to_string()),
        session_id: found.session_id.map(|id| id.to_string()),
        operation_id: found.operation,
        method: HttpMethod::from_name(&found.method)
            .ok_or_else(|| Problem::broken("a request of an unknown method is kept"))?,
        path: found.path,
        query: found.query,
        status: i32::try_from(found.status).map_err(Problem::broken)?,
        code: found.code,
        latency_ms: latency_ms(found.latency_us),
        address: found.address,
        user_agent: found.user_agent,
    })
}

fn detail(found: Logged) -> Result<RequestDetail, Problem> {
    let headers: Vec<(String, Value)> = serde_json::from_str(&found.headers).map_err(Problem::broken)?;
    let header = |(name, value): (String, Value)| RequestHeader { name, value: value.as_str().map(ToOwned::to_owned) };
    let one = shown(found)?;
    Ok(RequestDetail {
        id: one.id,
        created_at: one.created_at,
        user_id: one.user_id,
        key_id: one.key_id,
        session_id: one.session_id,
        operation_id: one.operation_id,
        method: one.method,
        path: one.path,
        query: one.query,
        status: one.status,
        code: one.code,
        latency_ms: one.latency_ms,
        address: one.address,
        user_agent: one.user_agent,
        headers: headers.into_iter().map(header).collect(),
    })
}

#[expect(clippy::cast_precision_loss, reason = "below 2^53 microseconds, which are 285 years")]
fn latency_ms(us: i64) -> f64 {
    us.clamp(0, LONGEST_US) as f64 / 1_000.0
}

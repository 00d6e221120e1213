//! The request log. Ids grow with time, so a list goes by them, and a moment is the first id that it could have.

use std::net::IpAddr;

use sea_query::{Expr, ExprTrait as _, Func, OnConflict, Order, Query};
use sqlx::FromRow;

use super::tables::Requests;
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{KeyId, RequestId, SessionId, UserId};
use crate::domain::requests::{Entry, Statuses};
use crate::domain::time::Time;

/// Rows that one statement may hold: fifteen values each, below what either engine binds.
pub const MOST_AT_ONCE: usize = 1_000;

const COLUMNS: [Requests; 15] = [
    Requests::Id,
    Requests::At,
    Requests::Owner,
    Requests::KeyId,
    Requests::SessionId,
    Requests::Operation,
    Requests::Method,
    Requests::Path,
    Requests::Query,
    Requests::Status,
    Requests::Code,
    Requests::LatencyUs,
    Requests::Address,
    Requests::UserAgent,
    Requests::Headers,
];

/// A request as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(missing_docs, reason = "the names are the migration's; what a column means is said there")]
pub struct Logged {
    pub id: RequestId,
    pub at: Time,
    pub owner: Option<UserId>,
    pub key_id: Option<KeyId>,
    pub session_id: Option<SessionId>,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub query: Option<String>,
    pub status: i64,
    pub code: Option<String>,
    pub latency_us: i64,
    pub address: String,
    pub user_agent: Option<String>,
    pub headers: String,
}

/// Which requests a list shows. What is `None` lets all through.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Whose.
    pub owner: Option<UserId>,
    /// With which key.
    pub key: Option<KeyId>,
    /// From this moment on.
    pub from: Option<Time>,
    /// Before this moment.
    pub to: Option<Time>,
    /// Of which operation.
    pub operation: Option<String>,
    /// Answered how.
    pub status: Option<Statuses>,
    /// Of which method.
    pub method: Option<&'static str>,
    /// From where.
    pub address: Option<IpAddr>,
    /// Whose id begins so, or whose path holds this text.
    pub search: Option<String>,
}

/// Keeps requests; [`MOST_AT_ONCE`] at most. One that is kept already stays as it is.
///
/// # Errors
/// The store's failure.
pub async fn add(tx: &mut Tx, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut statement = Query::insert();
    statement.into_table(Requests::Table).columns(COLUMNS);
    for entry in entries {
        statement.values_panic([
            entry.id.into(),
            entry.at.into(),
            entry.owner.into(),
            entry.key.into(),
            entry.session.into(),
            entry.operation.into(),
            entry.method.into(),
            entry.sent.path.as_str().into(),
            entry.sent.query.as_deref().into(),
            i64::from(entry.status).into(),
            entry.code.into(),
            entry.latency_us.into(),
            entry.address.to_string().into(),
            entry.sent.user_agent.as_deref().into(),
            entry.sent.headers.as_str().into(),
        ]);
    }
    statement.on_conflict(OnConflict::column(Requests::Id).do_nothing().to_owned());
    tx.execute(&statement).await.map(drop)
}

/// The request of that id; only if it is the owner's, where one is given.
///
/// # Errors
/// The store's failure.
pub async fn find(
    connection: &mut Connection,
    id: &RequestId,
    owner: Option<&UserId>,
) -> Result<Option<Logged>, StoreError> {
    let mut statement = Query::select();
    statement.columns(COLUMNS).from(Requests::Table).and_where(Expr::col(Requests::Id).eq(id));
    if let Some(owner) = owner {
        statement.and_where(Expr::col(Requests::Owner).eq(owner));
    }
    connection.fetch_optional(&statement).await
}

/// Up to `most` requests that the filter lets through, newest first, those before that id.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    before: Option<&RequestId>,
    most: u64,
) -> Result<Vec<Logged>, StoreError> {
    let column = |column: Requests| Expr::col(column);
    let statuses = filter.status.map(Statuses::range).map(|(first, end)| (i64::from(first), i64::from(end)));
    let conditions = [
        filter.owner.map(|owner| column(Requests::Owner).eq(owner)),
        filter.key.map(|key| column(Requests::KeyId).eq(key)),
        filter.from.map(|from| column(Requests::Id).gte(first_of(from))),
        filter.to.map(|to| column(Requests::Id).lt(first_of(to))),
        filter.operation.as_deref().map(|operation| column(Requests::Operation).eq(operation)),
        statuses.map(|(first, end)| column(Requests::Status).gte(first).and(column(Requests::Status).lt(end))),
        filter.method.map(|method| column(Requests::Method).eq(method)),
        filter.address.map(|address| column(Requests::Address).eq(address.to_string())),
        filter.search.as_deref().map(found),
        before.map(|before| column(Requests::Id).lt(before)),
    ];
    let mut statement = Query::select();
    statement.columns(COLUMNS).from(Requests::Table).order_by(Requests::Id, Order::Desc).limit(most);
    for condition in conditions.into_iter().flatten() {
        statement.and_where(condition);
    }
    connection.fetch_all(&statement).await
}

/// An id that begins so, or a path that holds the text: what no replacement changes does not hold it, on both engines to
/// the letter.
fn found(text: &str) -> Expr {
    if text.starts_with("req_") {
        let end = [text, "\u{10ffff}"].concat();
        return Expr::col(Requests::Id).gte(text).and(Expr::col(Requests::Id).lt(end));
    }
    let without = Func::cust("REPLACE").arg(Expr::col(Requests::Path)).arg(text).arg("");
    Expr::expr(without).ne(Expr::col(Requests::Path))
}

/// The first id that a request of that moment could have.
fn first_of(moment: Time) -> RequestId {
    RequestId::of(moment, [0; 10])
}

/// How many requests came before that moment.
///
/// # Errors
/// The store's failure.
pub async fn count_before(connection: &mut Connection, before: Time) -> Result<i64, StoreError> {
    let statement = Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from(Requests::Table)
        .and_where(Expr::col(Requests::Id).lt(first_of(before)))
        .to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Removes up to `most` requests that came before that moment, oldest first, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_before(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let old = Query::select()
        .column(Requests::Id)
        .from(Requests::Table)
        .and_where(Expr::col(Requests::Id).lt(first_of(before)))
        .order_by(Requests::Id, Order::Asc)
        .limit(most)
        .to_owned();
    let statement =
        Query::delete().from_table(Requests::Table).and_where(Expr::col(Requests::Id).in_subquery(old)).to_owned();
    tx.execute(&statement).await
}

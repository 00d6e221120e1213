//! Applications to join the collective. Votes stand in `votes.rs`.

mod votes;

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

pub use votes::{ballots, count, put};

use super::tables::{ApplicationVotes, Applications};
use super::{Connection, StoreError, Tx};
use crate::domain::applications::{Application, Decided, Request, Status};
use crate::domain::ids::{ApplicationId, UserId};
use crate::domain::time::Time;

const COLUMNS: [Applications; 13] = [
    Applications::Id,
    Applications::Number,
    Applications::CreatedBy,
    Applications::Applicant,
    Applications::DiscordId,
    Applications::MessageId,
    Applications::Name,
    Applications::Statement,
    Applications::Status,
    Applications::Reason,
    Applications::DecidedBy,
    Applications::DecidedAt,
    Applications::CreatedAt,
];

#[derive(FromRow)]
struct Row {
    id: ApplicationId,
    number: i64,
    created_by: Option<UserId>,
    applicant: Option<UserId>,
    discord_id: Option<String>,
    message_id: Option<String>,
    name: String,
    statement: String,
    status: Status,
    reason: Option<String>,
    decided_by: Option<UserId>,
    decided_at: Option<Time>,
    created_at: Time,
}

impl From<Row> for Application {
    fn from(row: Row) -> Self {
        let (reason, by) = (row.reason, row.decided_by);
        Self {
            id: row.id,
            number: row.number,
            created_by: row.created_by,
            request: Request {
                name: row.name,
                statement: row.statement,
                applicant: row.applicant,
                discord_id: row.discord_id,
                message_id: row.message_id,
            },
            status: row.status,
            decided: row.decided_at.map(|at| Decided { reason, by, at }),
            created_at: row.created_at,
        }
    }
}

/// How an application is named.
#[derive(Debug, Clone, Copy)]
pub enum Named<'a> {
    /// By its id.
    Id(ApplicationId),
    /// By its number.
    Number(i64),
    /// By the message that carries it.
    Message(&'a str),
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Applications::Table).to_owned()
}

fn is(named: Named<'_>) -> Expr {
    match named {
        Named::Id(id) => Expr::col(Applications::Id).eq(id),
        Named::Number(number) => Expr::col(Applications::Number).eq(number),
        Named::Message(message) => Expr::col(Applications::MessageId).eq(message),
    }
}

/// The application that is named so.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, named: Named<'_>) -> Result<Option<Application>, StoreError> {
    let statement = select().and_where(is(named)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Application::from))
}

/// The application of that id, and nobody else changes it or votes on it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: ApplicationId) -> Result<Option<Application>, StoreError> {
    let statement = select().and_where(is(Named::Id(id))).lock_exclusive().to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Application::from))
}

/// Up to `most` applications of a status (or of any), in the order of their numbers, those after one.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    status: Option<Status>,
    order: Order,
    after: Option<i64>,
    most: u64,
) -> Result<Vec<Application>, StoreError> {
    let mut statement = select();
    if let Some(status) = status {
        statement.and_where(Expr::col(Applications::Status).eq(status));
    }
    if let Some(after) = after {
        let number = Expr::col(Applications::Number);
        statement.and_where(if order == Order::Asc { number.gt(after) } else { number.lt(after) });
    }
    statement.order_by(Applications::Number, order).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Application::from).collect())
}

/// Keeps a new application.
///
/// # Errors
/// [`StoreError::Conflict`] of `applications_message` when its message carries another.
pub async fn insert(tx: &mut Tx, new: &Application) -> Result<(), StoreError> {
    let (request, decided) = (&new.request, new.decided.as_ref());
    let values: [Expr; 13] = [
        new.id.into(),
        new.number.into(),
        new.created_by.into(),
        request.applicant.into(),
        request.discord_id.clone().into(),
        request.message_id.clone().into(),
        request.name.as_str().into(),
        request.statement.as_str().into(),
        new.status.into(),
        decided.and_then(|decided| decided.reason.clone()).into(),
        decided.and_then(|decided| decided.by).into(),
        decided.map(|decided| decided.at).into(),
        new.created_at.into(),
    ];
    let statement = Query::insert().into_table(Applications::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps the decision on an application.
///
/// # Errors
/// The store's failure.
pub async fn update_decided(tx: &mut Tx, application: &Application) -> Result<(), StoreError> {
    let decided = application.decided.as_ref();
    let statement = Query::update()
        .table(Applications::Table)
        .value(Applications::Status, application.status)
        .value(Applications::Reason, decided.and_then(|decided| decided.reason.clone()))
        .value(Applications::DecidedBy, decided.and_then(|decided| decided.by))
        .value(Applications::DecidedAt, decided.map(|decided| decided.at))
        .and_where(Expr::col(Applications::Id).eq(application.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes an application with its votes. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: ApplicationId) -> Result<(), StoreError> {
    let votes = Query::delete()
        .from_table(ApplicationVotes::Table)
        .and_where(Expr::col(ApplicationVotes::Application).eq(id))
        .to_owned();
    tx.execute(&votes).await?;
    let statement =
        Query::delete().from_table(Applications::Table).and_where(Expr::col(Applications::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

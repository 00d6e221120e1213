//! What is sent to endpoints: the outbox (`outbox.rs`), what dispatchers take from it (`due.rs`) and say of it
//! (`sending.rs`), and the log that owners read, here, with its counts (`counts.rs`).

pub mod counts;
pub mod due;
pub mod outbox;
pub mod sending;

use std::time::Duration;

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{Deliveries, DeliveryAttempts, Webhooks};
use super::{Connection, StoreError, Tx, values};
use crate::domain::cursor::Cursor;
use crate::domain::deliveries::{Attempt, Delivery, Failure, Status};
use crate::domain::ids::{DeliveryId, EventId, UserId, WebhookId};
use crate::domain::names::Names;
use crate::domain::time::Time;

const COLUMNS: [Deliveries; 12] = [
    Deliveries::Id,
    Deliveries::Webhook,
    Deliveries::Event,
    Deliveries::Type,
    Deliveries::Sequence,
    Deliveries::Body,
    Deliveries::Status,
    Deliveries::Attempts,
    Deliveries::LastStatus,
    Deliveries::LastFailure,
    Deliveries::CreatedAt,
    Deliveries::NextAt,
];

/// What an attempt is: in the delivery's own row, where the last one stands, and in the log of those before it.
const ATTEMPT: [(Deliveries, DeliveryAttempts); 6] = [
    (Deliveries::Attempts, DeliveryAttempts::Number),
    (Deliveries::LastAt, DeliveryAttempts::At),
    (Deliveries::LastDurationMs, DeliveryAttempts::DurationMs),
    (Deliveries::LastStatus, DeliveryAttempts::Status),
    (Deliveries::LastFailure, DeliveryAttempts::Failure),
    (Deliveries::LastAnswer, DeliveryAttempts::Answer),
];

#[derive(FromRow)]
struct Row {
    id: DeliveryId,
    webhook: WebhookId,
    event: EventId,
    r#type: String,
    sequence: Option<i64>,
    body: String,
    status: Status,
    attempts: i64,
    last_status: Option<i64>,
    last_failure: Option<Failure>,
    created_at: Time,
    next_at: Option<Time>,
}

impl From<Row> for Delivery {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            webhook: row.webhook,
            event: row.event,
            kind: row.r#type,
            sequence: row.sequence,
            body: row.body,
            status: row.status,
            attempts: row.attempts,
            last_status: row.last_status,
            last_failure: row.last_failure,
            created_at: row.created_at,
            next_at: row.next_at,
        }
    }
}

#[derive(FromRow)]
struct AttemptRow {
    number: i64,
    at: Time,
    duration_ms: i64,
    status: Option<i64>,
    failure: Option<Failure>,
    answer: Option<String>,
}

impl From<AttemptRow> for Attempt {
    fn from(row: AttemptRow) -> Self {
        Self {
            number: row.number,
            at: row.at,
            duration: Duration::from_millis(u64::try_from(row.duration_ms).unwrap_or(0)),
            status: row.status,
            failure: row.failure,
            answer: row.answer,
        }
    }
}

/// Which deliveries a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// In this state.
    pub status: Option<Status>,
    /// Of events of these kinds.
    pub kind: Option<Names>,
    /// From this moment on.
    pub since: Option<Time>,
    /// Before this moment.
    pub until: Option<Time>,
}

fn select(webhook: &WebhookId) -> SelectStatement {
    let of_it = Expr::col(Deliveries::Webhook).eq(webhook);
    Query::select().columns(COLUMNS).from(Deliveries::Table).and_where(of_it).to_owned()
}

/// The endpoint's delivery of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(
    connection: &mut Connection,
    id: &DeliveryId,
    webhook: &WebhookId,
) -> Result<Option<Delivery>, StoreError> {
    let statement = select(webhook).and_where(Expr::col(Deliveries::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Delivery::from))
}

/// The endpoint's delivery of that event; the newest, should there be several.
///
/// # Errors
/// The store's failure.
pub async fn find_event(
    connection: &mut Connection,
    event: &EventId,
    webhook: &WebhookId,
) -> Result<Option<Delivery>, StoreError> {
    let of_it = Expr::col(Deliveries::Event).eq(event);
    let statement = select(webhook).and_where(of_it).order_by(Deliveries::Id, Order::Desc).limit(1).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Delivery::from))
}

/// Up to `most` of the endpoint's deliveries, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    webhook: &WebhookId,
    filter: &Filter,
    after: Option<&Cursor<DeliveryId>>,
    most: u64,
) -> Result<Vec<Delivery>, StoreError> {
    let mut statement = select(webhook);
    let conditions = [
        filter.status.map(|status| Expr::col(Deliveries::Status).eq(status)),
        filter.kind.as_ref().map(|kind| values::named(Deliveries::Type, kind)),
        filter.since.map(|since| Expr::col(Deliveries::CreatedAt).gte(since)),
        filter.until.map(|until| Expr::col(Deliveries::CreatedAt).lt(until)),
        after.map(|after| {
            let place = Expr::tuple([Expr::col(Deliveries::CreatedAt), Expr::col(Deliveries::Id)]);
            place.lt(Expr::tuple([after.time.into(), after.id.into()]))
        }),
    ];
    for condition in conditions.into_iter().flatten() {
        statement.and_where(condition);
    }
    statement.order_by(Deliveries::CreatedAt, Order::Desc).order_by(Deliveries::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Delivery::from).collect())
}

/// The last `most` tries of a delivery, oldest first.
///
/// # Errors
/// The store's failure.
pub async fn attempts(connection: &mut Connection, id: &DeliveryId, most: u64) -> Result<Vec<Attempt>, StoreError> {
    let mut last = Query::select();
    for (column, name) in ATTEMPT {
        last.expr_as(Expr::col(column), name);
    }
    last.from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Id).eq(id))
        .and_where(Expr::col(Deliveries::Attempts).gt(0_i64));
    let Some(last) = connection.fetch_optional::<AttemptRow>(&last).await? else { return Ok(Vec::new()) };
    let before = Query::select()
        .columns(ATTEMPT.map(|(_, column)| column))
        .from(DeliveryAttempts::Table)
        .and_where(Expr::col(DeliveryAttempts::Delivery).eq(id))
        // One that was made since then has put its forerunner there.
        .and_where(Expr::col(DeliveryAttempts::Number).lt(last.number))
        .order_by(DeliveryAttempts::Number, Order::Desc)
        .limit(most.saturating_sub(1))
        .to_owned();
    let mut rows: Vec<AttemptRow> = connection.fetch_all(&before).await?;
    rows.reverse();
    rows.push(last);
    Ok(rows.into_iter().map(Attempt::from).collect())
}

/// Sends a delivery again from the start of its schedule, now.
///
/// # Errors
/// The store's failure.
pub async fn replay(tx: &mut Tx, id: &DeliveryId, now: Time) -> Result<(), StoreError> {
    tx.execute(anew(now).and_where(Expr::col(Deliveries::Id).eq(id))).await?;
    tx.wake_dispatchers();
    Ok(())
}

/// The same for all of an endpoint's that failed and were made in that span; says how many.
///
/// # Errors
/// The store's failure.
pub async fn replay_failed(
    tx: &mut Tx,
    webhook: &WebhookId,
    (since, until): (Time, Option<Time>),
    now: Time,
) -> Result<u64, StoreError> {
    let mut statement = anew(now);
    statement
        .and_where(Expr::col(Deliveries::Webhook).eq(webhook))
        .and_where(Expr::col(Deliveries::Status).eq(Status::Failed))
        .and_where(Expr::col(Deliveries::CreatedAt).gte(since));
    if let Some(until) = until {
        statement.and_where(Expr::col(Deliveries::CreatedAt).lt(until));
    }
    tx.wake_dispatchers();
    tx.execute(&statement).await
}

fn anew(now: Time) -> sea_query::UpdateStatement {
    Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, Status::Pending)
        .value(Deliveries::Tries, 0_i64)
        .value(Deliveries::NextAt, now)
        .to_owned()
}

/// Gives up what waits for an endpoint.
///
/// # Errors
/// The store's failure.
pub async fn stop(tx: &mut Tx, webhook: &WebhookId) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, Status::Failed)
        .value(Deliveries::NextAt, None::<Time>)
        .and_where(Expr::col(Deliveries::Webhook).eq(webhook))
        .and_where(Expr::col(Deliveries::NextAt).is_not_null())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets all deliveries of an endpoint.
///
/// # Errors
/// The store's failure.
pub async fn delete_of(tx: &mut Tx, webhook: &WebhookId) -> Result<(), StoreError> {
    delete(tx, Expr::col(Deliveries::Webhook).eq(webhook)).await
}

/// Forgets all deliveries to an account's endpoints.
///
/// # Errors
/// The store's failure.
pub async fn delete_of_account(tx: &mut Tx, owner: &UserId) -> Result<(), StoreError> {
    let endpoints = Query::select()
        .column(Webhooks::Id)
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Owner).eq(owner))
        .to_owned();
    delete(tx, Expr::col(Deliveries::Webhook).in_subquery(endpoints)).await
}

async fn delete(tx: &mut Tx, which: Expr) -> Result<(), StoreError> {
    let ids = Query::select().column(Deliveries::Id).from(Deliveries::Table).and_where(which.clone()).to_owned();
    let attempts = Expr::col(DeliveryAttempts::Delivery).in_subquery(ids);
    tx.execute(Query::delete().from_table(DeliveryAttempts::Table).and_where(attempts)).await?;
    tx.execute(Query::delete().from_table(Deliveries::Table).and_where(which)).await.map(drop)
}

/// Removes up to `most` deliveries that ended and were made before that moment, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_before(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let old = Query::select()
        .column(Deliveries::Id)
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::CreatedAt).lt(before))
        .and_where(Expr::col(Deliveries::NextAt).is_null())
        .order_by(Deliveries::CreatedAt, Order::Asc)
        .order_by(Deliveries::Id, Order::Asc)
        .limit(most)
        .to_owned();
    let rows: Vec<(DeliveryId,)> = tx.fetch_all(&old).await?;
    let ids = || rows.iter().map(|(id,)| Expr::from(*id));
    if rows.is_empty() {
        return Ok(0);
    }
    tx.execute(
        Query::delete()
            .from_table(DeliveryAttempts::Table)
            .and_where(Expr::col(DeliveryAttempts::Delivery).is_in(ids())),
    )
    .await?;
    tx.execute(Query::delete().from_table(Deliveries::Table).and_where(Expr::col(Deliveries::Id).is_in(ids()))).await
}

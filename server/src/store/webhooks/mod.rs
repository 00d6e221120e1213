//! Endpoints, and the secrets that deliveries to them are signed with.

pub mod health;
pub mod secrets;
pub mod sending;

use sea_query::{Expr, ExprTrait as _, LockType, Order, Query, SelectStatement};
use sqlx::FromRow;

pub use health::{disable, is_failing, is_well};
pub use secrets::Signing;

use super::tables::Webhooks;
use super::{Connection, StoreError, Tx, deliveries};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{UserId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::{Cause, Disabled, Patterns, Rate, Webhook};

const COLUMNS: [Webhooks; 10] = [
    Webhooks::Id,
    Webhooks::Owner,
    Webhooks::Url,
    Webhooks::Events,
    Webhooks::Description,
    Webhooks::RatePerSecond,
    Webhooks::CreatedAt,
    Webhooks::UpdatedAt,
    Webhooks::DisabledAt,
    Webhooks::DisabledCause,
];

#[derive(FromRow)]
struct Row {
    id: WebhookId,
    owner: UserId,
    url: String,
    events: Patterns,
    description: Option<String>,
    rate_per_second: Option<i64>,
    created_at: Time,
    updated_at: Time,
    disabled_at: Option<Time>,
    disabled_cause: Option<Cause>,
}

impl From<Row> for Webhook {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            owner: row.owner,
            url: row.url,
            events: row.events,
            description: row.description,
            rate: rate(row.rate_per_second),
            created_at: row.created_at,
            updated_at: row.updated_at,
            disabled: row.disabled_at.zip(row.disabled_cause).map(|(at, cause)| Disabled { at, cause }),
        }
    }
}

fn rate(column: Option<i64>) -> Option<Rate> {
    column.and_then(|attempts| i32::try_from(attempts).ok()).map(Rate::per_second)
}

fn select(owner: &UserId) -> SelectStatement {
    Query::select().columns(COLUMNS).from(Webhooks::Table).and_where(Expr::col(Webhooks::Owner).eq(owner)).to_owned()
}

/// Keeps a new endpoint.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, webhook: &Webhook) -> Result<(), StoreError> {
    let values: [Expr; 10] = [
        webhook.id.into(),
        webhook.owner.into(),
        webhook.url.as_str().into(),
        (&webhook.events).into(),
        webhook.description.clone().into(),
        webhook.rate.map(|rate| i64::from(rate.get())).into(),
        webhook.created_at.into(),
        webhook.updated_at.into(),
        webhook.disabled.map(|disabled| disabled.at).into(),
        webhook.disabled.map(|disabled| disabled.cause).into(),
    ];
    let statement = Query::insert().into_table(Webhooks::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// How many endpoints the owner has.
///
/// # Errors
/// The store's failure.
pub async fn count(connection: &mut Connection, owner: &UserId) -> Result<u64, StoreError> {
    let statement = Query::select()
        .expr(Expr::col(Webhooks::Id).count())
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Owner).eq(owner))
        .to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map_or(0, |(count,)| u64::try_from(count).unwrap_or(0)))
}

/// The owner's endpoint of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &WebhookId, owner: &UserId) -> Result<Option<Webhook>, StoreError> {
    let statement = select(owner).and_where(Expr::col(Webhooks::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Webhook::from))
}

/// As [`find`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &WebhookId, owner: &UserId) -> Result<Option<Webhook>, StoreError> {
    let statement = select(owner).and_where(Expr::col(Webhooks::Id).eq(id)).lock(LockType::Update).to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Webhook::from))
}

/// Up to `most` of the owner's endpoints, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    after: Option<&Cursor<WebhookId>>,
    most: u64,
) -> Result<Vec<Webhook>, StoreError> {
    let mut statement = select(owner);
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Webhooks::CreatedAt), Expr::col(Webhooks::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Webhooks::CreatedAt, Order::Desc).order_by(Webhooks::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Webhook::from).collect())
}

/// Keeps what became of an endpoint. It is locked.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, webhook: &Webhook) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::Url, webhook.url.as_str())
        .value(Webhooks::Events, &webhook.events)
        .value(Webhooks::Description, webhook.description.clone())
        .value(Webhooks::RatePerSecond, webhook.rate.map(|rate| i64::from(rate.get())))
        .value(Webhooks::UpdatedAt, webhook.updated_at)
        .value(Webhooks::DisabledAt, webhook.disabled.map(|disabled| disabled.at))
        .value(Webhooks::DisabledCause, webhook.disabled.map(|disabled| disabled.cause))
        .and_where(Expr::col(Webhooks::Id).eq(webhook.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes an endpoint, its secrets and its deliveries.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: &WebhookId) -> Result<(), StoreError> {
    secrets::delete(tx, id).await?;
    deliveries::delete_of(tx, id).await?;
    let statement = Query::delete().from_table(Webhooks::Table).and_where(Expr::col(Webhooks::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

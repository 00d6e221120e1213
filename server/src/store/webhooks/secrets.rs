//! Secrets of endpoints, sealed: the newest, and those before it for as long as they overlap.

use std::collections::BTreeSet;

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::store::tables::WebhookSecrets;
use crate::store::{Connection, StoreError, Tx};

const COLUMNS: [WebhookSecrets; 5] = [
    WebhookSecrets::Webhook,
    WebhookSecrets::Number,
    WebhookSecrets::Sealed,
    WebhookSecrets::CreatedAt,
    WebhookSecrets::ExpiresAt,
];

/// A secret as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Signing {
    /// Whose secret it is.
    pub webhook: WebhookId,
    /// Which of the endpoint's: the greatest is the newest.
    pub number: i64,
    /// The secret.
    pub sealed: String,
    /// When it was made.
    pub created_at: Time,
    /// When it stops to sign; never for the newest.
    pub expires_at: Option<Time>,
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(WebhookSecrets::Table).to_owned()
}

fn one(kept: &Signing) -> Expr {
    Expr::col(WebhookSecrets::Webhook).eq(kept.webhook).and(Expr::col(WebhookSecrets::Number).eq(kept.number))
}

/// Keeps a new secret.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, kept: &Signing) -> Result<(), StoreError> {
    let values: [Expr; 5] = [
        kept.webhook.into(),
        kept.number.into(),
        kept.sealed.as_str().into(),
        kept.created_at.into(),
        kept.expires_at.into(),
    ];
    let statement = Query::insert().into_table(WebhookSecrets::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The secrets that sign for these endpoints at that moment, newest first.
///
/// # Errors
/// The store's failure.
pub async fn signing(
    connection: &mut Connection,
    webhooks: &BTreeSet<WebhookId>,
    now: Time,
) -> Result<Vec<Signing>, StoreError> {
    let living = Expr::col(WebhookSecrets::ExpiresAt).is_null().or(Expr::col(WebhookSecrets::ExpiresAt).gt(now));
    let statement = select()
        .and_where(Expr::col(WebhookSecrets::Webhook).is_in(webhooks.iter().map(|id| Expr::from(*id))))
        .and_where(living)
        .order_by(WebhookSecrets::Number, Order::Desc)
        .to_owned();
    connection.fetch_all(&statement).await
}

/// A secret signs until then and no longer.
///
/// # Errors
/// The store's failure.
pub async fn end(tx: &mut Tx, kept: &Signing, at: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(WebhookSecrets::Table)
        .value(WebhookSecrets::ExpiresAt, at)
        .and_where(one(kept))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets the secrets of an endpoint that no longer sign.
///
/// # Errors
/// The store's failure.
pub async fn forget_ended(tx: &mut Tx, webhook: &WebhookId, now: Time) -> Result<(), StoreError> {
    let statement = Query::delete()
        .from_table(WebhookSecrets::Table)
        .and_where(Expr::col(WebhookSecrets::Webhook).eq(webhook))
        .and_where(Expr::col(WebhookSecrets::ExpiresAt).lte(now))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes every secret that stopped to sign before that moment, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_ended(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    let statement = Query::delete()
        .from_table(WebhookSecrets::Table)
        .and_where(Expr::col(WebhookSecrets::ExpiresAt).lte(now))
        .to_owned();
    tx.execute(&statement).await
}

pub(super) async fn delete(tx: &mut Tx, webhook: &WebhookId) -> Result<(), StoreError> {
    let statement = Query::delete()
        .from_table(WebhookSecrets::Table)
        .and_where(Expr::col(WebhookSecrets::Webhook).eq(webhook))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Up to `most` secrets of all endpoints, those after a place.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    after: Option<&(WebhookId, i64)>,
    most: u64,
) -> Result<Vec<Signing>, StoreError> {
    let mut statement = select();
    if let Some((webhook, number)) = after {
        let place = Expr::tuple([Expr::col(WebhookSecrets::Webhook), Expr::col(WebhookSecrets::Number)]);
        statement.and_where(place.gt(Expr::tuple([(*webhook).into(), (*number).into()])));
    }
    statement.order_by(WebhookSecrets::Webhook, Order::Asc).order_by(WebhookSecrets::Number, Order::Asc).limit(most);
    connection.fetch_all(&statement).await
}

/// Keeps the same secret, sealed anew, unless it is gone; whether it was there.
///
/// # Errors
/// The store's failure.
pub async fn reseal(tx: &mut Tx, kept: &Signing, sealed: &str) -> Result<bool, StoreError> {
    let statement = Query::update()
        .table(WebhookSecrets::Table)
        .value(WebhookSecrets::Sealed, sealed)
        .and_where(one(kept))
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

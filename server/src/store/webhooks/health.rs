//! How endpoints are doing, as dispatchers see it.

use sea_query::{Expr, ExprTrait as _, Func, Query};

use crate::domain::ids::{UserId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Cause;
use crate::store::tables::Webhooks;
use crate::store::{Connection, StoreError, Tx};

/// Where deliveries to these endpoints go; nothing where they are disabled.
///
/// # Errors
/// The store's failure.
pub async fn addresses(
    connection: &mut Connection,
    ids: &[WebhookId],
) -> Result<Vec<(WebhookId, Option<String>)>, StoreError> {
    let statement = Query::select()
        .columns([Webhooks::Id, Webhooks::Url, Webhooks::DisabledAt])
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .to_owned();
    let rows: Vec<(WebhookId, String, Option<Time>)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(id, url, disabled)| (id, disabled.is_none().then_some(url))).collect())
}

/// Those of these endpoints that only failed of late.
///
/// # Errors
/// The store's failure.
pub async fn failing(connection: &mut Connection, ids: &[WebhookId]) -> Result<Vec<WebhookId>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let statement = Query::select()
        .column(Webhooks::Id)
        .from(Webhooks::Table)
        .and_where(Expr::col(Webhooks::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .and_where(Expr::col(Webhooks::FailingSince).is_not_null())
        .to_owned();
    Ok(connection.fetch_all::<(WebhookId,)>(&statement).await?.into_iter().map(|(id,)| id).collect())
}

/// An endpoint took something: whatever failed before is forgotten.
///
/// # Errors
/// The store's failure.
pub async fn is_well(tx: &mut Tx, id: &WebhookId) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::FailingSince, None::<Time>)
        .and_where(Expr::col(Webhooks::Id).eq(id))
        .and_where(Expr::col(Webhooks::FailingSince).is_not_null())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// An endpoint failed at that moment; since when it has only failed. Nothing where it is gone or disabled.
///
/// # Errors
/// The store's failure.
pub async fn is_failing(tx: &mut Tx, id: &WebhookId, at: Time) -> Result<Option<Time>, StoreError> {
    let since = Func::coalesce([Expr::col(Webhooks::FailingSince), Expr::from(at)]);
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::FailingSince, since)
        .and_where(Expr::col(Webhooks::Id).eq(id))
        .and_where(Expr::col(Webhooks::DisabledAt).is_null())
        .returning_col(Webhooks::FailingSince)
        .to_owned();
    Ok(tx.fetch_optional::<(Time,)>(&statement).await?.map(|(since,)| since))
}

/// Disables an endpoint, unless it is already; says whose it is, and its URL.
///
/// # Errors
/// The store's failure.
pub async fn disable(
    tx: &mut Tx,
    id: &WebhookId,
    at: Time,
    cause: Cause,
) -> Result<Option<(UserId, String)>, StoreError> {
    let statement = Query::update()
        .table(Webhooks::Table)
        .value(Webhooks::DisabledAt, at)
        .value(Webhooks::DisabledCause, cause)
        .value(Webhooks::FailingSince, None::<Time>)
        .and_where(Expr::col(Webhooks::Id).eq(id))
        .and_where(Expr::col(Webhooks::DisabledAt).is_null())
        .returning(Query::returning().columns([Webhooks::Owner, Webhooks::Url]))
        .to_owned();
    tx.fetch_optional(&statement).await
}

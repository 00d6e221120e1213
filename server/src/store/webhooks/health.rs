//! How endpoints are doing, as dispatchers see it.

use sea_query::{Expr, ExprTrait as _, Func, Query};

use crate::domain::ids::{UserId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Cause;
use crate::store::tables::Webhooks;
use crate::store::{StoreError, Tx};

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

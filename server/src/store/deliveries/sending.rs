//! What dispatchers do: take what is due for a while, note what came of it, and say what is next.

use std::collections::BTreeMap;

use sea_query::{Expr, ExprTrait as _, LockBehavior, LockType, Order, Query, UpdateStatement};
use sqlx::FromRow;

use crate::domain::deliveries::{Attempt, Failure, Status};
use crate::domain::ids::{DeliveryId, EventId, WebhookId};
use crate::domain::time::Time;
use crate::store::tables::{Deliveries, DeliveryAttempts};
use crate::store::{Connection, StoreError, Tx};

/// A delivery that is to be sent now.
#[derive(Debug, Clone, FromRow)]
pub struct Taken {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub webhook: WebhookId,
    /// Which event it tells of.
    pub event: EventId,
    /// The event's number.
    pub sequence: Option<i64>,
    /// What is sent.
    pub body: String,
    /// Tries of the schedule that were made.
    pub tries: i64,
    /// Until when it is ours. It tells this taking from any other.
    pub next_at: Time,
}

/// A delivery that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Due {
    /// Its id.
    pub id: DeliveryId,
    /// To which endpoint.
    pub webhook: WebhookId,
    /// Since when.
    pub next_at: Time,
}

/// Up to `most` deliveries that are due, longest first, without those of endpoints that take no more for now.
///
/// # Errors
/// The store's failure.
pub async fn due(
    connection: &mut Connection,
    now: Time,
    full: &[WebhookId],
    most: u64,
) -> Result<Vec<Due>, StoreError> {
    let mut statement = Query::select()
        .columns([Deliveries::Id, Deliveries::Webhook, Deliveries::NextAt])
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::NextAt).lte(now))
        .order_by(Deliveries::NextAt, Order::Asc)
        .limit(most)
        .to_owned();
    if !full.is_empty() {
        statement.and_where(Expr::col(Deliveries::Webhook).is_not_in(full.iter().map(|id| Expr::from(*id))));
    }
    connection.fetch_all(&statement).await
}

/// Takes those of these deliveries that are still due: until `until` they are nobody else's.
///
/// # Errors
/// The store's failure.
pub async fn take(tx: &mut Tx, ids: &[DeliveryId], now: Time, until: Time) -> Result<Vec<Taken>, StoreError> {
    let free = Query::select()
        .column(Deliveries::Id)
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .and_where(Expr::col(Deliveries::NextAt).lte(now))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let statement = Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::NextAt, until)
        .and_where(Expr::col(Deliveries::Id).in_subquery(free))
        .returning(Query::returning().columns([
            Deliveries::Id,
            Deliveries::Webhook,
            Deliveries::Event,
            Deliveries::Sequence,
            Deliveries::Body,
            Deliveries::Tries,
            Deliveries::NextAt,
        ]))
        .to_owned();
    tx.fetch_all(&statement).await
}

/// These arrived with that status, whatever was decided of them meanwhile; says the number of each one's attempt. What is
/// gone has none.
///
/// # Errors
/// The store's failure.
pub async fn arrived(tx: &mut Tx, ids: &[DeliveryId], status: i64) -> Result<Vec<(DeliveryId, i64)>, StoreError> {
    let statement = attempted(Ok(status))
        .value(Deliveries::Status, Status::Delivered)
        .value(Deliveries::Tries, Expr::col(Deliveries::Tries).add(1_i64))
        .value(Deliveries::NextAt, None::<Time>)
        .and_where(Expr::col(Deliveries::Id).is_in(ids.iter().map(|id| Expr::from(*id))))
        .to_owned();
    tx.fetch_all(&statement).await
}

/// This one did not arrive; says the number of the attempt, unless the delivery is gone.
///
/// # Errors
/// The store's failure.
pub async fn missed(
    tx: &mut Tx,
    id: &DeliveryId,
    outcome: Result<u16, Failure>,
) -> Result<Option<(DeliveryId, i64)>, StoreError> {
    tx.fetch_optional(attempted(outcome.map(i64::from)).and_where(Expr::col(Deliveries::Id).eq(id))).await
}

fn attempted(outcome: Result<i64, Failure>) -> UpdateStatement {
    Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Attempts, Expr::col(Deliveries::Attempts).add(1_i64))
        .value(Deliveries::LastStatus, outcome.ok())
        .value(Deliveries::LastFailure, outcome.err())
        .returning(Query::returning().columns([Deliveries::Id, Deliveries::Attempts]))
        .to_owned()
}

/// Writes attempts into the log. The caller sees to it that there are not more than a statement holds.
///
/// # Errors
/// The store's failure.
pub async fn log(tx: &mut Tx, attempts: &[(DeliveryId, Attempt)]) -> Result<(), StoreError> {
    if attempts.is_empty() {
        return Ok(());
    }
    let mut statement = Query::insert()
        .into_table(DeliveryAttempts::Table)
        .columns([
            DeliveryAttempts::Delivery,
            DeliveryAttempts::Number,
            DeliveryAttempts::At,
            DeliveryAttempts::DurationMs,
            DeliveryAttempts::Status,
            DeliveryAttempts::Failure,
            DeliveryAttempts::Answer,
        ])
        .to_owned();
    for (id, attempt) in attempts {
        let values: [Expr; 7] = [
            id.into(),
            attempt.number.into(),
            attempt.at.into(),
            i64::try_from(attempt.duration.as_millis()).unwrap_or(i64::MAX).into(),
            attempt.status.into(),
            attempt.failure.into(),
            attempt.answer.clone().into(),
        ];
        statement.values_panic(values);
    }
    tx.execute(&statement).await.map(drop)
}

/// Gives back what was taken and not sent: it is due at once. Nothing changes where it is no longer this taking's.
///
/// # Errors
/// The store's failure.
pub async fn give_back(tx: &mut Tx, taken: &[Taken], now: Time) -> Result<(), StoreError> {
    let mut by_taking: BTreeMap<Time, Vec<Expr>> = BTreeMap::new();
    for one in taken {
        by_taking.entry(one.next_at).or_default().push(one.id.into());
    }
    for (until, ids) in by_taking {
        let statement = Query::update()
            .table(Deliveries::Table)
            .value(Deliveries::NextAt, now)
            .and_where(Expr::col(Deliveries::Id).is_in(ids))
            .and_where(Expr::col(Deliveries::NextAt).eq(until))
            .to_owned();
        tx.execute(&statement).await?;
    }
    Ok(())
}

/// It did not arrive: it is tried again then, or never. Nothing changes where it is no longer this taking's: somebody has
/// asked for it again, or the endpoint is disabled.
///
/// # Errors
/// The store's failure.
pub async fn put_off(tx: &mut Tx, taken: &Taken, next: Option<Time>) -> Result<(), StoreError> {
    let status = if next.is_some() { Status::Pending } else { Status::Failed };
    let statement = Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, status)
        .value(Deliveries::Tries, taken.tries.saturating_add(1))
        .value(Deliveries::NextAt, next)
        .and_where(Expr::col(Deliveries::Id).eq(taken.id))
        .and_where(Expr::col(Deliveries::NextAt).eq(taken.next_at))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets a delivery whose endpoint is gone.
///
/// # Errors
/// The store's failure.
pub async fn forget(tx: &mut Tx, id: &DeliveryId) -> Result<(), StoreError> {
    let attempts = Expr::col(DeliveryAttempts::Delivery).eq(id);
    tx.execute(Query::delete().from_table(DeliveryAttempts::Table).and_where(attempts)).await?;
    let statement =
        Query::delete().from_table(Deliveries::Table).and_where(Expr::col(Deliveries::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

//! What came of deliveries, and what is next. Nothing is written while one is on its way: its endpoint is held meanwhile
//! ([`crate::store::webhooks::sending`]).

use sea_query::{Alias, Expr, ExprTrait as _, IntoIden as _, Query, TableRef, UpdateStatement, Value, ValueTuple};

use super::ATTEMPT;
use super::due::Taken;
use crate::domain::deliveries::{Attempt, Status};
use crate::domain::ids::DeliveryId;
use crate::domain::time::Time;
use crate::store::tables::{Deliveries, DeliveryAttempts};
use crate::store::{StoreError, Tx};

/// How many things one statement names: few sizes, so that both engines know its text already.
const SIZES: [usize; 4] = [64, 16, 4, 1];

/// These arrived with their first attempt; says which of them were not written, since they are gone or somebody else tried
/// them too.
///
/// # Errors
/// The store's failure.
pub async fn arrived_at_once(tx: &mut Tx, all: &[(DeliveryId, Attempt)]) -> Result<Vec<DeliveryId>, StoreError> {
    let mut left = Vec::new();
    for many in all.chunks(SIZES[0]) {
        let mut written = 0;
        for some in filled(many, Clone::clone) {
            written += tx.execute(&first_attempts(some)).await?;
        }
        if usize::try_from(written) != Ok(many.len()) {
            left.extend(unwritten(tx, many).await?);
        }
    }
    Ok(left)
}

fn first_attempts(some: Vec<(DeliveryId, Attempt)>) -> UpdateStatement {
    let column = |number: u8| Expr::col((Alias::new("came"), Alias::new(format!("column{number}"))));
    let row = |(id, attempt): (DeliveryId, Attempt)| {
        ValueTuple::Many(vec![
            id.into(),
            Value::from(attempt.at),
            Value::from(milliseconds(&attempt)),
            Value::from(attempt.status),
            Value::from(attempt.answer),
        ])
    };
    let came = TableRef::ValuesList(some.into_iter().map(row).collect(), Alias::new("came").into_iden());
    Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, Status::Delivered)
        .value(Deliveries::Tries, Expr::col((Deliveries::Table, Deliveries::Tries)).add(1_i64))
        .value(Deliveries::NextAt, None::<Time>)
        .value(Deliveries::Attempts, 1_i64)
        .value(Deliveries::LastAt, column(2))
        .value(Deliveries::LastDurationMs, column(3))
        .value(Deliveries::LastStatus, column(4))
        .value(Deliveries::LastAnswer, column(5))
        .from(came)
        .and_where(Expr::col((Deliveries::Table, Deliveries::Id)).eq(column(1)))
        .and_where(Expr::col((Deliveries::Table, Deliveries::Attempts)).eq(0_i64))
        .to_owned()
}

/// Those whose row does not say what was just written.
async fn unwritten(tx: &mut Tx, some: &[(DeliveryId, Attempt)]) -> Result<Vec<DeliveryId>, StoreError> {
    let statement = Query::select()
        .columns([Deliveries::Id, Deliveries::Attempts, Deliveries::LastAt])
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Id).is_in(some.iter().map(|(id, _)| Expr::from(*id))))
        .to_owned();
    let rows: Vec<(DeliveryId, i64, Option<Time>)> = tx.fetch_all(&statement).await?;
    let is_written = |id: &DeliveryId, at: Time| rows.contains(&(*id, 1, Some(at)));
    Ok(some.iter().filter(|(id, attempt)| !is_written(id, attempt.at)).map(|(id, _)| *id).collect())
}

/// Another attempt was made. The one before goes into the log.
///
/// # Errors
/// The store's failure.
pub async fn attempted(tx: &mut Tx, id: &DeliveryId, attempt: &Attempt) -> Result<(), StoreError> {
    let before = Query::select()
        .columns([Deliveries::Id].into_iter().chain(ATTEMPT.map(|(column, _)| column)))
        .from(Deliveries::Table)
        .and_where(Expr::col(Deliveries::Id).eq(id))
        .and_where(Expr::col(Deliveries::Attempts).gt(0_i64))
        .to_owned();
    let mut log = Query::insert().into_table(DeliveryAttempts::Table).to_owned();
    log.columns([DeliveryAttempts::Delivery].into_iter().chain(ATTEMPT.map(|(_, column)| column)));
    log.select_from(before).map_err(|error| StoreError::Unusable(error.to_string()))?;
    tx.execute(&log).await?;
    let mut last = Query::update().table(Deliveries::Table).and_where(Expr::col(Deliveries::Id).eq(id)).to_owned();
    tx.execute(with_last(&mut last, attempt)).await.map(drop)
}

/// Puts the last attempt in its row.
fn with_last<'a>(statement: &'a mut UpdateStatement, attempt: &Attempt) -> &'a mut UpdateStatement {
    statement
        .value(Deliveries::Attempts, Expr::col(Deliveries::Attempts).add(1_i64))
        .value(Deliveries::LastAt, attempt.at)
        .value(Deliveries::LastDurationMs, milliseconds(attempt))
        .value(Deliveries::LastStatus, attempt.status)
        .value(Deliveries::LastFailure, attempt.failure)
        .value(Deliveries::LastAnswer, attempt.answer.clone())
}

/// It arrived, whatever was decided of it meanwhile.
///
/// # Errors
/// The store's failure.
pub async fn arrived(tx: &mut Tx, id: &DeliveryId) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, Status::Delivered)
        .value(Deliveries::Tries, Expr::col(Deliveries::Tries).add(1_i64))
        .value(Deliveries::NextAt, None::<Time>)
        .and_where(Expr::col(Deliveries::Id).eq(id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

fn milliseconds(attempt: &Attempt) -> i64 {
    i64::try_from(attempt.duration.as_millis()).unwrap_or(i64::MAX)
}

/// In parts of few sizes; the last one is filled up with what stands for its end.
pub(super) fn filled<T: Clone>(all: &[T], filler: impl Fn(&T) -> T + Copy) -> impl Iterator<Item = Vec<T>> {
    all.chunks(SIZES[0]).map(move |some| {
        let size = SIZES.into_iter().rev().find(|size| *size >= some.len()).unwrap_or(some.len());
        let last = some.last().map(filler);
        some.iter().cloned().chain(std::iter::repeat_with(move || last.clone()).flatten()).take(size).collect()
    })
}

/// It did not arrive: it is tried again then, or never. Nothing changes where something was decided of it
/// meanwhile: somebody has asked for it again, or the endpoint is disabled.
///
/// # Errors
/// The store's failure.
pub async fn put_off(tx: &mut Tx, taken: &Taken, next: Option<Time>) -> Result<(), StoreError> {
    tx.execute(&later(taken, next)).await.map(drop)
}

/// As [`attempted`] and [`put_off`] in one, of a first attempt; says whether that was written: it was not where something was
/// decided of it meanwhile, or somebody else tried it too.
///
/// # Errors
/// The store's failure.
pub async fn put_off_at_once(
    tx: &mut Tx,
    taken: &Taken,
    attempt: &Attempt,
    next: Option<Time>,
) -> Result<bool, StoreError> {
    let mut statement = later(taken, next);
    with_last(&mut statement, attempt).and_where(Expr::col(Deliveries::Attempts).eq(0_i64));
    Ok(tx.execute(&statement).await? > 0)
}

fn later(taken: &Taken, next: Option<Time>) -> UpdateStatement {
    let status = if next.is_some() { Status::Pending } else { Status::Failed };
    Query::update()
        .table(Deliveries::Table)
        .value(Deliveries::Status, status)
        .value(Deliveries::Tries, taken.tries.saturating_add(1))
        .value(Deliveries::NextAt, next)
        .and_where(Expr::col(Deliveries::Id).eq(taken.id))
        .and_where(Expr::col(Deliveries::NextAt).eq(taken.next_at))
        .to_owned()
}

#[cfg(test)]
#[path = "sending_tests.rs"]
mod tests;

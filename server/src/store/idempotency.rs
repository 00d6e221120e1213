//! Answers to requests that carried an `Idempotency-Key`. They are kept in the transaction of their effect: either both
//! are there or neither (S81).

use std::fmt;

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};
use serde::Serialize;

use super::tables::Idempotency;
use super::{Connection, StoreError, Tx};
use crate::domain::time::Time;

/// Makes of an answer's body what is kept of it.
pub type Seal = Box<dyn Fn(&[u8]) -> Option<String> + Send + Sync>;

/// A request with an `Idempotency-Key`, on its way for the first time.
pub struct Attempt {
    id: String,
    now: Time,
    expires_at: Time,
    seal: Seal,
}

impl Attempt {
    /// An attempt at `now`; what it answers is kept until `expires_at`, under `id`, as `seal` makes it.
    #[must_use]
    pub fn new(id: String, now: Time, expires_at: Time, seal: Seal) -> Self {
        Self { id, now, expires_at, seal }
    }
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({})", self.id)
    }
}

/// Keeps what an operation is about to answer, where its caller asked for that: call it before [`Tx::commit`] with
/// `caller.idempotency` and the answer, in every operation that takes an `Idempotency-Key`.
///
/// # Errors
/// [`StoreError::Conflict`] when another process has kept an answer to the same request meanwhile: then nothing of this
/// one may stay.
pub async fn keep(tx: &mut Tx, attempt: Option<&Attempt>, answer: &(impl Serialize + Sync)) -> Result<(), StoreError> {
    let Some(attempt) = attempt else { return Ok(()) };
    let body = serde_json::to_vec(answer).ok();
    let sealed = body.and_then(|body| (attempt.seal)(&body));
    let sealed = sealed.ok_or_else(|| StoreError::Unusable("an answer could not be sealed".to_owned()))?;
    let renew = OnConflict::column(Idempotency::Id)
        .update_columns([Idempotency::Sealed, Idempotency::ExpiresAt])
        .action_and_where(Expr::col((Idempotency::Table, Idempotency::ExpiresAt)).lte(attempt.now))
        .to_owned();
    let kept = tx
        .execute(
            Query::insert()
                .into_table(Idempotency::Table)
                .columns([Idempotency::Id, Idempotency::Sealed, Idempotency::ExpiresAt])
                .values_panic([attempt.id.as_str().into(), sealed.into(), attempt.expires_at.into()])
                .on_conflict(renew),
        )
        .await?;
    if kept == 0 { Err(StoreError::Conflict("idempotency_pkey".to_owned())) } else { Ok(()) }
}

/// What was kept under that id and still counts.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &str, now: Time) -> Result<Option<String>, StoreError> {
    let statement = Query::select()
        .column(Idempotency::Sealed)
        .from(Idempotency::Table)
        .and_where(Expr::col(Idempotency::Id).eq(id))
        .and_where(Expr::col(Idempotency::ExpiresAt).gt(now))
        .to_owned();
    let row: Option<(String,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(sealed,)| sealed))
}

/// Forgets answers whose time is over, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_expired(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    let statement =
        Query::delete().from_table(Idempotency::Table).and_where(Expr::col(Idempotency::ExpiresAt).lte(now)).to_owned();
    tx.execute(&statement).await
}

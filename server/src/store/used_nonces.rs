//! Nonces of sign-in messages that were used.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use super::tables::UsedNonces;
use super::{StoreError, Tx};
use crate::domain::time::Time;

/// Uses a nonce up, if nobody has: one conditional write (S43).
///
/// # Errors
/// The store's failure.
pub async fn use_up(tx: &mut Tx, name: &str, until: Time) -> Result<bool, StoreError> {
    let statement = Query::insert()
        .into_table(UsedNonces::Table)
        .columns([UsedNonces::Name, UsedNonces::ExpiresAt])
        .values_panic([name.into(), until.into()])
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

/// Forgets nonces with which no message can be good any more, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_expired(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    let statement =
        Query::delete().from_table(UsedNonces::Table).and_where(Expr::col(UsedNonces::ExpiresAt).lt(now)).to_owned();
    tx.execute(&statement).await
}

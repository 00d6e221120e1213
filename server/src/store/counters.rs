//! What counts up without gaps.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use super::tables::Counters;
use super::{StoreError, Tx};

/// The next number of that name, from 1 on. Others wait for theirs until this transaction ends, and have this one again
/// if it is not kept: call it late.
///
/// # Errors
/// The store's failure.
pub async fn next(tx: &mut Tx, name: &str) -> Result<i64, StoreError> {
    let value = (Counters::Table, Counters::Value);
    let statement = Query::insert()
        .into_table(Counters::Table)
        .columns([Counters::Name, Counters::Value])
        .values_panic([name.into(), 1.into()])
        .on_conflict(OnConflict::column(Counters::Name).value(Counters::Value, Expr::col(value).add(1)).to_owned())
        .returning_col(Counters::Value)
        .to_owned();
    let row: Option<(i64,)> = tx.fetch_optional(&statement).await?;
    row.map(|(value,)| value).ok_or_else(|| StoreError::Unusable(format!("the counter {name} says nothing")))
}

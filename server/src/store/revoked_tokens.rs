//! Access tokens without a session that were revoked by themselves.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use super::tables::RevokedTokens;
use super::{Connection, StoreError, Tx};
use crate::domain::time::Time;

/// Notes that the token with this `jti` is revoked; says whether it was not before.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, id: &str, expires_at: Time) -> Result<bool, StoreError> {
    let values: [Expr; 2] = [id.into(), expires_at.into()];
    let statement = Query::insert()
        .into_table(RevokedTokens::Table)
        .columns([RevokedTokens::Id, RevokedTokens::ExpiresAt])
        .values_panic(values)
        .on_conflict(OnConflict::column(RevokedTokens::Id).do_nothing().to_owned())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

/// Whether the token with this `jti` is revoked.
///
/// # Errors
/// The store's failure.
pub async fn is_there(connection: &mut Connection, id: &str) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(RevokedTokens::ExpiresAt)
        .from(RevokedTokens::Table)
        .and_where(Expr::col(RevokedTokens::Id).eq(id))
        .to_owned();
    let row: Option<(Time,)> = connection.fetch_optional(&statement).await?;
    Ok(row.is_some())
}

/// Forgets those that are over anyhow, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_expired(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    let statement = Query::delete()
        .from_table(RevokedTokens::Table)
        .and_where(Expr::col(RevokedTokens::ExpiresAt).lt(now))
        .to_owned();
    tx.execute(&statement).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::scratch;

    #[tokio::test]
    async fn s9_a_revoked_token_is_remembered_until_it_is_over() {
        for scratch in scratch::each().await {
            let mut tx = scratch.db.write().await.unwrap();
            assert!(insert(&mut tx, "a", Time::from_ms(10)).await.unwrap());
            assert!(!insert(&mut tx, "a", Time::from_ms(10)).await.unwrap());
            assert!(is_there(&mut tx, "a").await.unwrap());
            assert!(!is_there(&mut tx, "b").await.unwrap());
            assert_eq!(remove_expired(&mut tx, Time::from_ms(10)).await.unwrap(), 0);
            assert_eq!(remove_expired(&mut tx, Time::from_ms(11)).await.unwrap(), 1);
            assert!(!is_there(&mut tx, "a").await.unwrap());
        }
    }
}

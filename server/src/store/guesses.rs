//! Wrong passwords in a row, and the networks that accounts signed in from.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use super::tables::{Guesses as Columns, KnownNetworks};
use super::{Connection, StoreError, Tx};
use crate::domain::guesses::Guesses;
use crate::domain::time::Time;

/// Whether the account signed in from that network since then.
///
/// # Errors
/// The store's failure.
pub async fn is_known(
    connection: &mut Connection,
    account: &str,
    network: &str,
    since: Time,
) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(KnownNetworks::SeenAt)
        .from(KnownNetworks::Table)
        .and_where(Expr::col(KnownNetworks::Account).eq(account))
        .and_where(Expr::col(KnownNetworks::Network).eq(network))
        .and_where(Expr::col(KnownNetworks::SeenAt).gt(since))
        .to_owned();
    Ok(connection.fetch_optional::<(Time,)>(&statement).await?.is_some())
}

/// The account signed in from that network.
///
/// # Errors
/// The store's failure.
pub async fn note_network(tx: &mut Tx, account: &str, network: &str, now: Time) -> Result<(), StoreError> {
    let again = OnConflict::columns([KnownNetworks::Account, KnownNetworks::Network])
        .update_column(KnownNetworks::SeenAt)
        .to_owned();
    let statement = Query::insert()
        .into_table(KnownNetworks::Table)
        .columns([KnownNetworks::Account, KnownNetworks::Network, KnownNetworks::SeenAt])
        .values_panic([account.into(), network.into(), now.into()])
        .on_conflict(again)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The account's wrong ones. They stay as they are until the transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, account: &str) -> Result<Option<Guesses>, StoreError> {
    let statement = Query::select()
        .columns([Columns::Failures, Columns::LastAt])
        .from(Columns::Table)
        .and_where(Expr::col(Columns::Account).eq(account))
        .lock_exclusive()
        .to_owned();
    let row: Option<(i64, Time)> = tx.fetch_optional(&statement).await?;
    Ok(row.map(|(failures, last_at)| Guesses { failures: u32::try_from(failures).unwrap_or(u32::MAX), last_at }))
}

/// Makes sure that there is a row to lock.
///
/// # Errors
/// The store's failure.
pub async fn begin(tx: &mut Tx, account: &str) -> Result<(), StoreError> {
    let statement = Query::insert()
        .into_table(Columns::Table)
        .columns([Columns::Account, Columns::Failures, Columns::LastAt])
        .values_panic([account.into(), Expr::val(0_i64), Expr::val(0_i64)])
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps how many there are now.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, account: &str, guesses: Guesses) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Columns::Table)
        .value(Columns::Failures, i64::from(guesses.failures))
        .value(Columns::LastAt, guesses.last_at)
        .and_where(Expr::col(Columns::Account).eq(account))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets the account's wrong ones.
///
/// # Errors
/// The store's failure.
pub async fn forget(tx: &mut Tx, account: &str) -> Result<(), StoreError> {
    let statement =
        Query::delete().from_table(Columns::Table).and_where(Expr::col(Columns::Account).eq(account)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets wrong ones and networks that are older than these moments, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_old(tx: &mut Tx, guesses: Time, networks: Time) -> Result<u64, StoreError> {
    let old = Query::delete().from_table(Columns::Table).and_where(Expr::col(Columns::LastAt).lt(guesses)).to_owned();
    let removed = tx.execute(&old).await?;
    let old = Query::delete()
        .from_table(KnownNetworks::Table)
        .and_where(Expr::col(KnownNetworks::SeenAt).lt(networks))
        .to_owned();
    Ok(removed + tx.execute(&old).await?)
}

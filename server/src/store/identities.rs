//! Who accounts are elsewhere.

use sea_query::{Expr, ExprTrait as _, OnConflict, Query};

use super::tables::Identities;
use super::{Connection, StoreError, Tx};
use crate::domain::identities::{Identity, Platform};
use crate::domain::ids::UserId;

/// Whose identity it is, if anybody's.
///
/// # Errors
/// The store's failure.
pub async fn owner_of(
    connection: &mut Connection,
    platform: Platform,
    identity: &str,
) -> Result<Option<UserId>, StoreError> {
    let statement = Query::select()
        .column(Identities::Owner)
        .from(Identities::Table)
        .and_where(Expr::col(Identities::Platform).eq(platform))
        .and_where(Expr::col(Identities::Identity).eq(identity))
        .to_owned();
    let row: Option<(UserId,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(owner,)| owner))
}

/// The account's identity on a platform that is shown.
///
/// # Errors
/// The store's failure.
pub async fn primary(
    connection: &mut Connection,
    owner: &UserId,
    platform: Platform,
) -> Result<Option<String>, StoreError> {
    let statement = Query::select()
        .column(Identities::Identity)
        .from(Identities::Table)
        .and_where(Expr::col(Identities::Owner).eq(owner))
        .and_where(Expr::col(Identities::Platform).eq(platform))
        .and_where(Expr::col(Identities::IsPrimary).eq(true))
        .to_owned();
    let row: Option<(String,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(identity,)| identity))
}

/// Keeps a new identity, unless somebody has it: of two at once, one is told no.
///
/// # Errors
/// The store's failure.
pub async fn insert_if_new(tx: &mut Tx, new: &Identity) -> Result<bool, StoreError> {
    let values: [Expr; 6] = [
        new.id.into(),
        new.owner.into(),
        new.platform.into(),
        new.identity.as_str().into(),
        new.is_primary.into(),
        new.created_at.into(),
    ];
    let statement = Query::insert()
        .into_table(Identities::Table)
        .columns([
            Identities::Id,
            Identities::Owner,
            Identities::Platform,
            Identities::Identity,
            Identities::IsPrimary,
            Identities::CreatedAt,
        ])
        .values_panic(values)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

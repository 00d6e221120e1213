//! The key pairs that access tokens are signed with.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use super::tables::SigningKeys;
use super::{Connection, StoreError, Tx};
use crate::domain::time::Time;

/// A key pair as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct SigningKeyRow {
    /// RFC 7638 thumbprint.
    pub id: String,
    /// X coordinate, base64url.
    pub public_x: String,
    /// Y coordinate, base64url.
    pub public_y: String,
    /// PKCS#8, sealed.
    pub sealed: String,
    /// When it was made.
    pub created_at: Time,
    /// From when on it signs.
    pub signs_from: Time,
}

/// Those that are published, the one that signs last first.
///
/// # Errors
/// The store's failure.
pub async fn list(connection: &mut Connection) -> Result<Vec<SigningKeyRow>, StoreError> {
    let statement = Query::select()
        .columns([SigningKeys::Id, SigningKeys::PublicX, SigningKeys::PublicY])
        .columns([SigningKeys::Sealed, SigningKeys::CreatedAt, SigningKeys::SignsFrom])
        .from(SigningKeys::Table)
        .order_by(SigningKeys::SignsFrom, Order::Desc)
        .order_by(SigningKeys::Id, Order::Desc)
        .limit(16)
        .to_owned();
    connection.fetch_all(&statement).await
}

/// Keeps a new one.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, key: &SigningKeyRow) -> Result<(), StoreError> {
    let values: [Expr; 6] = [
        key.id.as_str().into(),
        key.public_x.as_str().into(),
        key.public_y.as_str().into(),
        key.sealed.as_str().into(),
        key.created_at.into(),
        key.signs_from.into(),
    ];
    let statement = Query::insert()
        .into_table(SigningKeys::Table)
        .columns([
            SigningKeys::Id,
            SigningKeys::PublicX,
            SigningKeys::PublicY,
            SigningKeys::Sealed,
            SigningKeys::CreatedAt,
            SigningKeys::SignsFrom,
        ])
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Removes one: its tokens are refused from now on.
///
/// # Errors
/// The store's failure.
pub async fn remove(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let statement =
        Query::delete().from_table(SigningKeys::Table).and_where(Expr::col(SigningKeys::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps the same key pair, sealed anew.
///
/// # Errors
/// The store's failure.
pub async fn reseal(tx: &mut Tx, id: &str, sealed: &str) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(SigningKeys::Table)
        .value(SigningKeys::Sealed, sealed)
        .and_where(Expr::col(SigningKeys::Id).eq(id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

//! Accounts' passwords, and what ends with an old one.

use sea_query::{Expr, ExprTrait as _, Query};
use sqlx::FromRow;

use super::tables::{Sessions, Users};
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::time::Time;

/// How somebody signs in with a password.
#[derive(FromRow)]
pub struct Kept {
    /// The address.
    pub email: Option<String>,
    /// Argon2id in PHC form.
    pub password_hash: Option<String>,
}

/// How that account signs in.
///
/// # Errors
/// The store's failure.
pub async fn of(connection: &mut Connection, id: &UserId) -> Result<Option<Kept>, StoreError> {
    let statement = Query::select()
        .columns([Users::Email, Users::PasswordHash])
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id))
        .to_owned();
    connection.fetch_optional(&statement).await
}

/// Sets an account's password, whatever it was.
///
/// # Errors
/// The store's failure.
pub async fn set(tx: &mut Tx, id: &UserId, hash: &str) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::PasswordHash, hash)
        .and_where(Expr::col(Users::Id).eq(id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Somebody proved to read the account's address, if nobody has before.
///
/// # Errors
/// The store's failure.
pub async fn note_verified(tx: &mut Tx, id: &UserId, now: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::EmailVerifiedAt, now)
        .and_where(Expr::col(Users::Id).eq(id))
        .and_where(Expr::col(Users::EmailVerifiedAt).is_null())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Ends every session of the account but one, and says which.
///
/// # Errors
/// The store's failure.
pub async fn end_sessions(
    tx: &mut Tx,
    owner: &UserId,
    but: Option<SessionId>,
    now: Time,
) -> Result<Vec<SessionId>, StoreError> {
    let mut statement = Query::update();
    statement
        .table(Sessions::Table)
        .value(Sessions::RevokedAt, now)
        .and_where(Expr::col(Sessions::Owner).eq(owner))
        .and_where(Expr::col(Sessions::RevokedAt).is_null())
        .and_where(Expr::col(Sessions::EndsAt).gt(now))
        .returning_col(Sessions::Id);
    if let Some(stays) = but {
        statement.and_where(Expr::col(Sessions::Id).ne(stays));
    }
    let rows: Vec<(SessionId,)> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

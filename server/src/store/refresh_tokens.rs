//! The generations of sessions' refresh tokens: each is used up once, by one conditional write.

use sea_query::{Expr, ExprTrait as _, Query};
use sqlx::FromRow;

use super::tables::RefreshTokens;
use super::{Connection, StoreError, Tx, sessions};
use crate::domain::ids::SessionId;
use crate::domain::sessions::{Generation, Session};
use crate::domain::time::Time;

/// A presented refresh token, its session, and what stands sealed for a repeated answer.
#[derive(Debug)]
pub struct Presented {
    /// The session.
    pub session: Session,
    /// The token's generation.
    pub token: Generation,
    /// The next token, sealed under a key that only this one gives.
    pub successor: Option<String>,
}

#[derive(FromRow)]
struct Row {
    session: SessionId,
    generation: i64,
    expires_at: Time,
    used_at: Option<Time>,
    successor: Option<String>,
}

/// The session of the refresh token with this hash.
///
/// # Errors
/// The store's failure.
pub async fn of_token(connection: &mut Connection, hash: &str) -> Result<Option<SessionId>, StoreError> {
    let statement = Query::select()
        .column(RefreshTokens::Session)
        .from(RefreshTokens::Table)
        .and_where(Expr::col(RefreshTokens::Hash).eq(hash))
        .to_owned();
    let row: Option<(SessionId,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|(id,)| id))
}

/// The refresh token with this hash and its session. Ask for it under the session's lock where something follows from it.
///
/// # Errors
/// The store's failure.
pub async fn presented(connection: &mut Connection, hash: &str) -> Result<Option<Presented>, StoreError> {
    let statement = Query::select()
        .columns([RefreshTokens::Session, RefreshTokens::Generation, RefreshTokens::ExpiresAt])
        .columns([RefreshTokens::UsedAt, RefreshTokens::Successor])
        .from(RefreshTokens::Table)
        .and_where(Expr::col(RefreshTokens::Hash).eq(hash))
        .to_owned();
    let Some(row) = connection.fetch_optional::<Row>(&statement).await? else { return Ok(None) };
    let Some(session) = sessions::find(connection, &row.session).await? else { return Ok(None) };
    let token = Generation { number: row.generation, expires_at: row.expires_at, used_at: row.used_at };
    Ok(Some(Presented { session, token, successor: row.successor }))
}

/// Whether the session's token of that generation was used.
///
/// # Errors
/// The store's failure.
pub async fn is_used(connection: &mut Connection, id: &SessionId, generation: i64) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(RefreshTokens::UsedAt)
        .from(RefreshTokens::Table)
        .and_where(Expr::col(RefreshTokens::Session).eq(id))
        .and_where(Expr::col(RefreshTokens::Generation).eq(generation))
        .to_owned();
    let row: Option<(Option<Time>,)> = connection.fetch_optional(&statement).await?;
    Ok(row.is_some_and(|(used_at,)| used_at.is_some()))
}

/// Keeps the next generation of a session's token. A generation there is once: two cannot both succeed.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, session: &Session, generation: i64, hash: &str, now: Time) -> Result<(), StoreError> {
    let values: [Expr; 5] =
        [hash.into(), session.id.into(), generation.into(), now.into(), session.idle_end(now).into()];
    let statement = Query::insert()
        .into_table(RefreshTokens::Table)
        .columns([
            RefreshTokens::Hash,
            RefreshTokens::Session,
            RefreshTokens::Generation,
            RefreshTokens::CreatedAt,
            RefreshTokens::ExpiresAt,
        ])
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Uses a token up, if nobody has: one conditional write (S2).
///
/// # Errors
/// The store's failure.
pub async fn use_up(tx: &mut Tx, hash: &str, successor: &str, now: Time) -> Result<bool, StoreError> {
    let statement = Query::update()
        .table(RefreshTokens::Table)
        .value(RefreshTokens::UsedAt, now)
        .value(RefreshTokens::Successor, successor)
        .and_where(Expr::col(RefreshTokens::Hash).eq(hash))
        .and_where(Expr::col(RefreshTokens::UsedAt).is_null())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

//! Sessions and the generations of their refresh tokens.

use sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{RefreshTokens, Sessions, Users};
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::domain::sessions::{Generation, Session};
use crate::domain::time::Time;
use crate::domain::users::{Role, Tier};

/// What an access token's check needs to know of its session.
#[derive(Debug, Clone, Copy)]
pub struct SessionState {
    /// Whose it is.
    pub owner: UserId,
    /// The account's role.
    pub role: Role,
    /// The account's tier.
    pub tier: Tier,
    /// The session's absolute end.
    pub ends_at: Time,
    /// Whether it was ended, or its account stopped.
    pub ended: bool,
}

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
struct StateRow {
    owner: UserId,
    role: Role,
    tier: Tier,
    ends_at: Time,
    revoked_at: Option<Time>,
    disabled_at: Option<Time>,
}

#[derive(FromRow)]
struct PresentedRow {
    id: SessionId,
    owner: UserId,
    client_key: Option<KeyId>,
    created_at: Time,
    ends_at: Time,
    revoked_at: Option<Time>,
    generation: i64,
    expires_at: Time,
    used_at: Option<Time>,
    successor: Option<String>,
}

/// What an access token's check needs to know.
///
/// # Errors
/// The store's failure.
pub async fn state(connection: &mut Connection, id: &SessionId) -> Result<Option<SessionState>, StoreError> {
    let statement = Query::select()
        .columns([(Sessions::Table, Sessions::Owner), (Sessions::Table, Sessions::EndsAt)])
        .column((Sessions::Table, Sessions::RevokedAt))
        .columns([(Users::Table, Users::Role), (Users::Table, Users::Tier), (Users::Table, Users::DisabledAt)])
        .from(Sessions::Table)
        .inner_join(Users::Table, Expr::col((Users::Table, Users::Id)).equals((Sessions::Table, Sessions::Owner)))
        .and_where(Expr::col((Sessions::Table, Sessions::Id)).eq(id))
        .to_owned();
    let row: Option<StateRow> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|row| SessionState {
        owner: row.owner,
        role: row.role,
        tier: row.tier,
        ends_at: row.ends_at,
        ended: row.revoked_at.is_some() || row.disabled_at.is_some(),
    }))
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

/// Holds the session until the transaction ends: a refresh, another refresh and a revocation come one after another (S7).
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &SessionId) -> Result<(), StoreError> {
    let statement = Query::select()
        .column(Sessions::Id)
        .from(Sessions::Table)
        .and_where(Expr::col(Sessions::Id).eq(id))
        .lock_exclusive()
        .to_owned();
    tx.fetch_optional::<(String,)>(&statement).await.map(drop)
}

/// The refresh token with this hash and its session.
///
/// # Errors
/// The store's failure.
pub async fn presented(connection: &mut Connection, hash: &str) -> Result<Option<Presented>, StoreError> {
    let statement =
        select_presented().and_where(Expr::col((RefreshTokens::Table, RefreshTokens::Hash)).eq(hash)).to_owned();
    let row: Option<PresentedRow> = connection.fetch_optional(&statement).await?;
    Ok(row.map(|row| Presented {
        session: Session {
            id: row.id,
            owner: row.owner,
            client_key: row.client_key,
            created_at: row.created_at,
            ends_at: row.ends_at,
            revoked_at: row.revoked_at,
        },
        token: Generation { number: row.generation, expires_at: row.expires_at, used_at: row.used_at },
        successor: row.successor,
    }))
}

fn select_presented() -> SelectStatement {
    Query::select()
        .columns([Sessions::Id, Sessions::Owner, Sessions::ClientKey].map(|column| (Sessions::Table, column)))
        .columns([Sessions::CreatedAt, Sessions::EndsAt, Sessions::RevokedAt].map(|column| (Sessions::Table, column)))
        .columns([RefreshTokens::Generation, RefreshTokens::ExpiresAt].map(|column| (RefreshTokens::Table, column)))
        .columns([RefreshTokens::UsedAt, RefreshTokens::Successor].map(|column| (RefreshTokens::Table, column)))
        .from(RefreshTokens::Table)
        .inner_join(
            Sessions::Table,
            Expr::col((Sessions::Table, Sessions::Id)).equals((RefreshTokens::Table, RefreshTokens::Session)),
        )
        .to_owned()
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

/// Keeps a new session.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let values: [Expr; 6] = [
        session.id.into(),
        session.owner.into(),
        session.client_key.into(),
        session.created_at.into(),
        session.ends_at.into(),
        session.revoked_at.into(),
    ];
    let statement = Query::insert()
        .into_table(Sessions::Table)
        .columns([
            Sessions::Id,
            Sessions::Owner,
            Sessions::ClientKey,
            Sessions::CreatedAt,
            Sessions::EndsAt,
            Sessions::RevokedAt,
        ])
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps the next generation of a session's token. A generation there is once: two cannot both succeed.
///
/// # Errors
/// The store's failure.
pub async fn insert_token(
    tx: &mut Tx,
    session: &Session,
    generation: i64,
    hash: &str,
    now: Time,
) -> Result<(), StoreError> {
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

/// Ends one session.
///
/// # Errors
/// The store's failure.
pub async fn revoke(tx: &mut Tx, id: &SessionId, now: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Sessions::Table)
        .value(Sessions::RevokedAt, now)
        .and_where(Expr::col(Sessions::Id).eq(id))
        .and_where(Expr::col(Sessions::RevokedAt).is_null())
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Ends every session of the owner that still lives, and says which.
///
/// # Errors
/// The store's failure.
pub async fn revoke_all(tx: &mut Tx, owner: &UserId, now: Time) -> Result<Vec<SessionId>, StoreError> {
    let statement = Query::update()
        .table(Sessions::Table)
        .value(Sessions::RevokedAt, now)
        .and_where(Expr::col(Sessions::Owner).eq(owner))
        .and_where(Expr::col(Sessions::RevokedAt).is_null())
        .and_where(Expr::col(Sessions::EndsAt).gt(now))
        .returning_col(Sessions::Id)
        .to_owned();
    let rows: Vec<(SessionId,)> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

//! Sessions. The generations of their refresh tokens are next door, in `refresh_tokens`.

use std::net::IpAddr;

use sea_query::{Expr, ExprTrait as _, Func, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::{Sessions, Users};
use super::{Connection, StoreError, Tx};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::domain::sessions::{Origin, Session};
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
    /// When it was last used, as far as that is written down.
    pub last_used_at: Option<Time>,
    /// The client whose session it is.
    pub client: Option<KeyId>,
}

#[derive(FromRow)]
struct StateRow {
    owner: UserId,
    role: Role,
    tier: Tier,
    ends_at: Time,
    revoked_at: Option<Time>,
    disabled_at: Option<Time>,
    last_used_at: Option<Time>,
    client_key: Option<KeyId>,
    client: Option<KeyId>,
}

#[derive(FromRow)]
struct Row {
    id: SessionId,
    owner: UserId,
    client_key: Option<KeyId>,
    client: Option<KeyId>,
    created_at: Time,
    ends_at: Time,
    revoked_at: Option<Time>,
    last_used_at: Option<Time>,
    expires_at: Option<Time>,
    address: Option<String>,
    user_agent: Option<String>,
}

impl From<Row> for Session {
    fn from(row: Row) -> Self {
        let address: Option<IpAddr> = row.address.and_then(|text| text.parse().ok());
        Self {
            id: row.id,
            owner: row.owner,
            origin: Origin {
                client_key: row.client_key,
                client: client(row.client, row.client_key),
                address,
                user_agent: row.user_agent,
            },
            created_at: row.created_at,
            last_used_at: row.last_used_at.unwrap_or(row.created_at),
            expires_at: row.expires_at.unwrap_or(row.ends_at),
            ends_at: row.ends_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// A process of an earlier version writes the key alone.
fn client(client: Option<KeyId>, key: Option<KeyId>) -> Option<KeyId> {
    client.or(key)
}

const COLUMNS: [Sessions; 11] = [
    Sessions::Id,
    Sessions::Owner,
    Sessions::ClientKey,
    Sessions::Client,
    Sessions::CreatedAt,
    Sessions::EndsAt,
    Sessions::RevokedAt,
    Sessions::LastUsedAt,
    Sessions::ExpiresAt,
    Sessions::Address,
    Sessions::UserAgent,
];

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Sessions::Table).to_owned()
}

/// What an access token's check needs to know.
///
/// # Errors
/// The store's failure.
pub async fn state(connection: &mut Connection, id: &SessionId) -> Result<Option<SessionState>, StoreError> {
    let statement = Query::select()
        .columns([(Sessions::Table, Sessions::Owner), (Sessions::Table, Sessions::EndsAt)])
        .columns([(Sessions::Table, Sessions::RevokedAt), (Sessions::Table, Sessions::LastUsedAt)])
        .columns([(Sessions::Table, Sessions::ClientKey), (Sessions::Table, Sessions::Client)])
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
        last_used_at: row.last_used_at,
        client: client(row.client, row.client_key),
    }))
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

/// Up to `most` sessions of the owner that can still be used, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    after: Option<&Cursor<SessionId>>,
    most: u64,
    now: Time,
) -> Result<Vec<Session>, StoreError> {
    let mut statement = select();
    statement
        .and_where(Expr::col(Sessions::Owner).eq(owner))
        .and_where(Expr::col(Sessions::RevokedAt).is_null())
        .and_where(Expr::col(Sessions::ExpiresAt).gt(now));
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Sessions::CreatedAt), Expr::col(Sessions::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Sessions::CreatedAt, Order::Desc).order_by(Sessions::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// The session, if it is the owner's; held until the transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock_owned(tx: &mut Tx, id: &SessionId, owner: &UserId) -> Result<Option<Session>, StoreError> {
    let statement = select()
        .and_where(Expr::col(Sessions::Id).eq(id))
        .and_where(Expr::col(Sessions::Owner).eq(owner))
        .lock_exclusive()
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Session::from))
}

/// The session.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &SessionId) -> Result<Option<Session>, StoreError> {
    let statement = select().and_where(Expr::col(Sessions::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Session::from))
}

/// Keeps a new session.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, session: &Session) -> Result<(), StoreError> {
    let origin = &session.origin;
    let values: [Expr; 11] = [
        session.id.into(),
        session.owner.into(),
        origin.client_key.into(),
        origin.client.into(),
        session.created_at.into(),
        session.ends_at.into(),
        session.revoked_at.into(),
        session.last_used_at.into(),
        session.expires_at.into(),
        origin.address.map(|address| address.to_string()).into(),
        origin.user_agent.clone().into(),
    ];
    let statement = Query::insert().into_table(Sessions::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Notes a refresh: the session lives on from now.
///
/// # Errors
/// The store's failure.
pub async fn prolong(tx: &mut Tx, session: &Session, now: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Sessions::Table)
        .value(Sessions::LastUsedAt, now)
        .value(Sessions::ExpiresAt, session.idle_end(now))
        .and_where(Expr::col(Sessions::Id).eq(session.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Notes that an access token of the session was used at that moment, unless a later use is noted.
///
/// # Errors
/// The store's failure.
pub async fn note_use(tx: &mut Tx, id: &SessionId, at: Time) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Sessions::Table)
        .value(Sessions::LastUsedAt, at)
        .and_where(Expr::col(Sessions::Id).eq(id))
        .and_where(Expr::col(Sessions::LastUsedAt).lt(at))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// How many sessions live at that moment, over all accounts.
///
/// # Errors
/// The store's failure.
pub async fn count(connection: &mut Connection, now: Time) -> Result<i64, StoreError> {
    let end = Func::coalesce([Expr::col(Sessions::ExpiresAt), Expr::col(Sessions::EndsAt)]);
    let statement = Query::select()
        .expr(Expr::cust("COUNT(*)"))
        .from(Sessions::Table)
        .and_where(Expr::col(Sessions::RevokedAt).is_null())
        .and_where(Expr::col(Sessions::EndsAt).gt(now))
        .and_where(Expr::expr(end).gt(now))
        .to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map_or(0, |(count,)| count))
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

//! Accounts.

use sea_query::{Expr, ExprTrait as _, LockType, OnConflict, Order, Query};
use sqlx::FromRow;

use super::tables::Users;
use super::{Connection, StoreError, Tx};
use crate::domain::cursor::Cursor;
use crate::domain::ids::UserId;
use crate::domain::time::Time;
use crate::domain::users::{Email, Role, Tier, User};

#[derive(FromRow)]
struct Row {
    id: UserId,
    email: Option<String>,
    name: Option<String>,
    role: Role,
    tier: Tier,
    created_at: Time,
    disabled_at: Option<Time>,
}

/// An account, and the hash of its password where it has one.
#[derive(FromRow)]
pub struct UserAndPassword {
    /// The account's id.
    pub id: UserId,
    /// What it is in the collective.
    pub role: Role,
    /// Argon2id in PHC form.
    pub password_hash: Option<String>,
    /// When it was stopped.
    pub disabled_at: Option<Time>,
    /// When somebody proved to read its address.
    pub email_verified_at: Option<Time>,
}

const COLUMNS: [Users; 7] =
    [Users::Id, Users::Email, Users::Name, Users::Role, Users::Tier, Users::CreatedAt, Users::DisabledAt];

/// The account of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &UserId) -> Result<Option<User>, StoreError> {
    let statement =
        Query::select().columns(COLUMNS).from(Users::Table).and_where(Expr::col(Users::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(User::from))
}

/// Up to `most` accounts with any of these roles, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    roles: &[Role],
    after: Option<&Cursor<UserId>>,
    most: u64,
) -> Result<Vec<User>, StoreError> {
    let mut statement = Query::select();
    statement.columns(COLUMNS).from(Users::Table);
    if roles.len() < Role::ALL.len() {
        statement.and_where(Expr::col(Users::Role).is_in(roles.iter().copied()));
    }
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Users::CreatedAt), Expr::col(Users::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Users::CreatedAt, Order::Desc).order_by(Users::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// The accounts of these ids, in any order.
///
/// # Errors
/// The store's failure.
pub async fn of_ids(
    connection: &mut Connection,
    ids: impl IntoIterator<Item = UserId>,
) -> Result<Vec<User>, StoreError> {
    let statement =
        Query::select().columns(COLUMNS).from(Users::Table).and_where(Expr::col(Users::Id).is_in(ids)).to_owned();
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(User::from).collect())
}

/// Whether the account can be signed in to with a password.
///
/// # Errors
/// The store's failure.
pub async fn has_password(connection: &mut Connection, id: &UserId) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id))
        .and_where(Expr::col(Users::PasswordHash).is_not_null())
        .and_where(Expr::col(Users::Email).is_not_null())
        .to_owned();
    Ok(connection.fetch_optional::<(UserId,)>(&statement).await?.is_some())
}

/// Keeps an account's name, role and tier.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, user: &User) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::Name, user.name.clone())
        .value(Users::Role, user.role)
        .value(Users::Tier, user.tier)
        .and_where(Expr::col(Users::Id).eq(user.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The account with that address.
///
/// # Errors
/// The store's failure.
pub async fn find_by_email(connection: &mut Connection, email: &Email) -> Result<Option<UserAndPassword>, StoreError> {
    let statement = Query::select()
        .columns([Users::Id, Users::Role, Users::PasswordHash, Users::DisabledAt, Users::EmailVerifiedAt])
        .from(Users::Table)
        .and_where(Expr::col(Users::Email).eq(email.as_str()))
        .to_owned();
    connection.fetch_optional(&statement).await
}

/// Keeps a new account, unless there is one with its id or address: then nothing changes.
///
/// # Errors
/// The store's failure.
pub async fn insert_if_new(tx: &mut Tx, user: &User, password_hash: Option<String>) -> Result<bool, StoreError> {
    let values: [Expr; 8] = [
        user.id.into(),
        user.email.clone().into(),
        user.name.clone().into(),
        user.role.into(),
        user.tier.into(),
        user.created_at.into(),
        user.disabled_at.into(),
        password_hash.into(),
    ];
    let columns = COLUMNS.into_iter().chain([Users::PasswordHash]);
    let statement = Query::insert()
        .into_table(Users::Table)
        .columns(columns)
        .values_panic(values)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

/// How many accounts there are.
///
/// # Errors
/// The store's failure.
pub async fn count(connection: &mut Connection) -> Result<i64, StoreError> {
    let statement = Query::select().expr(Expr::cust("COUNT(*)")).from(Users::Table).to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Takes back an account that nothing belongs to yet.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: &UserId) -> Result<(), StoreError> {
    let statement = Query::delete().from_table(Users::Table).and_where(Expr::col(Users::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps a password's new hash, if the old one still stands.
///
/// # Errors
/// The store's failure.
pub async fn update_password(tx: &mut Tx, id: &UserId, old: &str, new: &str) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Users::Table)
        .value(Users::PasswordHash, new)
        .and_where(Expr::col(Users::Id).eq(id))
        .and_where(Expr::col(Users::PasswordHash).eq(old))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

impl From<Row> for User {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            email: row.email,
            name: row.name,
            role: row.role,
            tier: row.tier,
            created_at: row.created_at,
            disabled_at: row.disabled_at,
        }
    }
}

/// Keeps whoever wants this account for himself waiting until this transaction ends: several may hold it together, or
/// `alone` one. Says whether there is such an account. SQLite's writers stand in one queue anyway.
///
/// # Errors
/// The store's failure.
pub async fn hold(tx: &mut Tx, id: &UserId, alone: bool) -> Result<bool, StoreError> {
    let lock = if alone { LockType::Update } else { LockType::KeyShare };
    let statement = Query::select()
        .column(Users::Id)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id))
        .lock(lock)
        .to_owned();
    Ok(tx.fetch_optional::<(UserId,)>(&statement).await?.is_some())
}

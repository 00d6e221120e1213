//! Accounts.

use sea_query::{Expr, ExprTrait as _, LockType, OnConflict, Query};
use sqlx::FromRow;

use super::tables::Users;
use super::{Connection, StoreError, Tx};
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

//! Links that were sent by mail and not used.

use sea_query::{Expr, ExprTrait as _, Query};
use sqlx::FromRow;

use super::tables::MailLinks;
use super::{Connection, StoreError, Tx};
use crate::domain::mail_links::{MailLink, Pending, Purpose};
use crate::domain::time::Time;
use crate::domain::users::Email;

/// What a link opens.
#[derive(Debug, Clone, FromRow)]
pub struct Opened {
    /// The address that it was sent to.
    pub email: Option<String>,
    /// Of a verification: the hash of the password that was chosen.
    pub password_hash: Option<String>,
    /// Of a verification: how to call the account.
    pub name: Option<String>,
}

const OPENED: [MailLinks; 3] = [MailLinks::Email, MailLinks::PasswordHash, MailLinks::Name];

/// Keeps a new link.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, link: &MailLink) -> Result<(), StoreError> {
    let Pending { password_hash, name } = match link.account.clone() {
        Some(account) => account,
        None => return write(tx, link, None, None).await,
    };
    write(tx, link, Some(password_hash), name).await
}

async fn write(tx: &mut Tx, link: &MailLink, hash: Option<String>, name: Option<String>) -> Result<(), StoreError> {
    let values: [Expr; 7] = [
        link.hash.as_str().into(),
        link.purpose.into(),
        link.email.as_ref().map(Email::as_str).into(),
        hash.into(),
        name.into(),
        link.created_at.into(),
        link.created_at.plus(link.purpose.lifetime()).into(),
    ];
    let statement = Query::insert()
        .into_table(MailLinks::Table)
        .columns([
            MailLinks::Hash,
            MailLinks::Purpose,
            MailLinks::Email,
            MailLinks::PasswordHash,
            MailLinks::Name,
            MailLinks::CreatedAt,
            MailLinks::ExpiresAt,
        ])
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// How many live links of that kind an address has.
///
/// # Errors
/// The store's failure.
pub async fn count(connection: &mut Connection, email: &Email, purpose: Purpose, now: Time) -> Result<u64, StoreError> {
    let statement = Query::select()
        .expr(Expr::col(MailLinks::Hash).count())
        .from(MailLinks::Table)
        .and_where(Expr::col(MailLinks::Email).eq(email.as_str()))
        .and_where(Expr::col(MailLinks::Purpose).eq(purpose))
        .and_where(Expr::col(MailLinks::ExpiresAt).gt(now))
        .to_owned();
    let row: Option<(i64,)> = connection.fetch_optional(&statement).await?;
    Ok(row.and_then(|(count,)| u64::try_from(count).ok()).unwrap_or(0))
}

/// What a link would open, without using it.
///
/// # Errors
/// The store's failure.
pub async fn look(
    connection: &mut Connection,
    hash: &str,
    purpose: Purpose,
    now: Time,
) -> Result<Option<Opened>, StoreError> {
    let statement = Query::select()
        .columns(OPENED)
        .from(MailLinks::Table)
        .and_where(Expr::col(MailLinks::Hash).eq(hash))
        .and_where(Expr::col(MailLinks::Purpose).eq(purpose))
        .and_where(Expr::col(MailLinks::ExpiresAt).gt(now))
        .to_owned();
    connection.fetch_optional(&statement).await
}

/// Uses a link up, if it is good and nobody has: one conditional write, so that of two at once one wins (S70).
///
/// # Errors
/// The store's failure.
pub async fn take(tx: &mut Tx, hash: &str, purpose: Purpose, now: Time) -> Result<Option<Opened>, StoreError> {
    let statement = Query::delete()
        .from_table(MailLinks::Table)
        .and_where(Expr::col(MailLinks::Hash).eq(hash))
        .and_where(Expr::col(MailLinks::Purpose).eq(purpose))
        .and_where(Expr::col(MailLinks::ExpiresAt).gt(now))
        .returning(Query::returning().columns(OPENED))
        .to_owned();
    tx.fetch_optional(&statement).await
}

/// Makes every link of an address useless.
///
/// # Errors
/// The store's failure.
pub async fn remove_all(tx: &mut Tx, email: &str) -> Result<(), StoreError> {
    let statement =
        Query::delete().from_table(MailLinks::Table).and_where(Expr::col(MailLinks::Email).eq(email)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Forgets links that are too old, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_expired(tx: &mut Tx, now: Time) -> Result<u64, StoreError> {
    let statement =
        Query::delete().from_table(MailLinks::Table).and_where(Expr::col(MailLinks::ExpiresAt).lte(now)).to_owned();
    tx.execute(&statement).await
}

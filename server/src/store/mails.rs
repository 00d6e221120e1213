//! Mails that wait to be sent. One process at a time has a mail: whoever takes it moves its next try ahead, and either
//! removes it or says when to try again.

use sea_query::{Expr, ExprTrait as _, Query};
use sqlx::FromRow;

use super::tables::Mails;
use super::{Connection, StoreError, Tx};
use crate::domain::ids::MailId;
use crate::domain::time::Time;

/// A mail that waits.
#[derive(Debug, Clone, FromRow)]
pub struct Waiting {
    /// Its id.
    pub id: MailId,
    /// To whom; none for a mail to nobody.
    pub recipient: Option<String>,
    /// What it says, sealed.
    pub sealed: String,
    /// When it was written.
    pub created_at: Time,
    /// How often it was tried, this time included.
    pub attempts: i64,
}

/// What a waiting mail says, as it is kept.
#[derive(Debug, Clone, FromRow)]
pub struct SealedMail {
    /// Its id.
    pub id: MailId,
    /// What it says, sealed.
    pub sealed: String,
}

/// Keeps a mail to be sent.
///
/// # Errors
/// The store's failure.
pub async fn insert(
    tx: &mut Tx,
    id: &MailId,
    recipient: Option<&str>,
    sealed: &str,
    now: Time,
) -> Result<(), StoreError> {
    let values: [Expr; 6] = [id.into(), recipient.into(), sealed.into(), now.into(), now.into(), Expr::val(0_i64)];
    let statement = Query::insert()
        .into_table(Mails::Table)
        .columns([Mails::Id, Mails::Recipient, Mails::Sealed, Mails::CreatedAt, Mails::NextAt, Mails::Attempts])
        .values_panic(values)
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Whether a mail is due.
///
/// # Errors
/// The store's failure.
pub async fn is_due(connection: &mut Connection, now: Time) -> Result<bool, StoreError> {
    let statement = Query::select()
        .column(Mails::Id)
        .from(Mails::Table)
        .and_where(Expr::col(Mails::NextAt).lte(now))
        .limit(1)
        .to_owned();
    Ok(connection.fetch_optional::<(MailId,)>(&statement).await?.is_some())
}

/// Takes the mail that is due longest; until `until` it is nobody else's.
///
/// # Errors
/// The store's failure.
pub async fn take(tx: &mut Tx, now: Time, until: Time) -> Result<Option<Waiting>, StoreError> {
    let due = Query::select()
        .column(Mails::Id)
        .from(Mails::Table)
        .and_where(Expr::col(Mails::NextAt).lte(now))
        .order_by(Mails::NextAt, sea_query::Order::Asc)
        .limit(1)
        .lock_with_behavior(sea_query::LockType::Update, sea_query::LockBehavior::SkipLocked)
        .to_owned();
    let statement = Query::update()
        .table(Mails::Table)
        .value(Mails::NextAt, until)
        .value(Mails::Attempts, Expr::col(Mails::Attempts).add(1_i64))
        .and_where(Expr::col(Mails::Id).in_subquery(due))
        .returning(Query::returning().columns([
            Mails::Id,
            Mails::Recipient,
            Mails::Sealed,
            Mails::CreatedAt,
            Mails::Attempts,
        ]))
        .to_owned();
    tx.fetch_optional(&statement).await
}

/// A mail is to be tried again then.
///
/// # Errors
/// The store's failure.
pub async fn try_again(tx: &mut Tx, id: &MailId, at: Time) -> Result<(), StoreError> {
    let statement =
        Query::update().table(Mails::Table).value(Mails::NextAt, at).and_where(Expr::col(Mails::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Up to `most` mails that wait, oldest first, those after that one.
///
/// # Errors
/// The store's failure.
pub async fn list_sealed(
    connection: &mut Connection,
    after: Option<&MailId>,
    most: u64,
) -> Result<Vec<SealedMail>, StoreError> {
    let mut statement = Query::select().columns([Mails::Id, Mails::Sealed]).from(Mails::Table).to_owned();
    if let Some(after) = after {
        statement.and_where(Expr::col(Mails::Id).gt(after));
    }
    connection.fetch_all(statement.order_by(Mails::Id, sea_query::Order::Asc).limit(most)).await
}

/// Keeps the same mail, sealed anew, unless it is gone; whether it was there.
///
/// # Errors
/// The store's failure.
pub async fn reseal(tx: &mut Tx, id: &MailId, sealed: &str) -> Result<bool, StoreError> {
    let statement = Query::update()
        .table(Mails::Table)
        .value(Mails::Sealed, sealed)
        .and_where(Expr::col(Mails::Id).eq(id))
        .to_owned();
    Ok(tx.execute(&statement).await? == 1)
}

/// A mail is sent, or given up.
///
/// # Errors
/// The store's failure.
pub async fn remove(tx: &mut Tx, id: &MailId) -> Result<(), StoreError> {
    let statement = Query::delete().from_table(Mails::Table).and_where(Expr::col(Mails::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;
    use crate::store::scratch;

    #[tokio::test]
    async fn a_mail_is_one_processs_at_a_time() {
        for scratch in scratch::each().await {
            let (now, random) = (Time::from_ms(1_000), Random::default());
            let id = MailId::new(now, &random).unwrap();
            let mut tx = scratch.db.write().await.unwrap();
            insert(&mut tx, &id, Some("ada@example.com"), "sealed", now).await.unwrap();
            let until = Time::from_ms(2_000);

            let taken = take(&mut tx, now, until).await.unwrap().unwrap();
            assert_eq!((taken.id, taken.recipient.as_deref(), taken.attempts), (id, Some("ada@example.com"), 1));
            assert!(take(&mut tx, Time::from_ms(1_999), until).await.unwrap().is_none());
            assert!(!is_due(&mut tx, Time::from_ms(1_999)).await.unwrap());
            assert_eq!(take(&mut tx, until, Time::from_ms(3_000)).await.unwrap().unwrap().attempts, 2);
            try_again(&mut tx, &id, Time::from_ms(9_000)).await.unwrap();
            assert!(take(&mut tx, Time::from_ms(8_999), until).await.unwrap().is_none());
            remove(&mut tx, &id).await.unwrap();
            assert!(take(&mut tx, Time::from_ms(9_000), until).await.unwrap().is_none());
            tx.commit().await.unwrap();
        }
    }
}

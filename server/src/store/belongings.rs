//! What belongs to an account, over all tables: what goes over to another one, and what goes with it. A column that refers
//! to an account belongs into [`named`]; a test compares it with the schema.

use sea_query::{DynIden, Expr, ExprTrait as _, IntoIden, Query, SelectStatement};

use super::tables::{
    ApplicationVotes, Applications, Events, Identities, Items, Keys, MailLinks, Mails, Orders, PracticeSessions,
    ProjectTags, Projects, RefreshTokens, Requests, Sessions, UsageDays, UsageHours, UsageMinutes, Users, Vault,
    WebhookSecrets, Webhooks,
};
use super::{Connection, StoreError, Tx, deliveries, practice};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::keys::KeyKind;
use crate::domain::vault::Place;

/// What becomes of the rows that name an account, once it is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// They go with it.
    Go,
    /// They stay, and name nobody.
    Stay,
}

/// A column that names an account.
struct Named {
    table: DynIden,
    column: DynIden,
    then: Then,
}

impl Named {
    fn new(table: impl IntoIden, column: impl IntoIden, then: Then) -> Self {
        Self { table: table.into_iden(), column: column.into_iden(), then }
    }

    fn is(&self, id: UserId) -> Expr {
        Expr::col(self.column.clone()).eq(id)
    }
}

/// Every column that refers to an account, in the order in which their rows can go.
fn named() -> Vec<Named> {
    use Then::{Go, Stay};

    vec![
        Named::new(Sessions::Table, Sessions::Owner, Go),
        Named::new(Keys::Table, Keys::Owner, Go),
        Named::new(Identities::Table, Identities::Owner, Go),
        Named::new(Events::Table, Events::Owner, Go),
        Named::new(Vault::Table, Vault::Owner, Go),
        Named::new(Items::Table, Items::Seller, Go),
        Named::new(Projects::Table, Projects::Owner, Go),
        Named::new(PracticeSessions::Table, PracticeSessions::Owner, Go),
        Named::new(Webhooks::Table, Webhooks::Owner, Go),
        Named::new(Orders::Table, Orders::Buyer, Stay),
        Named::new(Orders::Table, Orders::Seller, Stay),
        Named::new(Applications::Table, Applications::CreatedBy, Stay),
        Named::new(Applications::Table, Applications::Applicant, Stay),
        Named::new(Applications::Table, Applications::DecidedBy, Stay),
        Named::new(ApplicationVotes::Table, ApplicationVotes::Voter, Go),
    ]
}

/// Rows that belong to rows that go, and go before them.
struct Below {
    table: DynIden,
    column: DynIden,
    of: DynIden,
    of_id: DynIden,
    of_owner: DynIden,
}

impl Below {
    fn new(table: impl IntoIden, column: impl IntoIden, of: [impl IntoIden; 3]) -> Self {
        let [of, of_id, of_owner] = of.map(IntoIden::into_iden);
        Self { table: table.into_iden(), column: column.into_iden(), of, of_id, of_owner }
    }
}

fn below() -> Vec<Below> {
    vec![
        Below::new(RefreshTokens::Table, RefreshTokens::Session, [Sessions::Table, Sessions::Id, Sessions::Owner]),
        Below::new(WebhookSecrets::Table, WebhookSecrets::Webhook, [Webhooks::Table, Webhooks::Id, Webhooks::Owner]),
        Below::new("project_words", "thing", [Projects::Table, Projects::Id, Projects::Owner]),
        Below::new(ProjectTags::Table, ProjectTags::Project, [Projects::Table, Projects::Id, Projects::Owner]),
    ]
}

/// How many rows of each column named the account.
#[derive(Debug, Clone, Default)]
pub struct Belongings(Vec<(DynIden, DynIden, u64)>);

impl Belongings {
    /// The rows that named it in that column.
    pub fn of(&self, table: impl IntoIden, column: impl IntoIden) -> u64 {
        let (table, column) = (table.into_iden(), column.into_iden());
        self.0.iter().find(|(t, c, _)| *t == table && *c == column).map_or(0, |(_, _, count)| *count)
    }
}

/// Gives everything of one account to another, but its vault secrets and its way of signing in.
///
/// # Errors
/// The store's failure.
pub async fn hand_over(tx: &mut Tx, from: UserId, to: UserId) -> Result<Belongings, StoreError> {
    one_primary_identity(tx, from, to).await?;
    one_vote(tx, from, to).await?;
    practice::end_second(tx, from, to).await?;
    follow_calls(tx, from, to).await?;
    let mut all = Belongings::default();
    for named in named() {
        let statement = Query::update()
            .table(named.table.clone())
            .value(named.column.clone(), to)
            .and_where(named.is(from))
            .to_owned();
        let count = tx.execute(&statement).await?;
        all.0.push((named.table, named.column, count));
    }
    Ok(all)
}

/// Where both have a primary identity of a platform, the receiver's stays.
async fn one_primary_identity(tx: &mut Tx, from: UserId, to: UserId) -> Result<(), StoreError> {
    let of_to = Query::select()
        .column(Identities::Platform)
        .from(Identities::Table)
        .and_where(Expr::col(Identities::Owner).eq(to))
        .and_where(Expr::col(Identities::IsPrimary).eq(true))
        .to_owned();
    let second = Query::update()
        .table(Identities::Table)
        .value(Identities::IsPrimary, false)
        .and_where(Expr::col(Identities::Owner).eq(from))
        .and_where(Expr::col(Identities::Platform).in_subquery(of_to))
        .to_owned();
    tx.execute(&second).await.map(drop)
}

/// Where both voted, the receiver's vote counts.
async fn one_vote(tx: &mut Tx, from: UserId, to: UserId) -> Result<(), StoreError> {
    let voted = Query::select()
        .column(ApplicationVotes::Application)
        .from(ApplicationVotes::Table)
        .and_where(Expr::col(ApplicationVotes::Voter).eq(to))
        .to_owned();
    let twice = Query::delete()
        .from_table(ApplicationVotes::Table)
        .and_where(Expr::col(ApplicationVotes::Voter).eq(from))
        .and_where(Expr::col(ApplicationVotes::Application).in_subquery(voted))
        .to_owned();
    tx.execute(&twice).await.map(drop)
}

/// The logged requests, and the counted calls of keys. Calls of sessions stay counted where they are: theirs and the
/// receiver's would be one row.
async fn follow_calls(tx: &mut Tx, from: UserId, to: UserId) -> Result<(), StoreError> {
    for table in [UsageMinutes::Table.into_iden(), UsageHours::Table.into_iden(), UsageDays::Table.into_iden()] {
        let calls = Query::update()
            .table(table)
            .value(UsageMinutes::Owner, to)
            .and_where(Expr::col(UsageMinutes::Owner).eq(from))
            .and_where(Expr::col(UsageMinutes::KeyId).ne(""))
            .to_owned();
        tx.execute(&calls).await?;
    }
    let requests = Query::update()
        .table(Requests::Table)
        .value(Requests::Owner, to)
        .and_where(Expr::col(Requests::Owner).eq(from))
        .to_owned();
    tx.execute(&requests).await.map(drop)
}

/// Removes an account and everything that goes with it, its vault secrets too; what stays names nobody.
///
/// # Errors
/// The store's failure.
pub async fn remove(tx: &mut Tx, id: UserId) -> Result<Belongings, StoreError> {
    remove_mail(tx, id).await?;
    super::items::words::forget_those_of(tx, &id).await?;
    deliveries::delete_of_account(tx, &id).await?;
    for below in below() {
        let of: SelectStatement =
            Query::select().column(below.of_id).from(below.of).and_where(Expr::col(below.of_owner).eq(id)).to_owned();
        let rows =
            Query::delete().from_table(below.table).and_where(Expr::col(below.column).in_subquery(of)).to_owned();
        tx.execute(&rows).await?;
    }
    let mut all = Belongings::default();
    for named in named() {
        let count = match named.then {
            Then::Go => {
                let rows = Query::delete().from_table(named.table.clone()).and_where(named.is(id)).to_owned();
                tx.execute(&rows).await?
            }
            Then::Stay => {
                let rows = Query::update()
                    .table(named.table.clone())
                    .value(named.column.clone(), None::<UserId>)
                    .and_where(named.is(id))
                    .to_owned();
                tx.execute(&rows).await?
            }
        };
        all.0.push((named.table, named.column, count));
    }
    super::users::delete(tx, &id).await?;
    Ok(all)
}

/// Links and mails to its address that were not used or sent yet.
async fn remove_mail(tx: &mut Tx, id: UserId) -> Result<(), StoreError> {
    let address = Query::select()
        .column(Users::Email)
        .from(Users::Table)
        .and_where(Expr::col(Users::Id).eq(id))
        .and_where(Expr::col(Users::Email).is_not_null())
        .to_owned();
    let links = Query::delete()
        .from_table(MailLinks::Table)
        .and_where(Expr::col(MailLinks::Email).in_subquery(address.clone()))
        .to_owned();
    tx.execute(&links).await?;
    let mails =
        Query::delete().from_table(Mails::Table).and_where(Expr::col(Mails::Recipient).in_subquery(address)).to_owned();
    tx.execute(&mails).await.map(drop)
}

/// Gives address and password of one account to another that has no address.
///
/// # Errors
/// The store's failure.
pub async fn hand_over_sign_in(tx: &mut Tx, from: UserId, to: UserId) -> Result<(), StoreError> {
    type Row = (Option<String>, Option<String>, Option<i64>);
    let of = |id: UserId| {
        Query::select()
            .columns([Users::Email, Users::PasswordHash, Users::EmailVerifiedAt])
            .from(Users::Table)
            .and_where(Expr::col(Users::Id).eq(id))
            .to_owned()
    };
    let (Some((email @ Some(_), password, verified)), Some((None, _, _))) =
        (tx.fetch_optional::<Row>(&of(from)).await?, tx.fetch_optional::<Row>(&of(to)).await?)
    else {
        return Ok(());
    };
    // An address is one account's at a time.
    for (id, email, password, verified) in [(from, None, None, None), (to, email, password, verified)] {
        let statement = Query::update()
            .table(Users::Table)
            .value(Users::Email, email)
            .value(Users::PasswordHash, password)
            .value(Users::EmailVerifiedAt, verified)
            .and_where(Expr::col(Users::Id).eq(id))
            .to_owned();
        tx.execute(&statement).await?;
    }
    Ok(())
}

/// The signed keys of an account that are not revoked: each names its account.
///
/// # Errors
/// The store's failure.
pub async fn signed_keys(connection: &mut Connection, owner: UserId) -> Result<Vec<KeyId>, StoreError> {
    let statement = Query::select()
        .column(Keys::Id)
        .from(Keys::Table)
        .and_where(Expr::col(Keys::Owner).eq(owner))
        .and_where(Expr::col(Keys::Kind).eq(KeyKind::Signed))
        .and_where(Expr::col(Keys::RevokedAt).is_null())
        .to_owned();
    let rows: Vec<(KeyId,)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Where an account keeps secrets.
///
/// # Errors
/// The store's failure.
pub async fn places(connection: &mut Connection, owner: UserId) -> Result<Vec<Place>, StoreError> {
    let statement = Query::select()
        .columns([Vault::Namespace, Vault::Name])
        .from(Vault::Table)
        .and_where(Expr::col(Vault::Owner).eq(owner))
        .to_owned();
    let rows: Vec<(String, String)> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(|(namespace, name)| Place { owner, namespace, name }).collect())
}

#[cfg(test)]
#[path = "belongings_tests.rs"]
mod tests;

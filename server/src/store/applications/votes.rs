//! Votes on applications: one of each account.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query};
use sqlx::FromRow;

use super::super::tables::ApplicationVotes;
use super::super::{Connection, StoreError, Tx};
use crate::domain::applications::{Ballot, Vote, Votes};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{ApplicationId, UserId};
use crate::domain::time::Time;

#[derive(FromRow)]
struct Row {
    voter: UserId,
    vote: Vote,
    created_at: Time,
    updated_at: Time,
}

/// Keeps what an account says, in place of what it said before, and tells when it first voted.
///
/// # Errors
/// The store's failure.
pub async fn put(
    tx: &mut Tx,
    application: ApplicationId,
    voter: UserId,
    vote: Vote,
    now: Time,
) -> Result<Ballot, StoreError> {
    let again = OnConflict::columns([ApplicationVotes::Application, ApplicationVotes::Voter])
        .update_columns([ApplicationVotes::Vote, ApplicationVotes::UpdatedAt])
        .to_owned();
    let statement = Query::insert()
        .into_table(ApplicationVotes::Table)
        .columns([
            ApplicationVotes::Application,
            ApplicationVotes::Voter,
            ApplicationVotes::Vote,
            ApplicationVotes::CreatedAt,
            ApplicationVotes::UpdatedAt,
        ])
        .values_panic([application.into(), voter.into(), vote.into(), now.into(), now.into()])
        .on_conflict(again)
        .returning_col(ApplicationVotes::CreatedAt)
        .to_owned();
    let row: Option<(Time,)> = tx.fetch_optional(&statement).await?;
    Ok(Ballot { voter, vote, created_at: row.map_or(now, |(first,)| first), updated_at: now })
}

/// Up to `most` votes on an application in the order in which they were first given, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn ballots(
    connection: &mut Connection,
    application: ApplicationId,
    after: Option<&Cursor<UserId>>,
    most: u64,
) -> Result<Vec<Ballot>, StoreError> {
    let mut statement = Query::select();
    statement
        .columns([
            ApplicationVotes::Voter,
            ApplicationVotes::Vote,
            ApplicationVotes::CreatedAt,
            ApplicationVotes::UpdatedAt,
        ])
        .from(ApplicationVotes::Table)
        .and_where(Expr::col(ApplicationVotes::Application).eq(application));
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(ApplicationVotes::CreatedAt), Expr::col(ApplicationVotes::Voter)]);
        statement.and_where(place.gt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement
        .order_by(ApplicationVotes::CreatedAt, Order::Asc)
        .order_by(ApplicationVotes::Voter, Order::Asc)
        .limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    let ballot =
        |row: Row| Ballot { voter: row.voter, vote: row.vote, created_at: row.created_at, updated_at: row.updated_at };
    Ok(rows.into_iter().map(ballot).collect())
}

/// How the votes on these applications stand; those without one are left out.
///
/// # Errors
/// The store's failure.
pub async fn count(
    connection: &mut Connection,
    applications: impl IntoIterator<Item = ApplicationId>,
) -> Result<HashMap<ApplicationId, Votes>, StoreError> {
    let statement = Query::select()
        .columns([ApplicationVotes::Application, ApplicationVotes::Vote])
        .expr(Expr::col(ApplicationVotes::Voter).count())
        .from(ApplicationVotes::Table)
        .and_where(Expr::col(ApplicationVotes::Application).is_in(applications))
        .group_by_columns([ApplicationVotes::Application, ApplicationVotes::Vote])
        .to_owned();
    let rows: Vec<(ApplicationId, Vote, i64)> = connection.fetch_all(&statement).await?;
    let mut counted: HashMap<_, Votes> = HashMap::new();
    for (application, vote, number) in rows {
        let votes = counted.entry(application).or_default();
        match vote {
            Vote::Approve => votes.approve = number,
            Vote::Reject => votes.reject = number,
            Vote::Abstain => votes.abstain = number,
        }
    }
    Ok(counted)
}

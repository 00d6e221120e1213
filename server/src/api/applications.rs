//! Applications to join: services hand them in, members vote, members and services decide.

use sea_query::Order;

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::applications::{
    self as domain, Application, ApplicationError, Ballot, Decided, Request, Status, Votes,
};
use crate::domain::cursor::{Cursor, Position};
use crate::domain::events::{ApplicationApprovedData, ApplicationCreatedData, ApplicationRejectedData};
use crate::domain::ids::{ApplicationId, UserId};
use crate::generated::applications::{
    Application as Shown, ApplicationPage, ApplicationStatus, ApplicationVote, ApplicationVotePage, ApplicationVotes,
    ApplicationsApi, CreateApplication, DecideApplication, VoteOnApplication,
};
use crate::problem::Problem;
use crate::store::applications::{self, Named};
use crate::store::{Connection, StoreError, Tx, counters, events, idempotency, users};

impl ApplicationsApi for App {
    async fn list_applications(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        status: Option<ApplicationStatus>,
    ) -> Result<ApplicationPage, Problem> {
        self.listed(status.map(Into::into), Order::Desc, limit, cursor.as_deref()).await
    }

    async fn create_application(&self, caller: Caller, body: CreateApplication) -> Result<Shown, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let request = Request {
            applicant: known(&mut tx, body.user_id).await?,
            name: body.name,
            statement: body.statement,
            discord_id: body.discord_id,
            message_id: body.message_id,
        };
        let application = Application {
            id: ApplicationId::new(now, &self.random)?,
            number: counters::next(&mut tx, "applications").await?,
            created_by: Some(*caller.owner()),
            request,
            status: Status::Pending,
            decided: None,
            created_at: now,
        };
        applications::insert(&mut tx, &application).await.map_err(taken)?;
        self.tell(&mut tx, &application).await?;
        let answer = shown(application, Votes::default());
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn list_pending_applications(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<ApplicationPage, Problem> {
        self.listed(Some(Status::Pending), Order::Asc, limit, cursor.as_deref()).await
    }

    async fn get_application_by_message(&self, _caller: Caller, message_id: String) -> Result<Shown, Problem> {
        self.found(Named::Message(&message_id)).await
    }

    async fn get_application_by_number(&self, _caller: Caller, number: i64) -> Result<Shown, Problem> {
        self.found(Named::Number(number)).await
    }

    async fn get_application(&self, _caller: Caller, application_id: String) -> Result<Shown, Problem> {
        self.found(Named::Id(id(&application_id)?)).await
    }

    async fn delete_application(&self, _caller: Caller, application_id: String) -> Result<(), Problem> {
        let id = id(&application_id)?;
        let mut tx = self.db.write().await?;
        applications::lock(&mut tx, id).await?.ok_or(ApplicationError::NotFound)?;
        applications::delete(&mut tx, id).await?;
        tx.commit().await?;
        Ok(())
    }

    async fn decide_application(
        &self,
        caller: Caller,
        application_id: String,
        body: DecideApplication,
    ) -> Result<Shown, Problem> {
        let id = id(&application_id)?;
        let mut tx = self.db.write().await?;
        let application = applications::lock(&mut tx, id).await?.ok_or(ApplicationError::NotFound)?;
        let decided = Decided { reason: body.reason, by: Some(*caller.owner()), at: self.clock.now() };
        let application = application.decided(body.decision.into(), decided)?;
        applications::update_decided(&mut tx, &application).await?;
        self.tell(&mut tx, &application).await?;
        let votes = votes_on(&mut tx, id).await?;
        tx.commit().await?;
        Ok(shown(application, votes))
    }

    async fn list_application_votes(
        &self,
        _caller: Caller,
        application_id: String,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<ApplicationVotePage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let mut connection = self.db.read().await?;
        let id = id(&application_id)?;
        applications::find(&mut connection, Named::Id(id)).await?.ok_or(ApplicationError::NotFound)?;
        let mut found = applications::ballots(&mut connection, id, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.voter }.to_text());
        Ok(ApplicationVotePage { data: found.into_iter().map(ballot).collect(), next_cursor: next })
    }

    async fn vote_on_application(
        &self,
        caller: Caller,
        application_id: String,
        body: VoteOnApplication,
    ) -> Result<ApplicationVote, Problem> {
        let id = id(&application_id)?;
        let mut tx = self.db.write().await?;
        let named = known(&mut tx, body.user_id).await?;
        let voter = domain::voter(*caller.owner(), named, caller.credential.session().is_none())?;
        let application = applications::lock(&mut tx, id).await?.ok_or(ApplicationError::NotFound)?;
        application.waits()?;
        let kept = applications::put(&mut tx, id, voter, body.vote.into(), self.clock.now()).await?;
        tx.commit().await?;
        Ok(ballot(kept))
    }
}

impl App {
    async fn listed(
        &self,
        status: Option<Status>,
        order: Order,
        limit: i32,
        cursor: Option<&str>,
    ) -> Result<ApplicationPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor, Position::parse)?);
        let mut connection = self.db.read().await?;
        let after = after.map(|after| after.0);
        let mut found = applications::list(&mut connection, status, order, after, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Position(last.number).to_text());
        let votes = applications::count(&mut connection, found.iter().map(|one| one.id)).await?;
        let data = found.into_iter().map(|one| {
            let votes = votes.get(&one.id).copied().unwrap_or_default();
            shown(one, votes)
        });
        Ok(ApplicationPage { data: data.collect(), next_cursor: next })
    }

    async fn found(&self, named: Named<'_>) -> Result<Shown, Problem> {
        let mut connection = self.db.read().await?;
        let application = applications::find(&mut connection, named).await?.ok_or(ApplicationError::NotFound)?;
        let votes = votes_on(&mut connection, application.id).await?;
        Ok(shown(application, votes))
    }

    /// Tells everybody concerned what became of it.
    async fn tell(&self, tx: &mut Tx, application: &Application) -> Result<(), StoreError> {
        let at = (self.clock.now(), &self.random);
        let (application_id, number) = (application.id.to_string(), application.number);
        let decided_by = application.decided.as_ref().and_then(|decided| decided.by);
        let decided_by = decided_by.map(|by| by.to_string()).unwrap_or_default();
        for account in application.concerned() {
            let (application_id, decided_by) = (application_id.clone(), decided_by.clone());
            match application.status {
                Status::Pending => {
                    let name = application.request.name.clone();
                    events::tell(tx, at, &account, &ApplicationCreatedData { application_id, number, name }).await?
                }
                Status::Approved => {
                    let what = ApplicationApprovedData { application_id, number, decided_by };
                    events::tell(tx, at, &account, &what).await?
                }
                Status::Rejected => {
                    let what = ApplicationRejectedData { application_id, number, decided_by };
                    events::tell(tx, at, &account, &what).await?
                }
            };
        }
        Ok(())
    }
}

/// A path's id; what cannot be one names nothing.
fn id(text: &str) -> Result<ApplicationId, ApplicationError> {
    text.parse().map_err(|_| ApplicationError::NotFound)
}

/// The account that is named; it stays until this transaction ends.
async fn known(tx: &mut Tx, text: Option<String>) -> Result<Option<UserId>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let id: UserId = text.parse().map_err(|_| ApplicationError::UnknownUser)?;
    if users::hold(tx, &id, false).await? { Ok(Some(id)) } else { Err(ApplicationError::UnknownUser.into()) }
}

async fn votes_on(connection: &mut Connection, id: ApplicationId) -> Result<Votes, StoreError> {
    Ok(applications::count(connection, [id]).await?.remove(&id).unwrap_or_default())
}

fn taken(error: StoreError) -> Problem {
    match error {
        StoreError::Conflict(rule) if rule == "applications_message" => ApplicationError::MessageTaken.into(),
        other => other.into(),
    }
}

fn shown(application: Application, votes: Votes) -> Shown {
    let Application { id, number, created_by: _, request, status, decided, created_at } = application;
    let (by, at) = decided.as_ref().map_or((None, None), |decided| (decided.by, Some(decided.at)));
    Shown {
        id: id.to_string(),
        number,
        name: request.name,
        statement: request.statement,
        user_id: request.applicant.map(|id| id.to_string()),
        discord_id: request.discord_id,
        message_id: request.message_id,
        status: status.into(),
        votes: ApplicationVotes { approve: votes.approve, reject: votes.reject, abstain: votes.abstain },
        reason: decided.and_then(|decided| decided.reason),
        decided_by: by.map(|id| id.to_string()),
        decided_at: at,
        created_at,
    }
}

fn ballot(ballot: Ballot) -> ApplicationVote {
    ApplicationVote {
        user_id: ballot.voter.to_string(),
        vote: ballot.vote.into(),
        created_at: ballot.created_at,
        updated_at: ballot.updated_at,
    }
}

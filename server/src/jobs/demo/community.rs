//! Who asks to join, and what the members say.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Stage, named, rows};
use crate::domain::applications::{Application, Decided, Request, Status};
use crate::domain::ids::{ApplicationId, UserId};
use crate::problem::Problem;
use crate::store::{Tx, applications, counters};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Asking {
    name: String,
    statement: String,
    applicant: Option<String>,
    discord: Option<String>,
    days_ago: u64,
    decision: Option<Decision>,
    votes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Decision {
    status: String,
    reason: String,
    by: String,
    days_ago: u64,
}

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for one in rows::<Asking>(include_str!("applications.json"))? {
        let at = stage.days_ago(one.days_ago);
        let (status, decided) = match &one.decision {
            None => (Status::Pending, None),
            Some(decision) => {
                let (by, at) = (Some(stage.who(&decision.by)?), stage.days_ago(decision.days_ago));
                (named(&decision.status)?, Some(Decided { reason: Some(decision.reason.clone()), by, at }))
            }
        };
        let application = Application {
            id: ApplicationId::new(at, &stage.app.random)?,
            number: counters::next(tx, "applications").await?,
            // As if a bot had handed it in for the house.
            created_by: Some(UserId::ADMINISTRATOR),
            request: Request {
                name: one.name,
                statement: one.statement,
                applicant: one.applicant.as_deref().map(|name| stage.who(name)).transpose()?,
                discord_id: one.discord,
                message_id: None,
            },
            status,
            decided,
            created_at: at,
        };
        applications::insert(tx, &application).await?;
        for (voter, vote) in &one.votes {
            applications::put(tx, application.id, stage.who(voter)?, named(vote)?, at).await?;
        }
    }
    Ok(())
}

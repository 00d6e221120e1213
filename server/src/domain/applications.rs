//! Applications to join the collective: numbered, voted on, and decided once.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use crate::domain::ids::{ApplicationId, UserId};
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// Whether an application was decided, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    /// It was not.
    Pending,
    /// The applicant is welcome.
    Approved,
    /// The applicant is not.
    Rejected,
}

/// What somebody says to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Vote {
    /// Yes.
    Approve,
    /// No.
    Reject,
    /// As the others wish.
    Abstain,
}

named!(Status: Pending = "pending", Approved = "approved", Rejected = "rejected");
named!(Vote: Approve = "approve", Reject = "reject", Abstain = "abstain");

/// What an applicant says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// What the applicant is called.
    pub name: String,
    /// Why to take them in.
    pub statement: String,
    /// Their account, if they have one.
    pub applicant: Option<UserId>,
    /// Who they are on Discord.
    pub discord_id: Option<String>,
    /// The message that carries it; one message carries one application.
    pub message_id: Option<String>,
}

/// How it was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Why.
    pub reason: Option<String>,
    /// Who decided; `None` once that account is gone.
    pub by: Option<UserId>,
    /// When.
    pub at: Time,
}

/// Somebody who asks to join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// Its place in the row of all: 1, 2, 3.
    pub number: i64,
    /// The account that handed it in; `None` once that is gone.
    pub created_by: Option<UserId>,
    /// What the applicant says.
    pub request: Request,
    /// Whether it was decided.
    pub status: Status,
    /// How.
    pub decided: Option<Decided>,
    /// When it was handed in.
    pub created_at: Time,
}

/// How the votes stand.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Votes {
    /// Yes.
    pub approve: i64,
    /// No.
    pub reject: i64,
    /// As the others wish.
    pub abstain: i64,
}

/// What one account says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ballot {
    /// Whose vote it is.
    pub voter: UserId,
    /// What it says.
    pub vote: Vote,
    /// When the account first voted.
    pub created_at: Time,
    /// When it last did.
    pub updated_at: Time,
}

/// What an application does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ApplicationError {
    /// There is none of that id, number or message.
    #[error("there is no such application")]
    NotFound,
    /// It was decided before.
    #[error("the application was decided")]
    Decided,
    /// Another application has the message.
    #[error("carries another application")]
    MessageTaken,
    /// An account that is not there.
    #[error("is no account")]
    UnknownUser,
    /// A member brings another's vote.
    #[error("you vote for yourself alone")]
    AnothersVote,
}

impl Application {
    /// Lets through what only an application that waits may take: votes, and its decision.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`].
    pub fn waits(&self) -> Result<(), ApplicationError> {
        if self.status == Status::Pending { Ok(()) } else { Err(ApplicationError::Decided) }
    }

    /// The application after its decision.
    ///
    /// # Errors
    /// [`ApplicationError::Decided`] when there was one before.
    pub fn decided(self, status: Status, decided: Decided) -> Result<Self, ApplicationError> {
        self.waits()?;
        Ok(Self { status, decided: Some(decided), ..self })
    }

    /// Whom to tell of what becomes of it: who handed it in and who applies, each once.
    pub fn concerned(&self) -> impl Iterator<Item = UserId> {
        let applicant = self.request.applicant.filter(|applicant| self.created_by != Some(*applicant));
        self.created_by.into_iter().chain(applicant)
    }
}

/// Whose vote counts: the caller's own, or one that a service brings.
///
/// # Errors
/// [`ApplicationError::AnothersVote`] when anybody else names another account.
pub fn voter(caller: UserId, named: Option<UserId>, is_service: bool) -> Result<UserId, ApplicationError> {
    match named {
        Some(other) if other != caller && !is_service => Err(ApplicationError::AnothersVote),
        named => Ok(named.unwrap_or(caller)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn user() -> UserId {
        UserId::new(Time::from_ms(1), &Random::default()).unwrap()
    }

    fn application(created_by: UserId, applicant: Option<UserId>) -> Application {
        Application {
            id: ApplicationId::new(Time::from_ms(1), &Random::default()).unwrap(),
            number: 1,
            created_by: Some(created_by),
            request: Request {
                name: "Ada".to_owned(),
                statement: "Looms.".to_owned(),
                applicant,
                discord_id: None,
                message_id: None,
            },
            status: Status::Pending,
            decided: None,
            created_at: Time::from_ms(1),
        }
    }

    #[test]
    fn an_application_is_decided_once() {
        let decided = Decided { reason: None, by: Some(user()), at: Time::from_ms(2) };
        let approved = application(user(), None).decided(Status::Approved, decided.clone()).unwrap();

        assert_eq!(approved.waits(), Err(ApplicationError::Decided));
        assert_eq!(approved.decided(Status::Rejected, decided), Err(ApplicationError::Decided));
    }

    #[test]
    fn whoever_is_concerned_is_told_once() {
        let (service, applicant) = (user(), user());

        assert_eq!(application(service, Some(applicant)).concerned().collect::<Vec<_>>(), [service, applicant]);
        assert_eq!(application(service, Some(service)).concerned().collect::<Vec<_>>(), [service]);
    }

    #[test]
    fn only_a_service_brings_anothers_vote() {
        let (caller, other) = (user(), user());

        assert_eq!(voter(caller, None, false), Ok(caller));
        assert_eq!(voter(caller, Some(caller), false), Ok(caller));
        assert_eq!(voter(caller, Some(other), false), Err(ApplicationError::AnothersVote));
        assert_eq!(voter(caller, Some(other), true), Ok(other));
    }
}

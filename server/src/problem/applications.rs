//! What an application does not allow, on the wire.

use super::Problem;
use crate::domain::applications::ApplicationError;

impl From<ApplicationError> for Problem {
    fn from(error: ApplicationError) -> Self {
        match error {
            ApplicationError::NotFound => Self::not_found("There is no such application."),
            ApplicationError::Decided => Self::conflict("The application was decided and stays so."),
            ApplicationError::MessageTaken => Self::conflict("The message carries another application."),
            ApplicationError::UnknownUser => Self::invalid_body("/userId", error.to_string()),
            // Whoever may vote knows that others do.
            ApplicationError::AnothersVote => Self::forbidden("Members vote for themselves; leave out userId."),
        }
    }
}

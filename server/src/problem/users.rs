//! What an account does not allow, on the wire.

use super::Problem;
use crate::domain::users::UserError;

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::not_found("There is no such account."),
            UserError::BuiltIn => Self::conflict("The built-in administrator stays as it is."),
        }
    }
}

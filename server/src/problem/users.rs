//! What an account does not allow, on the wire.

use super::Problem;
use crate::domain::users::UserError;

impl From<UserError> for Problem {
    fn from(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::not_found("There is no such account."),
            UserError::Same => Self::invalid_body("/sourceId", error.to_string()),
            UserError::Unknown(property) => Self::invalid_body(format!("/{property}"), error.to_string()),
            UserError::SecretsClash => {
                Self::conflict("Both accounts have a secret of one namespace and name. Delete one of them first.")
            }
            // Whoever may delete accounts may read them.
            UserError::AnAdministrator => Self::forbidden("Only an administrator deletes an administrator."),
            UserError::BuiltIn => Self::conflict("The built-in administrator stays as it is."),
        }
    }
}

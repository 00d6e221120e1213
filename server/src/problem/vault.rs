//! What goes wrong with the vault. Why a secret does not open is for the operator alone (S103).

use super::Problem;
use crate::domain::vault::VaultError;
use crate::vault::EnvelopeError;

impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::NotFound => Self::not_found("There is no such secret."),
            VaultError::TooLong => Self::invalid_body("/value", error.to_string()),
        }
    }
}

impl From<EnvelopeError> for Problem {
    fn from(error: EnvelopeError) -> Self {
        Self::broken(error)
    }
}

//! Bad credentials on the wire.

use super::{Problem, kind};
use crate::auth::AuthError;

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::UnknownKey => Self::new(&kind::INVALID_KEY, "There is no such API key."),
            AuthError::OtherAudience => {
                Self::new(&kind::INVALID_KEY, "The key is for another audience; this API takes keys for itself alone.")
            }
            AuthError::RevokedKey => Self::new(&kind::REVOKED, "The API key is revoked. Make another one."),
            AuthError::ExpiredKey => Self::new(&kind::EXPIRED, "The API key has expired. Make another one."),
            AuthError::IdleKey => {
                Self::new(&kind::IDLE_TIMEOUT, "The API key was unused for too long and stays dead. Make another one.")
            }
            AuthError::OriginDenied => {
                Self::new(&kind::ORIGIN_DENIED, "The API key may not be used by pages of this origin.")
            }
            AuthError::AddressDenied => Self::new(&kind::IP_DENIED, "The API key may not be used from this address."),
            AuthError::DisabledKey => Self::new(&kind::DISABLED, "The API key is disabled."),
            AuthError::InvalidToken => Self::new(&kind::INVALID_TOKEN, "The access token is not valid."),
            AuthError::ExpiredToken => Self::new(&kind::EXPIRED, "The access token has expired. Refresh it."),
            AuthError::RevokedToken => Self::new(&kind::REVOKED, "The access token is revoked. Ask for another one."),
            AuthError::EndedSession => Self::new(&kind::REVOKED, "The session has ended. Sign in again."),
            AuthError::Mismatch => Self::new(
                &kind::CREDENTIALS_CONFLICT,
                "Send one credential, or one API key and one access token of the same account.",
            ),
            AuthError::Store(error) => error.into(),
        }
    }
}

//! What can go wrong when somebody signs in or refreshes, on the wire.

use super::{Problem, kind};
use crate::auth::{PasswordError, RefreshError, SignInError};
use crate::domain::sessions::TradeError;

impl From<PasswordError> for Problem {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self {
                retry_after_seconds: Some(1),
                ..Self::new(&kind::OVERLOADED, "Too many people sign in at this moment. Try again.")
            },
            PasswordError::NoRandomness(cause) => cause.into(),
            PasswordError::Broken(_) => Self::broken(error),
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::new(&kind::INVALID_CREDENTIALS, "The e-mail address or the password is wrong."),
            SignInError::TooManyGuesses(wait) => Self::rate_limited(
                "Too many wrong passwords for this account, from many places. Sign in from where you did before, set a new password by mail, or wait.",
                vec!["guesses"],
                wait.as_secs().max(1),
            ),
            SignInError::BadLink(_) => {
                Self::new(&kind::INVALID_LINK, "The link was used, is too old, or is none of ours. Ask for another.")
            }
            SignInError::Unsealed(_) => Self::broken(error),
            SignInError::Password(cause) => cause.into(),
            SignInError::Store(cause) => cause.into(),
            SignInError::NoRandomness(cause) => cause.into(),
            SignInError::Unsigned(_) => Self::broken(error),
        }
    }
}

impl From<RefreshError> for Problem {
    fn from(error: RefreshError) -> Self {
        match error {
            RefreshError::Refused(TradeError::Invalid) => {
                Self::new(&kind::INVALID_REFRESH_TOKEN, "The refresh token is not valid. Sign in again.")
            }
            RefreshError::Refused(TradeError::Reused) => Self::new(
                &kind::REFRESH_TOKEN_REUSED,
                "The refresh token was used before, or by another client, so its session is ended. Sign in again.",
            ),
            RefreshError::Scope(cause) => cause.into(),
            RefreshError::Broken(cause) => cause.into(),
            RefreshError::Sealed(_) => Self::broken(error),
        }
    }
}

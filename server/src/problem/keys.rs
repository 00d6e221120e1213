//! What a key cannot be, on the wire.

use super::Problem;
use crate::domain::keys::{KeyError, KeyStatus};

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotFound => Self::not_found("There is no such key."),
            KeyError::Dead(KeyStatus::Revoked) => Self::conflict("The key is revoked and cannot be changed."),
            KeyError::Dead(_) => Self::conflict("The key has expired and cannot be changed."),
            KeyError::BeyondCaller { wanted, held } => {
                let missing = wanted.iter().filter(|scope| !held.covers((*scope).into())).collect();
                Self {
                    detail: format!("A key may hold only what its maker holds; missing: {missing}.").into(),
                    ..Self::insufficient_scope(missing, held)
                }
            }
            KeyError::EndsInThePast | KeyError::TwoEnds => Self::invalid_body("/expiresAt", error.to_string()),
            KeyError::Unfit { pointer, message } => Self::invalid_body(pointer, message),
            KeyError::NoKeyPair => Self::broken(error),
            KeyError::NoRandomness(cause) => cause.into(),
        }
    }
}

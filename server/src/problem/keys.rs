//! What a key cannot be, on the wire.

use super::Problem;
use crate::domain::keys::{KeyError, KeyStatus};

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::NotFound => Self::not_found("There is no such key."),
            KeyError::Dead(KeyStatus::Revoked) => Self::conflict("The key is revoked and cannot be changed."),
            KeyError::Dead(KeyStatus::Idle) => Self::conflict("The key was unused for too long and stays dead."),
            KeyError::Dead(_) => Self::conflict("The key has expired and cannot be changed."),
            KeyError::Replaced(_) => Self::conflict(error.to_string()),
            KeyError::TierIsAdmins => Self::forbidden(error.to_string()),
            KeyError::BeyondCaller { wanted, held } => {
                let missing = wanted.iter().filter(|scope| !held.covers((*scope).into())).collect();
                Self {
                    detail: format!("A key may hold only what its maker holds; missing: {missing}.").into(),
                    ..Self::insufficient_scope(missing, held)
                }
            }
            KeyError::EndsInThePast | KeyError::TwoEnds | KeyError::EndsAfterParent => {
                Self::invalid_body("/expiresAt", error.to_string())
            }
            KeyError::IdleAlready => Self::invalid_body("/maxIdleSeconds", error.to_string()),
            KeyError::MetadataTooLarge => Self::invalid_body("/metadata", error.to_string()),
            KeyError::NoParent | KeyError::TooManyGenerations => Self::invalid_body("/parentId", error.to_string()),
            KeyError::BeyondParent => Self::invalid_body("/scopes", error.to_string()),
            KeyError::Unfit { pointer, message } => Self::invalid_body(pointer, message),
            KeyError::NoKeyPair => Self::broken(error),
            KeyError::NoRandomness(cause) => cause.into(),
        }
    }
}

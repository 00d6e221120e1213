//! What an identity cannot be, on the wire.

use super::Problem;
use crate::domain::identities::IdentityError;

impl From<IdentityError> for Problem {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::NotFound => Self::not_found("There is no such identity."),
            IdentityError::Taken => Self::conflict("The identity belongs to another account."),
            IdentityError::Linked => Self::conflict("The identity is linked to the account already."),
            IdentityError::TooMany => Self::conflict(format!("{error}.").replacen("the", "The", 1)),
            IdentityError::LastWayIn => {
                Self::conflict("The wallet is the account's only way in. Link another one or set a password first.")
            }
            IdentityError::NotForOthers => Self::forbidden("A wallet is linked by its owner, to the own account."),
            IdentityError::NeedsService => {
                Self::forbidden("Only a service with the scope identities:write vouches for this platform.")
            }
            IdentityError::NeedsSignature => Self::invalid_body("/signature", error.to_string()),
            IdentityError::SignedForNothing => Self::invalid_body("/message", error.to_string()),
            IdentityError::Unfit(_)
            | IdentityError::NeedsName
            | IdentityError::NamedTwice
            | IdentityError::OnlyByItself => Self::invalid_body("/identity", error.to_string()),
        }
    }
}

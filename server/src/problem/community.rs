//! What Discord's channels and practice do not allow, on the wire.

use super::Problem;
use crate::domain::channels::ChannelError;
use crate::domain::practice::{PracticeError, ZoneError};
use crate::domain::vanish::VanishError;

impl From<VanishError> for Problem {
    fn from(error: VanishError) -> Self {
        match error {
            VanishError::NotFound => Self::not_found("The channel is no vanishing one."),
            VanishError::OtherGuild => {
                Self::conflict("The channel is in another guild; delete it first if that was wrong.")
            }
        }
    }
}

impl From<ChannelError> for Problem {
    fn from(error: ChannelError) -> Self {
        match error {
            ChannelError::NotFound => Self::not_found("There is no such channel setting."),
        }
    }
}

impl From<PracticeError> for Problem {
    fn from(error: PracticeError) -> Self {
        match error {
            PracticeError::UnderWay { id, since } => {
                Self::conflict(format!("{id} is under way since {}; stop it first.", since.to_rfc3339()))
            }
            PracticeError::NotUnderWay => Self::conflict("No practice is under way."),
            PracticeError::Another => Self::forbidden("You practise for yourself; leave out userId and discordId."),
            PracticeError::UnknownUser => Self::invalid_body("/userId", error.to_string()),
            PracticeError::UnknownDiscord => Self::invalid_body("/discordId", error.to_string()),
            PracticeError::NamedTwice => Self::invalid_body("/discordId", error.to_string()),
        }
    }
}

impl From<ZoneError> for Problem {
    fn from(error: ZoneError) -> Self {
        let name = match error {
            ZoneError::UnknownZone => "timeZone",
            ZoneError::NoDay => "date",
        };
        Self::invalid_query(name, error.to_string())
    }
}

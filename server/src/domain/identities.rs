//! Who an account is elsewhere (promise 8): a wallet by its signature, the others by the word of a service that may say so.

use std::fmt;
use std::str::FromStr;

use crate::domain::ids::{IdentityId, UserId};
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};

/// Where somebody is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Platform {
    Discord,
    Evm,
    Lens,
    Farcaster,
    Telegram,
    Github,
}

named!(Platform:
    Discord = "discord", Evm = "evm", Lens = "lens", Farcaster = "farcaster", Telegram = "telegram", Github = "github"
);

/// One of an account's identities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub id: IdentityId,
    /// Whose it is.
    pub owner: UserId,
    /// Where.
    pub platform: Platform,
    /// As the platform writes it, in its one form.
    pub identity: String,
    /// Whether it is the one that is shown of this platform.
    pub is_primary: bool,
    /// Since when.
    pub created_at: Time,
}

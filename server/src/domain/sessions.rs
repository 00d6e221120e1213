//! Sign-ins: one session is one family of refresh tokens, each good for one use.

use std::net::IpAddr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::domain::time::Time;
use crate::random::{NoRandomness, Random};

/// How long an unused refresh token lives (S6).
pub const IDLE: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a session lives, however often it is refreshed (S6).
pub const ABSOLUTE: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long the same token may come again after its first use, for a lost answer (S4). It is counted from that first use.
pub const RETRY: Duration = Duration::from_secs(10);

const LONGEST_AGENT: usize = 256;
const PREFIX: &str = "gpr_";
const LENGTH: usize = PREFIX.len() + 43;

/// A refresh token. It is printed nowhere.
pub struct RefreshSecret(SecretString);

impl RefreshSecret {
    /// A new one: 256 random bits.
    ///
    /// # Errors
    /// No randomness.
    pub fn make(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random.bytes::<32>()?)).into()))
    }

    /// What was presented, if it can be one at all.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.strip_prefix(PREFIX)?;
        let fits =
            text.len() == LENGTH && letters.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        fits.then(|| Self(text.to_owned().into()))
    }

    /// What the store finds it by.
    #[must_use]
    pub fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.0.expose_secret().as_bytes()))
    }

    /// The token itself, to be answered, and to derive the key from that seals its successor.
    #[must_use]
    pub const fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// Where a session begins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// The API key that is sent along.
    pub client_key: Option<KeyId>,
    /// The client that the key stands for: the first key of its chain of rotations. Rotating a key makes no other client.
    pub client: Option<KeyId>,
    /// The address that it is asked for from.
    pub address: Option<IpAddr>,
    /// What the client calls itself, as [`user_agent`] leaves it.
    pub user_agent: Option<String>,
}

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub owner: UserId,
    /// Where it began.
    pub origin: Origin,
    /// When it began.
    pub created_at: Time,
    /// When it was last used, up to a minute late.
    pub last_used_at: Time,
    /// When it ends unless it is refreshed before.
    pub expires_at: Time,
    /// Its absolute end.
    pub ends_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
}

/// What a client calls itself, fit to be shown: without control characters, not too long, and nothing where nothing is left.
#[must_use]
pub fn user_agent(text: &str) -> Option<String> {
    let clean: String = text.chars().filter(|letter| !letter.is_control()).take(LONGEST_AGENT).collect();
    let clean = clean.trim();
    (!clean.is_empty()).then(|| clean.to_owned())
}

/// One generation of a session's refresh token.
#[derive(Debug, Clone)]
pub struct Generation {
    /// Counted from 0. What is older is told by this, never by a time (S8).
    pub number: i64,
    /// When it ends, unused.
    pub expires_at: Time,
    /// When it was used.
    pub used_at: Option<Time>,
}

/// What a presented refresh token brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// Its successor is to be made.
    Rotate,
    /// A lost answer is asked for again: the same successor.
    Repeat,
}

/// Why it brings nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TradeError {
    /// Unknown, ended or too old.
    #[error("the refresh token is not valid")]
    Invalid,
    /// A second use, or a use by another client: whoever sends it may be a thief, so the session must end (S3).
    #[error("the refresh token was used before, or by another client")]
    Reused,
}

impl Session {
    /// A new session of `owner`.
    ///
    /// # Errors
    /// No randomness.
    pub fn begin(owner: UserId, origin: Origin, now: Time, random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self {
            id: SessionId::new(now, random)?,
            owner,
            origin,
            created_at: now,
            last_used_at: now,
            expires_at: now.plus(IDLE),
            ends_at: now.plus(ABSOLUTE),
            revoked_at: None,
        })
    }

    /// When a refresh token made at `now` ends, unused.
    #[must_use]
    pub fn idle_end(&self, now: Time) -> Time {
        now.plus(IDLE).min(self.ends_at)
    }

    /// What the token of this generation brings at `now` to that client.
    ///
    /// A token that another client sends has left the client that it was given to: that is reuse, used before or not
    /// (S5). What is too old says nothing any more, unless it was used.
    ///
    /// # Errors
    /// [`TradeError`].
    pub fn trade(
        &self,
        token: &Generation,
        successor_used: bool,
        client: Option<KeyId>,
        now: Time,
    ) -> Result<Trade, TradeError> {
        let same_client = self.origin.client == client;
        let over = now >= self.ends_at || now >= token.expires_at;
        if self.revoked_at.is_some() {
            return Err(TradeError::Invalid);
        }
        match token.used_at {
            None if over => Err(TradeError::Invalid),
            None if same_client => Ok(Trade::Rotate),
            Some(used) if same_client && !over && !successor_used && now <= used.plus(RETRY) => Ok(Trade::Repeat),
            None | Some(_) => Err(TradeError::Reused),
        }
    }
}

#[cfg(test)]
#[path = "sessions_model_tests.rs"]
mod model_tests;
#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;

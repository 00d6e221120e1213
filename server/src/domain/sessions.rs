//! Sign-ins: one session is one family of refresh tokens, each good for one use.

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

/// A session, as a refresh sees it.
#[derive(Debug, Clone)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub owner: UserId,
    /// The API key that was sent along when it began.
    pub client_key: Option<KeyId>,
    /// When it began.
    pub created_at: Time,
    /// Its absolute end.
    pub ends_at: Time,
    /// When it was ended.
    pub revoked_at: Option<Time>,
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
    /// Unknown, ended, too old, or of another client.
    #[error("the refresh token is not valid")]
    Invalid,
    /// A second use: whoever sends it may be a thief, so the session must end (S3).
    #[error("the refresh token was used before")]
    Reused,
}

impl Session {
    /// A new session of `owner`.
    ///
    /// # Errors
    /// No randomness.
    pub fn begin(owner: UserId, client_key: Option<KeyId>, now: Time, random: &Random) -> Result<Self, NoRandomness> {
        let id = SessionId::new(now, random)?;
        Ok(Self { id, owner, client_key, created_at: now, ends_at: now.plus(ABSOLUTE), revoked_at: None })
    }

    /// When a refresh token made at `now` ends, unused.
    #[must_use]
    pub fn idle_end(&self, now: Time) -> Time {
        now.plus(IDLE).min(self.ends_at)
    }

    /// What the token of this generation brings at `now` to the client with that key.
    ///
    /// A live token from another client is refused and burns nothing: who does not know the client's key cannot end the
    /// session either (S5). A second use is reuse, whoever it comes from.
    ///
    /// # Errors
    /// [`TradeError`].
    pub fn trade(
        &self,
        token: &Generation,
        successor_used: bool,
        client_key: Option<KeyId>,
        now: Time,
    ) -> Result<Trade, TradeError> {
        let same_client = self.client_key == client_key;
        let over = now >= self.ends_at || now >= token.expires_at;
        if self.revoked_at.is_some() {
            return Err(TradeError::Invalid);
        }
        match token.used_at {
            None if over || !same_client => Err(TradeError::Invalid),
            None => Ok(Trade::Rotate),
            Some(used) if same_client && !over && !successor_used && now <= used.plus(RETRY) => Ok(Trade::Repeat),
            Some(_) => Err(TradeError::Reused),
        }
    }
}

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;

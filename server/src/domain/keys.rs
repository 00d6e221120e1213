//! API keys: their secret's form, their life, and what their maker may give them.

mod bounds;
mod change;
mod form;
pub mod line;
mod rotation;
mod secret;
#[cfg(test)]
mod tests;
pub mod told;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use thiserror::Error;

use crate::domain::ids::{KeyId, UserId};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{Tier, UnknownName, named};
use crate::random::{NoRandomness, Random};

pub use bounds::{Bounds, Labels, Lineage, Metadata, Networks, NotAllowed, Origins, Signed};
pub use change::KeyChange;
pub use form::{Algorithm, Draft, Form, SignedForm, issuer};
pub use line::{GENERATIONS, OwnLimit, OwnLimits};
pub use rotation::{Grace, Rotated};
pub use secret::{KeyHash, Secret};

/// Part of the secret's prefix, so that a test key is not mistaken for a live one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Environment {
    /// `gp_live_`
    Live,
    /// `gp_test_`
    Test,
}

named!(Environment: Live = "live", Test = "test");

/// What a key is presented as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A secret for servers.
    Secret,
    /// For browsers: it may be seen, and may only sign people in and read what is public.
    Publishable,
    /// A JWT that anybody verifies with the key's own public half.
    Signed,
}

named!(KeyKind: Secret = "secret", Publishable = "publishable", Signed = "signed");

/// Whether a key works. Where several hold, the one that is hardest to undo counts: the last one here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum KeyStatus {
    /// It works.
    Active,
    /// Its owner stopped it, and can let it work again.
    Disabled,
    /// It lay unused for longer than it may.
    Idle,
    /// Its time is over.
    Expired,
    /// It was revoked, for good.
    Revoked,
}

/// An API key, without its secret.
#[derive(Debug, Clone)]
pub struct Key {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub owner: UserId,
    /// What the secret is found by.
    pub hash: KeyHash,
    /// The first 12 and the last 4 characters of the secret.
    pub display: String,
    /// What its owner calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Live or test.
    pub environment: Environment,
    /// What it may do.
    pub scopes: Scopes,
    /// Set where an administrator gave it a tier of its own.
    pub tier: Option<Tier>,
    /// When it was made.
    pub created_at: Time,
    /// The first moment at which it is over.
    pub expires_at: Option<Time>,
    /// When it was last used, up to a minute late.
    pub last_used_at: Option<Time>,
    /// When its owner stopped it.
    pub disabled_at: Option<Time>,
    /// When it was revoked.
    pub revoked_at: Option<Time>,
    /// What it is presented as.
    pub kind: KeyKind,
    /// What its owner notes about it.
    pub labels: Labels,
    /// What bounds its use.
    pub bounds: Bounds,
    /// Which keys it comes from and goes to.
    pub lineage: Lineage,
    /// The public half of a signed key.
    pub signed: Option<Signed>,
}

/// What its maker says about a new key.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Whose it will be.
    pub owner: UserId,
    /// What its owner calls it.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Live or test.
    pub environment: Environment,
    /// What it may do.
    pub scopes: Scopes,
    /// A tier of its own, from an administrator.
    pub tier: Option<Tier>,
    /// When it ends.
    pub ends: End,
    /// What its owner notes about it.
    pub labels: Labels,
    /// What bounds its use.
    pub bounds: Bounds,
    /// The key that it only narrows.
    pub parent: Option<KeyId>,
}

/// When a new key ends.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// When it is revoked.
    Never,
    /// At a moment.
    At(Time),
    /// So long after it was made.
    In(Duration),
}

/// What a key cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum KeyError {
    /// There is none, or it is another's.
    #[error("There is no such key.")]
    NotFound,
    /// It is over for good and stays so.
    #[error("The key is dead and cannot be changed.")]
    Dead(KeyStatus),
    /// Its maker does not hold these scopes.
    #[error("Nobody can give what he does not hold.")]
    BeyondCaller {
        /// All that were asked for.
        wanted: Scopes,
        /// What the maker holds.
        held: Scopes,
    },
    /// Its end lies behind.
    #[error("lies in the past")]
    EndsInThePast,
    /// It has lain unused for longer than it would be allowed to.
    #[error("is shorter than the key has been unused")]
    IdleAlready,
    /// What its owner would keep with it is too much.
    #[error("has more than 8192 bytes as text")]
    MetadataTooLarge,
    /// Only an administrator gives a tier.
    #[error("Only an administrator gives a key a tier of its own.")]
    TierIsAdmins,
    /// The parent is none of the caller's living keys.
    #[error("is none of your working keys")]
    NoParent,
    /// The parent is a grandchild itself.
    #[error("is the third generation already")]
    TooManyGenerations,
    /// The parent lacks a scope.
    #[error("goes beyond what the parent may do")]
    BeyondParent,
    /// The parent ends earlier.
    #[error("is later than the parent's end")]
    EndsAfterParent,
    /// It was rotated before.
    #[error("The key was replaced by {0}. Rotate that one.")]
    Replaced(KeyId),
    /// Two ends were given.
    #[error("cannot stand beside expiresInSeconds")]
    TwoEnds,
    /// What it is presented as does not allow that.
    #[error("{pointer}: {message}")]
    Unfit {
        /// Where it is said, as a JSON pointer into the body.
        pointer: &'static str,
        /// What is wrong with it.
        message: &'static str,
    },
    /// Its key pair cannot be made.
    #[error("no key pair can be made")]
    NoKeyPair,
    /// No randomness to make it from.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Key {
    /// A new key and the secret that nobody sees again.
    ///
    /// # Errors
    /// [`KeyError::EndsInThePast`], or no randomness.
    pub fn make(new: NewKey, now: Time, random: &Random) -> Result<(Self, Secret), KeyError> {
        let secret = Secret::make(new.environment, random)?;
        let key = Self {
            id: KeyId::new(random)?,
            owner: new.owner,
            hash: secret.hash(),
            display: secret.display(),
            name: new.name,
            description: new.description,
            environment: new.environment,
            scopes: new.scopes,
            tier: new.tier,
            created_at: now,
            expires_at: new.ends.moment(now)?,
            last_used_at: None,
            disabled_at: None,
            revoked_at: None,
            kind: KeyKind::Secret,
            labels: new.labels,
            bounds: new.bounds,
            lineage: Lineage { parent: new.parent, ..Lineage::default() },
            signed: None,
        };
        Ok((key, secret))
    }

    /// Whether it works at `now`.
    #[must_use]
    pub fn status(&self, now: Time) -> KeyStatus {
        self.status_if_used(None, now)
    }

    /// The same where it may have been used later than its row says.
    #[must_use]
    pub fn status_if_used(&self, used: Option<Time>, now: Time) -> KeyStatus {
        if self.revoked_at.is_some() {
            KeyStatus::Revoked
        } else if self.expires_at.is_some_and(|end| end <= now) {
            KeyStatus::Expired
        } else if self.idle_from(used).is_some_and(|end| end <= now) {
            KeyStatus::Idle
        } else if self.disabled_at.is_some() {
            KeyStatus::Disabled
        } else {
            KeyStatus::Active
        }
    }

    /// When it will have lain unused for too long, counted from its last use or from when it was made.
    fn idle_from(&self, used: Option<Time>) -> Option<Time> {
        let most = u64::try_from(self.bounds.max_idle_ms?).ok()?;
        let last = self.last_used_at.max(used).unwrap_or(self.created_at).max(self.created_at);
        Some(last.plus(Duration::from_millis(most)))
    }
}

impl End {
    /// From the two ways to say it, of which a caller may use one.
    ///
    /// # Errors
    /// [`KeyError::TwoEnds`] when both are used.
    pub fn from_either(at: Option<Time>, within: Option<Duration>) -> Result<Self, KeyError> {
        match (at, within) {
            (None, None) => Ok(Self::Never),
            (Some(at), None) => Ok(Self::At(at)),
            (None, Some(within)) => Ok(Self::In(within)),
            (Some(_), Some(_)) => Err(KeyError::TwoEnds),
        }
    }

    pub(super) fn moment(self, now: Time) -> Result<Option<Time>, KeyError> {
        match self {
            Self::Never => Ok(None),
            Self::At(end) if end <= now => Err(KeyError::EndsInThePast),
            Self::At(end) => Ok(Some(end)),
            Self::In(within) => Ok(Some(now.plus(within))),
        }
    }
}

/// A caller gives only what it holds.
///
/// # Errors
/// [`KeyError::BeyondCaller`] when something in `wanted` is not covered by `held`.
pub fn grant(held: Scopes, wanted: Scopes) -> Result<Scopes, KeyError> {
    if held.covers(wanted) { Ok(wanted) } else { Err(KeyError::BeyondCaller { wanted, held }) }
}

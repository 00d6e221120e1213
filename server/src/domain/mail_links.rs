//! Links that go out by mail: whoever brings one back reads the address that it was sent to.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use crate::domain::time::Time;
use crate::domain::users::{Email, UnknownName, named};
use crate::random::{NoRandomness, Random};

/// Links of one kind that one address can have at a time: more would only fill its mailbox.
pub const MOST_AT_ONCE: u64 = 3;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Opens an account, or confirms its address.
    VerifyEmail,
    /// Sets a new password.
    ResetPassword,
}

named!(Purpose: VerifyEmail = "verifyEmail", ResetPassword = "resetPassword");

impl Purpose {
    /// How long such a link is good (S70: a reset's at most 30 minutes).
    #[must_use]
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::VerifyEmail => Duration::from_secs(24 * 3600),
            Self::ResetPassword => Duration::from_secs(30 * 60),
        }
    }
}

/// The link is unknown, used, or too old.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the link is not good any more")]
pub struct BadLink;

const PREFIX: &str = "gpm_";
const LENGTH: usize = PREFIX.len() + 43;

/// What a link proves with: 256 random bits.
pub struct LinkSecret(SecretString);

impl LinkSecret {
    /// A new one.
    ///
    /// # Errors
    /// No randomness.
    pub fn make(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random.bytes::<32>()?)).into()))
    }

    /// What was presented, if it can be one at all.
    ///
    /// # Errors
    /// [`BadLink`].
    pub fn parse(text: &str) -> Result<Self, BadLink> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let good = text.starts_with(PREFIX) && text.len() == LENGTH && text.bytes().all(fits);
        if good { Ok(Self(text.to_owned().into())) } else { Err(BadLink) }
    }

    /// What the store finds it by.
    #[must_use]
    pub fn hash(&self) -> String {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, self.text().as_bytes()))
    }

    /// The secret itself, for the one mail that holds it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose_secret()
    }
}

/// A link, as it is kept.
#[derive(Clone)]
pub struct MailLink {
    /// The hash of its secret.
    pub hash: String,
    /// What it is for.
    pub purpose: Purpose,
    /// The address that it was sent to; none for one that was sent to nobody.
    pub email: Option<Email>,
    /// Of a verification: the account that will be.
    pub account: Option<Pending>,
    /// When it was made.
    pub created_at: Time,
}

/// An account that will be, once somebody has the mail.
#[derive(Clone)]
pub struct Pending {
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// How to call it.
    pub name: Option<String>,
}

//! Checks signed keys without asking Gatepost about each: from the public half that it publishes for every key.
//!
//! ```no_run
//! use gatepost_sdk::verify::SignedKeyVerifier;
//!
//! # async fn check(token: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = SignedKeyVerifier::new(["https://api.example.com"], ["https://shop.example"])?;
//! let key = verifier.verify(token).await?;
//! println!("{} may {}", key.user_id, key.scopes.join(" "));
//! # Ok(()) }
//! ```
//!
//! This room reads tokens (`token`), keeps key sets (`key_sets`) and checks signatures (`public_key`); it knows nothing
//! of requests, which are [`crate::guard`]'s. What is refused, and in which order, is the same in the other SDKs.

mod key_sets;
mod public_key;
mod scopes;
mod strict_json;
mod token;

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::timestamp::Timestamp;
use key_sets::KeySets;
use token::Expected;

pub use scopes::covers_scopes;

/// The time, for verifiers whose clock is not the machine's.
pub(crate) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// A key that is good.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct VerifiedKey {
    /// The key's id, `key_…`.
    pub key_id: String,
    /// Whose key it is (`sub`).
    pub user_id: String,
    /// What it may do; umbrellas stand as they are ([`covers_scopes`] unfolds them).
    pub scopes: Vec<String>,
    /// All that the key says, your own claims among it.
    pub claims: Map<String, Value>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Why a signed key is not good. Nothing of the key is in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SignedKeyError {
    /// Too long, not three parts of base64url, a member missing, twice, or of another type.
    #[error("this is no signed key: {0}")]
    Malformed(&'static str),
    /// `typ` is not `apikey+jwt`: another kind of token.
    #[error("the token is of another type than apikey+jwt")]
    WrongType,
    /// Neither ES256 nor RS256, or not the one that the key is published for.
    #[error("the token is signed with another algorithm")]
    WrongAlgorithm,
    /// `iss` is not one of the allowed addresses followed by `/jwks/` and a key's id.
    #[error("the token comes from an issuer that is not on the list")]
    UntrustedIssuer,
    /// Made for somebody else.
    #[error("the token was made for another audience")]
    WrongAudience,
    /// Its time is over.
    #[error("the key has expired")]
    Expired,
    /// Its time has not come.
    #[error("the key is not valid yet")]
    NotYetValid,
    /// The issuer publishes no such key.
    #[error("the issuer publishes no such key")]
    UnknownKey,
    /// The issuer published the key, and does so no longer.
    #[error("the key is no longer published: it was revoked")]
    Revoked,
    /// Somebody else signed it, or it was changed.
    #[error("the signature does not fit")]
    BadSignature,
    /// It could not be checked: the issuer did not answer. Nobody is to be let in, and trying again may help.
    #[error("the key cannot be checked at the moment")]
    Unavailable,
}

impl SignedKeyError {
    /// The cause in one word, the same in all SDKs: `wrong_audience`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::WrongType => "wrong_type",
            Self::WrongAlgorithm => "wrong_algorithm",
            Self::UntrustedIssuer => "untrusted_issuer",
            Self::WrongAudience => "wrong_audience",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::UnknownKey => "unknown_key",
            Self::Revoked => "revoked",
            Self::BadSignature => "bad_signature",
            Self::Unavailable => "unavailable",
        }
    }
}

/// Checks signed keys. Make one and keep it; clones share what it remembers.
///
/// It remembers public keys for as long as Gatepost allows (`max-age`), so a revoked key is refused after that time at
/// the latest.
#[derive(Clone)]
pub struct SignedKeyVerifier {
    expected: Arc<Expected>,
    sets: Arc<KeySets>,
    clock: Clock,
}

impl SignedKeyVerifier {
    /// A verifier for keys of these issuers, made for one of these audiences. An issuer is the base address of a
    /// Gatepost, exactly as it calls itself (`PUBLIC_URL`); an audience is what keys for you are made with.
    ///
    /// # Errors
    /// [`Error::Config`] when there is no issuer, no audience, or an issuer is no http(s) address.
    pub fn new<I, A>(
        issuers: impl IntoIterator<Item = I>,
        audiences: impl IntoIterator<Item = A>,
    ) -> Result<Self, Error>
    where
        I: Into<String>,
        A: Into<String>,
    {
        Self::with_clock(issuers, audiences, crate::auth::now)
    }

    /// A verifier whose time is not the machine's.
    ///
    /// # Errors
    /// As [`SignedKeyVerifier::new`].
    pub fn with_clock<I, A>(
        issuers: impl IntoIterator<Item = I>,
        audiences: impl IntoIterator<Item = A>,
        clock: impl Fn() -> SystemTime + Send + Sync + 'static,
    ) -> Result<Self, Error>
    where
        I: Into<String>,
        A: Into<String>,
    {
        let bases: Result<Vec<_>, _> = issuers.into_iter().map(|base| issuer_base(&base.into())).collect();
        let expected =
            Expected { issuers: listed("issuer", bases?)?, audiences: listed("audience", texts(audiences))? };
        let clock: Clock = Arc::new(clock);
        Ok(Self { expected: Arc::new(expected), sets: Arc::new(KeySets::new(Arc::clone(&clock))?), clock })
    }

    /// Who the key belongs to and what it may do.
    ///
    /// # Errors
    /// Names the cause.
    pub async fn verify(&self, token: &str) -> Result<VerifiedKey, SignedKeyError> {
        let claimed = token::read(token, &self.expected, (self.clock)())?;
        let key = Arc::clone(&self.sets).find(&claimed.issuer, &claimed.key.key_id).await?;
        if key.algorithm() != claimed.algorithm {
            return Err(SignedKeyError::WrongAlgorithm);
        }
        if !key.has_signed(claimed.signed, &claimed.signature) {
            return Err(SignedKeyError::BadSignature);
        }
        Ok(claimed.key)
    }
}

impl fmt::Debug for SignedKeyVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedKeyVerifier").field("expected", &self.expected).finish_non_exhaustive()
    }
}

fn texts<T: Into<String>>(given: impl IntoIterator<Item = T>) -> Vec<String> {
    given.into_iter().map(Into::into).collect()
}

/// An empty list could be read as "anybody"; it never is.
fn listed(what: &str, list: Vec<String>) -> Result<Vec<String>, Error> {
    if list.is_empty() || list.iter().any(String::is_empty) {
        return Err(Error::Config(format!("{what}: give one")));
    }
    Ok(list)
}

fn issuer_base(given: &str) -> Result<String, Error> {
    let fault = || Error::Config("issuer: it must be an http(s) address without user, query or fragment".to_owned());
    let url = reqwest::Url::parse(given).map_err(|_| fault())?;
    let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
    if !plain || given.contains(['?', '#', '\\', '@']) || given.contains(char::is_whitespace) {
        return Err(fault());
    }
    Ok(given.trim_end_matches('/').to_owned())
}

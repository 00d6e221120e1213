//! What a new key is presented as, and what that asks of it.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{
    Bounds, End, Environment, Key, KeyChange, KeyError, KeyKind, Labels, Metadata, NewKey, Origins, Secret, Signed,
};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::{UnknownName, named};
use crate::random::Random;

/// How long a signed key lives unless asked, and at most. Verifiers elsewhere learn of a revocation late, so there is
/// always an end.
const SIGNED_LIFE: Duration = Duration::from_secs(90 * 24 * 3600);
const SIGNED_LIFE_AT_MOST: Duration = Duration::from_secs(365 * 24 * 3600);
/// How much a maker may have written into a token, as JSON.
const CLAIMS_BYTES: usize = 2 * 1024;

/// The claims that the server alone writes (RFC 7519, section 4.1; RFC 9068; RFC 8693), as pointers into a body.
const REGISTERED: [&str; 15] = [
    "/claims/iss",
    "/claims/sub",
    "/claims/aud",
    "/claims/exp",
    "/claims/nbf",
    "/claims/iat",
    "/claims/jti",
    "/claims/scope",
    "/claims/client_id",
    "/claims/sid",
    "/claims/cnf",
    "/claims/act",
    "/claims/azp",
    "/claims/typ",
    "/claims/kid",
];

/// How a signed key is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA with P-256 and SHA-256: every verifier knows it.
    Es256,
    /// RSA with PKCS #1 v1.5 and SHA-256.
    Rs256,
}

named!(Algorithm: Es256 = "ES256", Rs256 = "RS256");

/// What a new key is presented as.
#[derive(Debug, Clone)]
pub enum Form {
    /// A secret.
    Secret,
    /// Something that may be seen.
    Publishable,
    /// A JWT.
    Signed(Box<SignedForm>),
}

/// What its maker says about a signed key.
#[derive(Debug, Clone)]
pub struct SignedForm {
    /// Who it is for.
    pub audience: String,
    /// How it is signed.
    pub algorithm: Algorithm,
    /// What is written into it besides the standard claims.
    pub claims: Metadata,
}

/// A signed key before it is signed.
#[derive(Debug)]
pub struct Draft {
    key: Key,
    form: SignedForm,
}

impl Form {
    /// From what a body says; what belongs to a signed key alone is refused for the others.
    ///
    /// # Errors
    /// [`KeyError::Unfit`] with a pointer to what does not fit.
    pub fn new(
        kind: KeyKind,
        audience: Option<String>,
        algorithm: Option<Algorithm>,
        claims: Option<Map<String, Value>>,
    ) -> Result<Self, KeyError> {
        if kind == KeyKind::Signed {
            let audience = audience.ok_or(unfit("/audience", "is needed for a signed key"))?;
            let claims = custom(claims.unwrap_or_default())?;
            let algorithm = algorithm.unwrap_or(Algorithm::Es256);
            return Ok(Self::Signed(Box::new(SignedForm { audience, algorithm, claims })));
        }
        let signed_alone =
            [(audience.is_some(), "/audience"), (algorithm.is_some(), "/algorithm"), (claims.is_some(), "/claims")];
        match signed_alone.into_iter().find(|(given, _)| *given) {
            Some((_, pointer)) => Err(unfit(pointer, "is for signed keys alone")),
            None if kind == KeyKind::Publishable => Ok(Self::Publishable),
            None => Ok(Self::Secret),
        }
    }

    /// The form of a key that is there already, for its successor.
    #[must_use]
    pub fn of(key: &Key) -> Self {
        match (&key.signed, key.kind) {
            (Some(signed), KeyKind::Signed) => Self::Signed(Box::new(SignedForm {
                audience: signed.audience.clone(),
                algorithm: signed.algorithm.parse().unwrap_or(Algorithm::Es256),
                claims: signed.claims.clone(),
            })),
            (_, KeyKind::Publishable) => Self::Publishable,
            _ => Self::Secret,
        }
    }
}

fn custom(claims: Map<String, Value>) -> Result<Metadata, KeyError> {
    let named = |pointer: &&&str| pointer.strip_prefix("/claims/").is_some_and(|name| claims.contains_key(name));
    if let Some(pointer) = REGISTERED.iter().find(named) {
        return Err(unfit(pointer, "is a claim that the server writes"));
    }
    let claims = Metadata(claims);
    if claims.to_string().len() > CLAIMS_BYTES {
        return Err(unfit("/claims", "may have 2048 bytes as JSON at most"));
    }
    Ok(claims)
}

const fn unfit(pointer: &'static str, message: &'static str) -> KeyError {
    KeyError::Unfit { pointer, message }
}

impl Key {
    /// A new key that may be seen: bound to pages, and without scopes.
    ///
    /// # Errors
    /// [`KeyError::Unfit`] without origins or with scopes; those of [`Key::make`].
    pub fn make_publishable(new: NewKey, now: Time, random: &Random) -> Result<(Self, Secret), KeyError> {
        if new.bounds.origins.is_empty() {
            return Err(unfit("/allowedOrigins", "is needed for a publishable key"));
        }
        if !new.scopes.is_empty() {
            return Err(unfit("/scopes", "must be empty for a publishable key"));
        }
        let secret = Secret::make_publishable(random)?;
        let (key, _) = Self::make(new, now, random)?;
        Ok((key.shown_as(KeyKind::Publishable, &secret), secret))
    }

    /// The portal's own key, for the pages of `origins`.
    ///
    /// # Errors
    /// Those of [`Key::make`].
    pub fn of_portal(origins: Origins, now: Time, random: &Random) -> Result<Self, KeyError> {
        let new = NewKey {
            owner: UserId::ADMINISTRATOR,
            name: "portal".to_owned(),
            description: Some("Built in: the portal signs people in with it.".to_owned()),
            environment: Environment::Live,
            scopes: Scopes::NONE,
            tier: None,
            ends: End::Never,
            labels: Labels::default(),
            bounds: Bounds { origins, ..Bounds::default() },
            parent: None,
        };
        let (key, _) = Self::make(new, now, random)?;
        Ok(Self { id: KeyId::PORTAL, ..key.shown_as(KeyKind::Publishable, &Secret::of_portal()) })
    }

    /// A token cannot be called back to be written anew: what stands in it, its scopes and its end, only narrows.
    ///
    /// # Errors
    /// [`KeyError::Unfit`] where the change gives a signed key more than its token says.
    pub(super) fn keep_to_token(&self, change: &KeyChange) -> Result<(), KeyError> {
        if self.kind != KeyKind::Signed {
            return self.keep_publishable(change);
        }
        if change.scopes.is_some_and(|scopes| !self.scopes.covers(scopes)) {
            return Err(unfit("/scopes", "of a signed key can only be narrowed"));
        }
        let later = |end: Option<Time>| end.is_none_or(|end| self.expires_at.is_some_and(|last| end > last));
        if change.expires_at.is_some_and(later) {
            return Err(unfit("/expiresAt", "of a signed key can only come earlier"));
        }
        Ok(())
    }

    fn keep_publishable(&self, change: &KeyChange) -> Result<(), KeyError> {
        if self.kind == KeyKind::Publishable && change.origins.as_ref().is_some_and(Origins::is_empty) {
            return Err(unfit("/allowedOrigins", "is needed for a publishable key"));
        }
        let gains = self.kind == KeyKind::Publishable && change.scopes.is_some_and(|scopes| !scopes.is_empty());
        if gains { Err(unfit("/scopes", "must be empty for a publishable key")) } else { Ok(()) }
    }

    /// The same key, found by another secret.
    pub(super) fn shown_as(self, kind: KeyKind, secret: &Secret) -> Self {
        Self { kind, hash: secret.hash(), display: secret.display(), ..self }
    }
}

impl Draft {
    /// A signed key of that form, all but its signature.
    ///
    /// # Errors
    /// [`KeyError::Unfit`] where it would live for more than a year; those of [`Key::make`].
    pub fn new(mut new: NewKey, form: SignedForm, now: Time, random: &Random) -> Result<Self, KeyError> {
        let end = match new.ends.moment(now)? {
            None => now.plus(SIGNED_LIFE),
            Some(end) if end <= now.plus(SIGNED_LIFE_AT_MOST) => end,
            Some(_) => {
                let pointer = if matches!(new.ends, End::In(_)) { "/expiresInSeconds" } else { "/expiresAt" };
                return Err(unfit(pointer, "may be 365 days away at most for a signed key"));
            }
        };
        // A token counts in seconds: the key ends with it, and not within the second after.
        new.ends = End::At(Time::from_ms(end.seconds().saturating_mul(1000)));
        let (key, _) = Key::make(new, now, random)?;
        Ok(Self { key, form })
    }

    /// How it is to be signed.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        self.form.algorithm
    }

    /// `kid`.
    #[must_use]
    pub const fn key_id(&self) -> &KeyId {
        &self.key.id
    }

    /// What the token says, as a token of the server at `base`. `token_id` is its `jti`.
    #[must_use]
    pub fn claims(&self, base: &str, token_id: &str) -> Map<String, Value> {
        let key = &self.key;
        let standard = [
            ("iss", json!(issuer(base, &key.id))),
            ("sub", json!(key.owner.as_str())),
            ("aud", json!(self.form.audience)),
            ("iat", json!(key.created_at.seconds())),
            ("exp", json!(key.expires_at.map(Time::seconds))),
            ("scope", json!(key.scopes.to_string())),
            ("jti", json!(token_id)),
        ];
        let standard = standard.into_iter().map(|(name, value)| (name.to_owned(), value));
        standard.chain(self.form.claims.0.clone()).collect()
    }

    /// The key, now that it is signed.
    #[must_use]
    pub fn finish(self, token: String, public_jwk: String) -> (Key, Secret) {
        let secret = Secret::signed(token);
        let SignedForm { audience, algorithm, claims } = self.form;
        let signed = Signed { algorithm: algorithm.name().to_owned(), audience, claims, public_jwk };
        (Key { signed: Some(signed), ..self.key.shown_as(KeyKind::Signed, &secret) }, secret)
    }
}

/// `iss` of a key's token: where its public half is published.
#[must_use]
pub fn issuer(base: &str, id: &KeyId) -> String {
    format!("{base}/jwks/{id}")
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;

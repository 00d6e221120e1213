//! Access tokens (`at+jwt`, RFC 9068): how they are made, and the one strict verifier.
//!
//! The library checks the signature alone. Its own claim checks accept too much (SECURITY.md 1), and they read the
//! machine's clock instead of the application's; so every rule stands here: S23 to S27, S31.

use std::collections::HashMap;
use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::AuthError;
use super::jws::{Compact, present};
use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;

/// How long an access token lives.
pub const LIFETIME: Duration = Duration::from_secs(LIFETIME_SECONDS.unsigned_abs());
const LIFETIME_SECONDS: i64 = 15 * 60;
/// How far the clocks of two machines may be apart (S31). It never lengthens a token's life.
pub(super) const SKEW_SECONDS: i64 = 30;
const TYPE: &str = "at+jwt";

/// Makes and verifies access tokens.
pub struct AccessTokens {
    /// `iss` and `aud`.
    issuer: String,
    /// From when on which `kid` signs, newest first.
    signs: Vec<(Time, String, EncodingKey)>,
    /// Every `kid` that is published. Each is used with one algorithm, ES256.
    verifies: HashMap<String, DecodingKey>,
}

/// What a token says once it is believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessClaims {
    /// `sub`
    pub user: UserId,
    /// What it lives and dies with.
    pub holder: Holder,
    /// `scope`
    pub scopes: Scopes,
}

/// What an access token lives and dies with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A session: `sid`.
    Session(SessionId),
    /// A key that was turned into the token: `client_id`, and no `sid`.
    Key(KeyId),
}

/// A token that is ours and in time, with what only its own revocation and its introspection ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// What it says.
    pub claims: AccessClaims,
    /// `client_id`
    pub client: String,
    /// `jti`
    pub token_id: String,
    /// `iat`, in seconds since 1970.
    pub issued_at: i64,
    /// `exp`, in seconds since 1970.
    pub expires_at: i64,
}

/// What a new token is to say.
#[derive(Debug)]
pub struct NewAccess<'a> {
    /// Whose it is and what it may do.
    pub claims: AccessClaims,
    /// The key that was sent along when the session began, or our own clients together.
    pub client: &'a str,
    /// `jti`, unlike any other's.
    pub token_id: String,
    /// When the session or the key ends, if it does: no token outlives it.
    pub ends: Option<Time>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    nbf: Option<i64>,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "present")]
    sid: Option<String>,
    scope: String,
}

impl Claims {
    fn read(self) -> Option<AccessToken> {
        let holder = match &self.sid {
            Some(session) => Holder::Session(session.parse().ok()?),
            None => Holder::Key(self.client_id.parse().ok()?),
        };
        let claims = AccessClaims { user: self.sub.parse().ok()?, holder, scopes: self.scope.parse().ok()? };
        let Self { client_id: client, jti: token_id, iat: issued_at, exp: expires_at, .. } = self;
        Some(AccessToken { claims, client, token_id, issued_at, expires_at })
    }
}

impl AccessTokens {
    /// For tokens of `issuer`, signed by the first of `signs` whose time has come and verified by every key in `verifies`.
    #[must_use]
    pub const fn new(
        issuer: String,
        signs: Vec<(Time, String, EncodingKey)>,
        verifies: HashMap<String, DecodingKey>,
    ) -> Self {
        Self { issuer, signs, verifies }
    }

    /// A signed token, and the seconds that it lives.
    ///
    /// # Errors
    /// The library's, which no token of ours should cause.
    pub fn sign(&self, new: &NewAccess<'_>, now: Time) -> Result<(String, i32), jsonwebtoken::errors::Error> {
        let latest = now.plus(LIFETIME);
        let expires = new.ends.map_or(latest, |ends| ends.min(latest));
        let sid = match new.claims.holder {
            Holder::Session(session) => Some(session.to_string()),
            Holder::Key(_) => None,
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub: new.claims.user.to_string(),
            client_id: new.client.to_owned(),
            iat: now.seconds(),
            exp: expires.seconds(),
            nbf: None,
            jti: new.token_id.clone(),
            sid,
            scope: new.claims.scopes.to_string(),
        };
        let ripe = self.signs.iter().find(|(from, ..)| *from <= now).or_else(|| self.signs.last());
        let (_, kid, key) = ripe.ok_or(jsonwebtoken::errors::ErrorKind::InvalidEcdsaKey)?;
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, key)?;
        Ok((token, i32::try_from(claims.exp - claims.iat).unwrap_or_default()))
    }

    /// A token, if it is ours and good at `now`. Whether its session or its key still lives is asked elsewhere.
    ///
    /// # Errors
    /// [`AuthError::ExpiredToken`] for one that was good; [`AuthError::InvalidToken`] for everything else.
    pub fn verify(&self, token: &str, now: Time) -> Result<AccessToken, AuthError> {
        let claims = self.believe(token, now).ok_or(AuthError::InvalidToken)?;
        if claims.exp <= now.seconds() {
            return Err(AuthError::ExpiredToken);
        }
        claims.read().ok_or(AuthError::InvalidToken)
    }

    /// Whether a token says that a key signed it which is not known here.
    #[must_use]
    pub fn is_of_unknown_key(&self, token: &str) -> bool {
        let token = Compact::parse(token);
        let kid = token.as_ref().and_then(|token| token.text("kid"));
        kid.is_some_and(|kid| !self.verifies.contains_key(kid))
    }

    fn believe(&self, token: &str, now: Time) -> Option<Claims> {
        let token = Compact::parse(token)?;
        let key = self.key_for(&token)?;
        if !jsonwebtoken::crypto::verify(token.signature, token.signed.as_bytes(), key, Algorithm::ES256).ok()? {
            return None;
        }
        let claims: Claims = serde_json::from_value(Value::Object(token.payload()?)).ok()?;
        let latest = now.seconds() + SKEW_SECONDS;
        let ours = claims.iss == self.issuer && claims.aud == self.issuer;
        let life = claims.exp.checked_sub(claims.iat)?;
        let begun = claims.iat <= latest && claims.nbf.is_none_or(|nbf| nbf <= latest);
        let in_time = begun && (1..=LIFETIME_SECONDS).contains(&life);
        let complete = !claims.jti.is_empty() && !claims.client_id.is_empty();
        (ours && in_time && complete).then_some(claims)
    }

    /// The key that the header names, if the header says what ours say.
    fn key_for(&self, token: &Compact<'_>) -> Option<&DecodingKey> {
        let typed = token.text("typ").is_some_and(|typ| typ == TYPE || typ == "application/at+jwt");
        let key = self.verifies.get(token.text("kid")?)?;
        (typed && token.is_plain() && token.text("alg") == Some("ES256")).then_some(key)
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "access_token_tests.rs"]
mod tests;

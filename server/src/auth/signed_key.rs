//! Signed keys (`apikey+jwt`): how keys of every form are made, and the one strict verifier of those that are tokens.
//!
//! The server verifies them with the public half in its own database, never over the network (S37). A token is found by its
//! hash, as every key is, so that what is found is to the byte what was given out; and is verified all the same.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::Jwk;
use serde::Deserialize;
use serde_json::Value;

use super::access_token::SKEW_SECONDS;
use super::jws::{Compact, present};
use super::key_pair::KeyPair;
use super::{Auth, FoundKey};
use crate::domain::ids::KeyId;
use crate::domain::keys::{Draft, Form, Key, KeyError, KeyHash, KeyKind, NewKey, Secret, Signed, issuer};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::store::StoreError;

/// `typ`: nothing else is a signed key, and a signed key is nothing else (S25).
pub(super) const TYPE: &str = "apikey+jwt";
const LONGEST_LIFE_SECONDS: i64 = 365 * 24 * 3600;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(default, deserialize_with = "present")]
    nbf: Option<i64>,
    scope: String,
    jti: String,
}

impl Auth {
    /// A new key of that form, and what it is presented as. Nothing is kept yet.
    ///
    /// # Errors
    /// [`KeyError`]: what the form does not allow.
    pub async fn make_key(&self, new: NewKey, form: Form, now: Time) -> Result<(Key, Secret), KeyError> {
        match form {
            Form::Secret => Key::make(new, now, &self.random),
            Form::Publishable => Key::make_publishable(new, now, &self.random),
            Form::Signed(form) => {
                let draft = Draft::new(new, *form, now, &self.random)?;
                let token_id = URL_SAFE_NO_PAD.encode(self.random.bytes::<16>()?);
                KeyPair::generate(draft.algorithm()).await?.finish(draft, &self.public_url, &token_id)
            }
        }
    }

    /// The key that was presented as `text`, whatever its state and whoever it is for; each use checks that.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn find_key(&self, text: &str) -> Result<Option<Arc<FoundKey>>, StoreError> {
        if let Some(hash) = Secret::parse(text) {
            let found = self.of_hash(&hash).await?;
            return Ok(found.filter(|found| found.found.key.kind != KeyKind::Signed));
        }
        let Some((token, id)) = signed(text) else { return Ok(None) };
        let Some(found) = self.of_hash(&KeyHash::of(text)).await? else { return Ok(None) };
        let key = &found.found.key;
        let good = key.id == id && is_good(&token, key, &self.public_url, self.clock.now());
        Ok(good.then_some(found))
    }

    /// Whether a key is for this API: a signed one may be for another, to which alone it is then good.
    #[must_use]
    pub(super) fn is_for_us(&self, key: &Key) -> bool {
        key.signed.as_ref().is_none_or(|signed| signed.audience == self.public_url)
    }
}

/// Whether `text` is meant as a key and not as an access token.
#[must_use]
pub fn is_meant_as_key(text: &str) -> bool {
    text.starts_with("gp_") || signed(text).is_some()
}

/// A token that says it is a signed key, and the key that it names.
fn signed(text: &str) -> Option<(Compact<'_>, KeyId)> {
    let token = Compact::parse(text).filter(|token| token.text("typ") == Some(TYPE))?;
    let id = token.text("kid")?.parse().ok()?;
    Some((token, id))
}

/// The one verifier: whether `token` is what the server at `base` signed for `key`. Whether the key lives is asked
/// elsewhere; its end is never after the token's.
fn is_good(token: &Compact<'_>, key: &Key, base: &str, now: Time) -> bool {
    let Some(signed) = key.signed.as_ref().filter(|_| key.kind == KeyKind::Signed) else { return false };
    is_signed_by(token, key, signed) && claims(token).is_some_and(|claims| claims.fit(key, signed, base, now))
}

fn is_signed_by(token: &Compact<'_>, key: &Key, signed: &Signed) -> bool {
    let names_it = token.text("alg") == Some(&signed.algorithm) && token.text("kid") == Some(key.id.as_str());
    let verify = || {
        let jwk: Jwk = serde_json::from_str(&signed.public_jwk).ok()?;
        let public = DecodingKey::from_jwk(&jwk).ok()?;
        let algorithm = signed.algorithm.parse().ok()?;
        jsonwebtoken::crypto::verify(token.signature, token.signed.as_bytes(), &public, algorithm).ok()
    };
    names_it && token.is_plain() && verify().unwrap_or(false)
}

fn claims(token: &Compact<'_>) -> Option<Claims> {
    serde_json::from_value(Value::Object(token.payload()?)).ok()
}

impl Claims {
    /// Every claim against the key that the store has; addresses to the byte (S38, S40).
    fn fit(&self, key: &Key, signed: &Signed, base: &str, now: Time) -> bool {
        let latest = now.seconds().saturating_add(SKEW_SECONDS);
        let whose = self.iss == issuer(base, &key.id) && self.sub == key.owner.as_str();
        let life = self.exp.checked_sub(self.iat).is_some_and(|life| (1..=LONGEST_LIFE_SECONDS).contains(&life));
        let begun = self.iat <= latest && self.nbf.is_none_or(|nbf| nbf <= latest);
        let ends = key.expires_at.is_some_and(|end| end.seconds() <= self.exp);
        let rights = self.scope.parse::<Scopes>().is_ok_and(|scopes| scopes.covers(key.scopes));
        whose && self.aud == signed.audience && life && begun && ends && rights && !self.jti.is_empty()
    }
}

#[cfg(test)]
#[path = "signed_key_tests.rs"]
mod tests;

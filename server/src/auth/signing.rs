//! The ES256 key pairs of access tokens: made once for all processes, sealed in the database, published as a JWK Set,
//! and replaced in time (`domain::signing` says when).

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::StartError;
use super::access_token::{AccessTokens, LIFETIME};
use crate::domain::signing::{self, PUBLISHED_AFTER};
use crate::domain::time::Time;
use crate::random::Random;
use crate::seal::Sealer;
use crate::store::StoreError;
use crate::store::signing_keys::SigningKeyRow;

const _: () = assert!(PUBLISHED_AFTER.as_secs() > LIFETIME.as_secs(), "a key outlives its tokens");
/// How often an unknown `kid` may make a process look at the store.
const LOOK_EVERY_MS: u64 = 5_000;

/// What the set publishes of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// RFC 7638 thumbprint.
    pub kid: String,
    /// X coordinate, base64url.
    pub x: String,
    /// Y coordinate, base64url.
    pub y: String,
}

/// The keys as this process knows them.
#[derive(Debug)]
pub struct Signing {
    pub(super) sealer: Sealer,
    issuer: String,
    known: RwLock<Arc<KeySet>>,
    looked_ms: AtomicI64,
}

/// The keys of one moment.
#[derive(Debug)]
pub struct KeySet {
    /// What makes and verifies tokens.
    pub tokens: AccessTokens,
    rows: Vec<SigningKeyRow>,
}

impl Signing {
    /// For tokens of `issuer` with these keys, newest first.
    pub fn new(rows: Vec<SigningKeyRow>, sealer: Sealer, issuer: String, now: Time) -> Result<Self, StartError> {
        let known = RwLock::new(Arc::new(KeySet::new(rows, &sealer, &issuer, now)?));
        Ok(Self { sealer, issuer, known, looked_ms: AtomicI64::new(0) })
    }

    /// The keys.
    pub fn known(&self) -> Arc<KeySet> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes the store's keys for these, if they have changed.
    pub fn learn(&self, rows: Vec<SigningKeyRow>, now: Time) -> Result<(), StartError> {
        if self.known().rows == rows {
            return Ok(());
        }
        let set = Arc::new(KeySet::new(rows, &self.sealer, &self.issuer, now)?);
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = set;
        Ok(())
    }

    /// Whether an unknown `kid` is worth a look at the store now: nobody can make a process look all the time.
    pub fn may_look(&self, now: Time) -> bool {
        let looked = self.looked_ms.load(Ordering::Relaxed);
        now.ms().abs_diff(looked) >= LOOK_EVERY_MS
            && self.looked_ms.compare_exchange(looked, now.ms(), Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }
}

impl KeySet {
    /// Ready to sign with each key whose time is now or to come, and to verify with all of them.
    fn new(rows: Vec<SigningKeyRow>, sealer: &Sealer, issuer: &str, now: Time) -> Result<Self, StartError> {
        let from: Vec<Time> = rows.iter().map(|row| row.signs_from).collect();
        let oldest = signing::signer(&from, now).ok_or(StartError::NoKeyPair)?;
        let mut signs = Vec::new();
        for row in rows.iter().take(oldest + 1) {
            let pkcs8 = sealer.open(&row.sealed, &context(&row.id))?;
            signs.push((row.signs_from, row.id.clone(), EncodingKey::from_ec_der(&pkcs8)));
        }
        let verifies: Result<HashMap<_, _>, _> = rows
            .iter()
            .map(|row| Ok((row.id.clone(), DecodingKey::from_ec_components(&row.public_x, &row.public_y)?)))
            .collect();
        let verifies = verifies.map_err(|_: jsonwebtoken::errors::Error| StartError::NoKeyPair)?;
        Ok(Self { tokens: AccessTokens::new(issuer.to_owned(), signs, verifies), rows })
    }

    /// What is published of them, newest first.
    pub fn published(&self) -> Vec<PublicKey> {
        let public =
            |row: &SigningKeyRow| PublicKey { kid: row.id.clone(), x: row.public_x.clone(), y: row.public_y.clone() };
        self.rows.iter().map(public).collect()
    }
}

/// A new key pair, which signs from that moment on.
pub(super) fn make(
    sealer: &Sealer,
    (now, signs_from): (Time, Time),
    random: &Random,
) -> Result<SigningKeyRow, StartError> {
    // aws-lc draws an EC key from its own generator, which the operating system's randomness seeds; it takes no other.
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new())
        .map_err(|_| StartError::NoKeyPair)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref())
        .map_err(|_| StartError::NoKeyPair)?;
    // An uncompressed point: 04, then both coordinates.
    let (x, y) = pair
        .public_key()
        .as_ref()
        .get(1..)
        .and_then(|point| point.split_at_checked(32))
        .ok_or(StartError::NoKeyPair)?;
    let (public_x, public_y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let id = thumbprint(&public_x, &public_y);
    let sealed = sealer.seal(pkcs8.as_ref(), &context(&id), random)?;
    Ok(SigningKeyRow { id, public_x, public_y, sealed, created_at: now, signs_from })
}

/// RFC 7638: the SHA-256 of the required members in their order, without white space.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
}

/// What a key pair's sealed half is bound to.
pub(super) fn context(id: &str) -> String {
    format!("signing_keys {id}")
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s29_the_kid_is_the_thumbprint_of_rfc_7638() {
        // The P-256 key of RFC 7515, appendix A.3, and its thumbprint as PyJWT and jose compute it.
        let id =
            thumbprint("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
        assert_eq!(id, "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
    }
}

//! Sealing: AES-256-GCM for what the store keeps and nobody else may read.
//!
//! What is sealed is bound to a context (which thing it is and of whom), so that it cannot be moved to another row.
//! It must not know what it seals. Keys are derived from a secret and a purpose with HKDF-SHA256.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use thiserror::Error;

use crate::random::{NoRandomness, Random};

/// One or more keys: the first seals, all of them open.
pub struct Sealer(Vec<LessSafeKey>);

/// How far sealing anew came, after a rotation of the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Resealed {
    /// Sealed anew.
    pub done: u64,
    /// Not opened by any key; the log names each.
    pub left: u64,
}

/// What can go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SealError {
    /// No key opens it, or it belongs to another context, or it was changed.
    #[error("no SECRET_KEY opens what is sealed")]
    Closed,
    /// There is no key to seal with.
    #[error("there is no SECRET_KEY")]
    NoKey,
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Sealer {
    /// Keys for one purpose from these secrets, in their order.
    #[must_use]
    pub fn new(secrets: &[SecretString], purpose: &str) -> Self {
        let key = |bytes: [u8; 32]| UnboundKey::new(&AES_256_GCM, &bytes).ok().map(LessSafeKey::new);
        Self(keys(secrets, purpose).into_iter().filter_map(key).collect())
    }

    /// One key, which is there already.
    #[must_use]
    pub fn of(key: &[u8; 32]) -> Self {
        Self(UnboundKey::new(&AES_256_GCM, key).ok().map(LessSafeKey::new).into_iter().collect())
    }

    /// Seals `plain` for `context`: text for a column.
    ///
    /// # Errors
    /// [`SealError::NoKey`], or no randomness.
    pub fn seal(&self, plain: &[u8], context: &str, random: &Random) -> Result<String, SealError> {
        let key = self.0.first().ok_or(SealError::NoKey)?;
        let nonce = random.bytes::<NONCE_LEN>()?;
        let mut bytes = plain.to_vec();
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut bytes)
            .map_err(|_| SealError::NoKey)?;
        Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat()))
    }

    /// Whether the key that seals now has sealed this for `context`.
    #[must_use]
    pub fn is_newest(&self, sealed: &str, context: &str) -> bool {
        self.0.first().is_some_and(|key| open(key, sealed, context).is_some())
    }

    /// What was sealed for `context`, sealed anew with the first key; `None` where it stands under that already.
    ///
    /// # Errors
    /// [`SealError::Closed`] where no key opens it; no randomness.
    pub fn reseal(&self, sealed: &str, context: &str, random: &Random) -> Result<Option<String>, SealError> {
        if self.is_newest(sealed, context) {
            return Ok(None);
        }
        self.seal(&self.open(sealed, context)?, context, random).map(Some)
    }

    /// Opens what was sealed for `context`.
    ///
    /// # Errors
    /// [`SealError::Closed`].
    pub fn open(&self, sealed: &str, context: &str) -> Result<Vec<u8>, SealError> {
        self.0.iter().find_map(|key| open(key, sealed, context)).ok_or(SealError::Closed)
    }
}

fn open(key: &LessSafeKey, sealed: &str, context: &str) -> Option<Vec<u8>> {
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let (nonce, body) = bytes.split_first_chunk::<NONCE_LEN>()?;
    let mut body = body.to_vec();
    let plain = key.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut body).ok()?;
    Some(plain.to_vec())
}

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer")
    }
}

/// Keys for one purpose from these secrets, in their order, for who seals by himself (the portal).
#[must_use]
pub fn keys(secrets: &[SecretString], purpose: &str) -> Vec<[u8; 32]> {
    secrets.iter().filter_map(|secret| derive(secret.expose_secret(), purpose)).collect()
}

fn derive(secret: &str, purpose: &str) -> Option<[u8; 32]> {
    let root = Salt::new(HKDF_SHA256, b"gatepost seal v1").extract(secret.as_bytes());
    let mut key = [0; 32];
    root.expand(&[purpose.as_bytes()], HKDF_SHA256).ok()?.fill(&mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(secrets: &[&str]) -> Sealer {
        let secrets: Vec<SecretString> = secrets.iter().map(|secret| (*secret).into()).collect();
        Sealer::new(&secrets, "test")
    }

    #[test]
    fn only_its_key_and_its_context_open_it() {
        let random = Random::default();
        let sealed = sealer(&["old"]).seal(b"private", "row 1", &random).unwrap();

        assert_eq!(sealer(&["old"]).open(&sealed, "row 1").unwrap(), b"private");
        assert_eq!(sealer(&["new", "old"]).open(&sealed, "row 1").unwrap(), b"private");
        assert_eq!(sealer(&["old"]).open(&sealed, "row 2"), Err(SealError::Closed));
        assert_eq!(sealer(&["new"]).open(&sealed, "row 1"), Err(SealError::Closed));
        assert_eq!(Sealer::new(&["old".into()], "other").open(&sealed, "row 1"), Err(SealError::Closed));
        assert_eq!(sealer(&["old"]).open("", "row 1"), Err(SealError::Closed));
    }

    #[test]
    fn sealing_anew_moves_to_the_first_key_once() {
        let random = Random::default();
        let sealed = sealer(&["old"]).seal(b"private", "row 1", &random).unwrap();
        let both = sealer(&["new", "old"]);

        let moved = both.reseal(&sealed, "row 1", &random).unwrap().unwrap();
        assert_eq!(sealer(&["new"]).open(&moved, "row 1").unwrap(), b"private");
        assert_eq!(both.reseal(&moved, "row 1", &random), Ok(None));
        assert_eq!(both.reseal(&sealed, "row 2", &random), Err(SealError::Closed));
    }

    #[test]
    fn the_same_plain_text_is_never_sealed_alike() {
        let random = Random::default();
        let sealer = sealer(&["key"]);

        assert_ne!(sealer.seal(b"x", "", &random).unwrap(), sealer.seal(b"x", "", &random).unwrap());
    }
}

//! The key pair of one signed key: made, used once, gone.
//!
//! The private half stays inside aws-lc from its making to its end: it is never written out as bytes, and what aws-lc
//! frees it overwrites first (S36). It draws a pair from its own generator, which the operating system's randomness seeds;
//! it takes no other.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use crate::domain::ids::KeyId;
use crate::domain::keys::{Algorithm, Draft, Key, KeyError, Secret};

/// Both halves.
pub(super) enum KeyPair {
    Es256(EcdsaKeyPair),
    Rs256(Box<rsa::KeyPair>),
}

impl KeyPair {
    /// A new pair. An RSA pair takes a tenth of a second of a processor, so it is made where that holds nobody up.
    pub async fn generate(algorithm: Algorithm) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING)
                .map(Self::Es256)
                .map_err(|_| KeyError::NoKeyPair),
            Algorithm::Rs256 => tokio::task::spawn_blocking(|| rsa::KeyPair::generate(KeySize::Rsa2048))
                .await
                .map_err(|_| KeyError::NoKeyPair)?
                .map(|pair| Self::Rs256(Box::new(pair)))
                .map_err(|_| KeyError::NoKeyPair),
        }
    }

    /// Signs the draft, and is gone: the key with its public half, and the token.
    pub fn finish(self, draft: Draft, base: &str, token_id: &str) -> Result<(Key, Secret), KeyError> {
        let header =
            json!({ "alg": draft.algorithm().name(), "typ": super::signed_key::TYPE, "kid": draft.key_id().as_str() });
        let token = self.token(&header, &Value::Object(draft.claims(base, token_id)))?;
        let jwk = self.jwk(draft.algorithm(), draft.key_id())?;
        Ok(draft.finish(token, jwk.to_string()))
    }

    /// The compact form (RFC 7515, 7.1).
    pub fn token(&self, header: &Value, claims: &Value) -> Result<String, KeyError> {
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(header), encode(claims));
        let signature = self.sign(signed.as_bytes())?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            Self::Es256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| KeyError::NoKeyPair)?;
                Ok(signature.as_ref().to_vec())
            }
            Self::Rs256(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
                    .map_err(|_| KeyError::NoKeyPair)?;
                Ok(signature)
            }
        }
    }

    /// The public half (RFC 7517, RFC 7518).
    pub fn jwk(&self, algorithm: Algorithm, id: &KeyId) -> Result<Value, KeyError> {
        let text = |bytes: &[u8]| json!(URL_SAFE_NO_PAD.encode(bytes));
        let mut jwk = Map::from_iter([
            ("use".to_owned(), json!("sig")),
            ("alg".to_owned(), json!(algorithm.name())),
            ("kid".to_owned(), json!(id.as_str())),
        ]);
        let mut set = |name: &str, value: Value| jwk.insert(name.to_owned(), value);
        match self {
            Self::Es256(pair) => {
                // An uncompressed point: 04, then both coordinates.
                let point = pair.public_key().as_ref().get(1..).and_then(|point| point.split_at_checked(32));
                let (x, y) = point.ok_or(KeyError::NoKeyPair)?;
                set("kty", json!("EC"));
                set("crv", json!("P-256"));
                set("x", text(x));
                set("y", text(y));
            }
            Self::Rs256(pair) => {
                let public = pair.public_key();
                set("kty", json!("RSA"));
                set("n", text(public.modulus().big_endian_without_leading_zero()));
                set("e", text(public.exponent().big_endian_without_leading_zero()));
            }
        }
        Ok(Value::Object(jwk))
    }

    /// The private scalar, for the test that looks for it where it must not be.
    #[cfg(test)]
    pub fn scalar(&self) -> Vec<u8> {
        use aws_lc_rs::encoding::AsBigEndian as _;
        match self {
            Self::Es256(pair) => {
                pair.private_key().as_be_bytes().map(|bytes| bytes.as_ref().to_vec()).unwrap_or_default()
            }
            Self::Rs256(_) => Vec::new(),
        }
    }
}

/// It shows nothing.
impl std::fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyPair")
    }
}

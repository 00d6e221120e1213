//! The ES256 key pairs of access tokens: made once for all processes, sealed in the database, published as a JWK Set.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};

use super::StartError;
use super::access_token::AccessTokens;
use crate::domain::time::Time;
use crate::random::Random;
use crate::seal::Sealer;
use crate::store::signing_keys::{self, SigningKeyRow};
use crate::store::{StoreError, Tx};

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

/// The database's key pairs; the first one is made where there is none. The caller's transaction holds the lock under
/// which processes start one after another.
pub(super) async fn load_or_make(
    tx: &mut Tx,
    sealer: &Sealer,
    now: Time,
    random: &Random,
) -> Result<Vec<SigningKeyRow>, StartError> {
    let known = signing_keys::list(tx).await?;
    if !known.is_empty() {
        return Ok(known);
    }
    let made = make(sealer, now, random)?;
    signing_keys::insert(tx, &made).await?;
    Ok(vec![made])
}

fn make(sealer: &Sealer, now: Time, random: &Random) -> Result<SigningKeyRow, StartError> {
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
    Ok(SigningKeyRow { id, public_x, public_y, sealed, created_at: now })
}

/// RFC 7638: the SHA-256 of the required members in their order, without white space.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, members.as_bytes()))
}

fn context(id: &str) -> String {
    format!("signing_keys {id}")
}

/// Ready to sign with the newest pair and to verify with all of them.
pub(super) fn tokens(rows: &[SigningKeyRow], sealer: &Sealer, issuer: String) -> Result<AccessTokens, StartError> {
    let newest = rows.first().ok_or(StartError::NoKeyPair)?;
    let pkcs8 = sealer.open(&newest.sealed, &context(&newest.id))?;
    let signs = (newest.id.clone(), EncodingKey::from_ec_der(&pkcs8));
    let verifies: Result<HashMap<_, _>, _> = rows
        .iter()
        .map(|row| Ok((row.id.clone(), DecodingKey::from_ec_components(&row.public_x, &row.public_y)?)))
        .collect();
    Ok(AccessTokens::new(issuer, signs, verifies.map_err(|_: jsonwebtoken::errors::Error| StartError::NoKeyPair)?))
}

/// What is published of them.
pub(super) fn public(rows: Vec<SigningKeyRow>) -> Vec<PublicKey> {
    rows.into_iter().map(|row| PublicKey { kid: row.id, x: row.public_x, y: row.public_y }).collect()
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

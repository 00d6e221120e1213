//! Public keys out of a JWK set, and checking signatures with them.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The two algorithms of signed keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Es256,
    Rs256,
}

impl Algorithm {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            _ => None,
        }
    }
}

/// A key that checks signatures of one algorithm.
#[derive(Debug)]
pub(super) struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    pub(super) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(super) fn has_signed(&self, signed: &str, signature: &[u8]) -> bool {
        self.key.verify_sig(signed.as_bytes(), signature).is_ok()
    }

    /// `None` where it is not one for checking signatures with the algorithm that it names.
    fn read(jwk: &Map<String, Value>) -> Option<Self> {
        let verifies = |operations: &Value| operations.as_array().is_some_and(|list| list.contains(&"verify".into()));
        if PRIVATE.iter().any(|member| jwk.contains_key(*member))
            || jwk.get("use").is_some_and(|use_| use_ != "sig")
            || !jwk.get("key_ops").is_none_or(verifies)
        {
            return None;
        }
        let is = |name: &str, value: &str| jwk.get(name).is_some_and(|found| found == value);
        let algorithm = Algorithm::named(jwk.get("alg")?.as_str()?)?;
        let key = match algorithm {
            Algorithm::Es256 if is("kty", "EC") && is("crv", "P-256") => elliptic(jwk)?,
            Algorithm::Rs256 if is("kty", "RSA") => rsa(jwk)?,
            _ => return None,
        };
        Some(Self { algorithm, key })
    }
}

/// Who publishes one of these has given the key away.
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// What a set says of one key.
pub(super) enum Found {
    /// It is there.
    Key(PublicKey),
    /// It is there, and cannot be used.
    Unusable,
    /// It is not there.
    Missing,
}

/// The key of that id; `None` where the body is no JWK set.
pub(super) fn find(body: &[u8], key_id: &str) -> Option<Found> {
    let document: Value = serde_json::from_slice(body).ok()?;
    let keys = document.get("keys")?.as_array()?;
    let mut named = keys.iter().filter(|jwk| jwk.get("kid").is_some_and(|kid| kid == key_id));
    let Some(first) = named.next() else { return Some(Found::Missing) };
    let key = first.as_object().filter(|_| named.next().is_none()).and_then(PublicKey::read);
    Some(key.map_or(Found::Unusable, Found::Key))
}

/// The uncompressed point; one that is not on the curve is refused here.
fn elliptic(jwk: &Map<String, Value>) -> Option<ParsedPublicKey> {
    let coordinate = |name| member(jwk, name).filter(|bytes| bytes.len() == 32);
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()
}

fn rsa(jwk: &Map<String, Value>) -> Option<ParsedPublicKey> {
    let components = RsaPublicKeyComponents { n: member(jwk, "n")?, e: member(jwk, "e")? };
    let bits = components.n.len() * 8 - usize::try_from(components.n.first()?.leading_zeros()).ok()?;
    if !(2048..=8192).contains(&bits) {
        return None;
    }
    ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, components.as_der().ok()?.as_ref()).ok()
}

fn member(jwk: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(jwk.get(name)?.as_str()?).ok()
}

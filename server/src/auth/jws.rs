//! The compact form of a signed token (RFC 7515, 7.1), read strictly: S26, S27.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::distinct::Distinct;

/// The most bytes that a token may have.
const LONGEST: usize = 8 * 1024;

/// A token that nobody has believed yet.
#[derive(Debug)]
pub(super) struct Compact<'a> {
    /// What is signed.
    pub signed: &'a str,
    /// The protected header.
    pub header: Map<String, Value>,
    payload: &'a str,
    /// The signature, base64url.
    pub signature: &'a str,
}

impl<'a> Compact<'a> {
    /// Base64url characters and two dots, nothing else; a header that is an object and names nothing twice.
    pub fn parse(token: &'a str) -> Option<Self> {
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if token.len() > LONGEST || !token.bytes().all(is_letter) {
            return None;
        }
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, payload) = signed.split_once('.')?;
        let whole = !payload.contains('.') && !signature.is_empty();
        whole.then_some(())?;
        Some(Self { signed, header: object(header)?, payload, signature })
    }

    /// A member of the header that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }

    /// Whether the header declares nothing critical and changes nothing about how the token is read. What else it says
    /// (`jku`, `jwk`, `x5c`) is not looked at.
    pub fn is_plain(&self) -> bool {
        ["crit", "b64", "zip"].iter().all(|name| !self.header.contains_key(*name))
    }

    /// The payload, if it is an object that names nothing twice.
    pub fn payload(&self) -> Option<Map<String, Value>> {
        object(self.payload)
    }
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
    match serde_json::from_slice(&bytes).ok()? {
        Distinct(Value::Object(object)) => Some(object),
        Distinct(_) => None,
    }
}

/// For a claim that may be left out and is no null where it stands.
pub(super) fn present<'de, D: serde::Deserializer<'de>, T: serde::Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

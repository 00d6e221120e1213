//! Reports of leaked keys, in the form of GitHub's secret scanning partner program, and the keys that they are signed with.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use thiserror::Error;

/// The public keys of whoever may report: ECDSA with P-256, each by the name that a report calls it.
#[derive(Debug, Clone, Default)]
pub struct ReportKeys(Vec<ReportKey>);

#[derive(Debug, Clone)]
struct ReportKey {
    name: String,
    /// SubjectPublicKeyInfo in DER.
    public: Vec<u8>,
}

/// What the text of the keys is not.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotReportKeys {
    /// The JSON of `{public_keys: [{key_identifier, key, is_current}]}`.
    #[error("it is not the JSON {{\"public_keys\": [{{\"key_identifier\": …, \"key\": …}}]}}")]
    Json,
    /// A public key in PEM.
    #[error("the key `{0}` is not a P-256 public key in PEM")]
    Pem(String),
}

#[derive(Deserialize)]
struct Published {
    public_keys: Vec<PublishedKey>,
}

/// Whether a key is the current one does not matter: a report that was signed with the one before may still be under way.
#[derive(Deserialize)]
struct PublishedKey {
    key_identifier: String,
    key: String,
}

impl ReportKeys {
    /// From the JSON in which they are published.
    ///
    /// # Errors
    /// [`NotReportKeys`].
    pub fn parse(text: &str) -> Result<Self, NotReportKeys> {
        let published: Published = serde_json::from_str(text).map_err(|_| NotReportKeys::Json)?;
        published.public_keys.into_iter().map(ReportKey::read).collect::<Result<_, _>>().map(Self)
    }

    /// Whether nobody may report.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether `body` was signed (ECDSA, SHA-256, DER in base64) with the key of that name.
    #[must_use]
    pub fn signed(&self, name: &str, signature: &str, body: &[u8]) -> bool {
        let Ok(signature) = STANDARD.decode(signature) else { return false };
        let key = self.0.iter().find(|key| key.name == name);
        key.is_some_and(|key| {
            UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &key.public).verify(body, &signature).is_ok()
        })
    }
}

impl ReportKey {
    fn read(published: PublishedKey) -> Result<Self, NotReportKeys> {
        let name = published.key_identifier;
        let public = der(&published.key).ok_or_else(|| NotReportKeys::Pem(name.clone()))?;
        Ok(Self { name, public })
    }
}

/// The one block of a PEM text (RFC 7468), if it is a public key that can verify.
fn der(pem: &str) -> Option<Vec<u8>> {
    let block = pem::parse(pem).ok().filter(|block| block.tag() == "PUBLIC KEY")?;
    let der = block.into_contents();
    aws_lc_rs::signature::ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, &der).ok()?;
    Some(der)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The worked example in GitHub's documentation of the program.
    const KEY: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE9MJJHnMfn2+H4xL4YaPDA4RpJqUq\nkCmRCBnYERxZanmcpzQSXs1X/AljlKkbJ8qpVIW4clayyef9gWhFbNHWAA==\n-----END PUBLIC KEY-----";
    const NAME: &str = "90a421169f0a406205f1563a953312f0be898d3c7b6c06b681aa86a874555f4a";
    const BODY: &[u8] = br#"[{"token":"some_token","type":"some_type","url":"some_url"}]"#;
    const SIGNATURE: &str =
        "MEUCIQDKZokqnCjrRtw0tni+2Ltvl/uiMJ1EGumEsp1BsNr32AIgQY1YXD2nlj+XNfGK4rBfkMJ1JDOQcYXxa2sY8FNkrKc=";

    fn keys() -> ReportKeys {
        let published =
            serde_json::json!({ "public_keys": [{ "key_identifier": NAME, "key": KEY, "is_current": true }] });
        ReportKeys::parse(&published.to_string()).unwrap()
    }

    #[test]
    fn s61_the_published_example_verifies() {
        assert!(keys().signed(NAME, SIGNATURE, BODY));
    }

    #[test]
    fn s61_nothing_else_verifies() {
        let keys = keys();
        let changed = BODY.iter().map(|byte| if *byte == b's' { b'S' } else { *byte }).collect::<Vec<_>>();
        assert!(!keys.signed(NAME, SIGNATURE, &changed));
        assert!(!keys.signed(NAME, SIGNATURE, b""));
        assert!(!keys.signed("another", SIGNATURE, BODY));
        for signature in ["", "AAAA", "%", &SIGNATURE[..40], &SIGNATURE.replace("ME", "MF")] {
            assert!(!keys.signed(NAME, signature, BODY), "{signature}");
        }
        assert!(!ReportKeys::default().signed(NAME, SIGNATURE, BODY));
    }

    #[test]
    fn what_is_no_set_of_keys_is_refused_by_name() {
        assert_eq!(ReportKeys::parse("[]").err(), Some(NotReportKeys::Json));
        for pem in ["", "MFkw", &KEY.replace("PUBLIC", "PRIVATE"), &KEY.replace("MFkw", "AAAA")] {
            let text = serde_json::json!({ "public_keys": [{ "key_identifier": "a", "key": pem }] }).to_string();
            assert_eq!(ReportKeys::parse(&text).err(), Some(NotReportKeys::Pem("a".to_owned())));
        }
    }
}

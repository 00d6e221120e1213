//! The secret of an API key: `gp_live_`, `gp_test_` or `gp_pub_`, 32 random base62 characters, and 6 that check the rest.
//! That of a signed key is its token.

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::Environment;
use crate::domain::users::UnknownName;
use crate::random::{NoRandomness, Random};

const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PUBLISHABLE: &str = "gp_pub_";
const RANDOM: usize = 32;
const CHECK: usize = 6;

/// The secret of a key. It is shown once, where it is made, and printed nowhere.
pub struct Secret(SecretString);

/// The SHA-256 of a secret: what the store finds a key by. With 190 random bits a plain hash is enough (S54).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyHash([u8; 32]);

impl Secret {
    /// A new one.
    pub(super) fn make(environment: Environment, random: &Random) -> Result<Self, NoRandomness> {
        Self::under(prefix(environment), random)
    }

    /// A new one that may be seen.
    pub(super) fn make_publishable(random: &Random) -> Result<Self, NoRandomness> {
        Self::under(PUBLISHABLE, random)
    }

    /// That of the portal's own key. It stands in pages, so it is no secret, and it is the same in every process and for
    /// every `SECRET_KEY`: it opens nothing that a visitor of the portal could not do.
    #[must_use]
    pub fn of_portal() -> Self {
        let text = format!("{PUBLISHABLE}PortalOfThisServer00000000000000");
        Self(format!("{text}{}", checksum(&text)).into())
    }

    /// The token of a signed key.
    pub(super) fn signed(token: String) -> Self {
        Self(token.into())
    }

    fn under(prefix: &str, random: &Random) -> Result<Self, NoRandomness> {
        let length = prefix.len() + RANDOM;
        let mut text = String::with_capacity(length + CHECK);
        text.push_str(prefix);
        while text.len() < length {
            // 248 is the last multiple of 62 in a byte: what lies above would favour some letters.
            let fair = random.bytes::<RANDOM>()?.into_iter().filter(|byte| *byte < 248);
            let letters = fair.filter_map(|byte| BASE62.get(usize::from(byte % 62)));
            text.extend(letters.take(length - text.len()).map(|letter| char::from(*letter)));
        }
        text.push_str(&checksum(&text));
        Ok(Self(text.into()))
    }

    /// What was presented, if it can be a key at all. Junk and typing errors end here, before any look-up (S52).
    #[must_use]
    pub fn parse(text: &str) -> Option<KeyHash> {
        let prefix = ["gp_live_", "gp_test_", PUBLISHABLE].into_iter().find(|prefix| text.starts_with(prefix))?;
        let (rest, check) = text.split_at_checked(prefix.len() + RANDOM)?;
        let random = rest.get(prefix.len()..)?;
        let is_ours = random.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (is_ours && checksum(rest) == check).then(|| KeyHash::of(text))
    }

    /// What the store keeps of it.
    #[must_use]
    pub fn hash(&self) -> KeyHash {
        KeyHash::of(self.0.expose_secret())
    }

    /// The first 12 and the last 4 characters: enough to tell keys apart, nothing to guess from.
    #[must_use]
    pub fn display(&self) -> String {
        let text = self.0.expose_secret();
        let (head, tail) = (text.get(..12).unwrap_or_default(), text.get(text.len() - 4..).unwrap_or_default());
        format!("{head}…{tail}")
    }

    /// The secret itself, for the one answer that shows it.
    #[must_use]
    pub fn show_once(self) -> String {
        self.0.expose_secret().to_owned()
    }
}

impl KeyHash {
    /// Of any text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Self(bytes)
    }
}

impl fmt::Display for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for KeyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyHash")
    }
}

impl FromStr for KeyHash {
    type Err = UnknownName;

    fn from_str(text: &str) -> Result<Self, UnknownName> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| UnknownName)?;
        bytes.try_into().map(Self).map_err(|_| UnknownName)
    }
}

const fn prefix(environment: Environment) -> &'static str {
    match environment {
        Environment::Live => "gp_live_",
        Environment::Test => "gp_test_",
    }
}

/// The CRC-32 of the text in six base62 characters, as GitHub's tokens carry it.
fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut letters = [b'0'; CHECK];
    for letter in letters.iter_mut().rev() {
        let digit = usize::try_from(rest % 62).unwrap_or(0);
        *letter = BASE62.get(digit).copied().unwrap_or(b'0');
        rest /= 62;
    }
    letters.iter().copied().map(char::from).collect()
}

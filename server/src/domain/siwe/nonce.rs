//! Nonces that need no room until they are used: each carries its end, and a mark that only we can make, for the one
//! application that asked for it (S43, S44).

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::domain::time::Time;
use crate::domain::wallets::Address;
use crate::random::{NoRandomness, Random};

/// How long a nonce of ours is good.
pub const LIFETIME: Duration = Duration::from_secs(600);

const PREFIX: &str = "gpn";
const RANDOM: usize = 16;
const END: usize = 8;
const MARK: usize = 16;

/// Makes nonces, and knows its own.
pub struct Nonces(Vec<Key>);

/// Where a nonce comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// We made it for this application, and it is good until then.
    Ours(Time),
    /// It looks like one of ours and is not good: another application's, too old, or forged.
    Bad,
    /// The client made it.
    Clients,
}

impl Nonces {
    /// With these keys: the first marks, all of them know.
    #[must_use]
    pub fn new(keys: &[[u8; 32]]) -> Self {
        Self(keys.iter().map(|key| Key::new(HMAC_SHA256, key)).collect())
    }

    /// A new nonce for that application, and when it ends.
    ///
    /// # Errors
    /// No randomness.
    pub fn make(&self, client: &str, now: Time, random: &Random) -> Result<(String, Time), NoRandomness> {
        let ends = now.plus(LIFETIME);
        let head = [random.bytes::<RANDOM>()?.as_slice(), &ends.ms().to_be_bytes()].concat();
        let key = self.0.first().ok_or(NoRandomness)?;
        let mark = mark(key, &head, client);
        Ok((format!("{PREFIX}{}{}", hex::encode(head), hex::encode(mark)), ends))
    }

    /// Where a nonce comes from that this application presents.
    #[must_use]
    pub fn origin(&self, nonce: &str, client: &str, now: Time) -> Origin {
        let Some(bytes) = nonce
            .strip_prefix(PREFIX)
            .and_then(|digits| hex::decode(digits).ok())
            .filter(|bytes| bytes.len() == RANDOM + END + MARK)
        else {
            return Origin::Clients;
        };
        let (head, presented) = bytes.split_at(RANDOM + END);
        let Some(ends) = head.last_chunk::<END>().map(|ms| Time::from_ms(i64::from_be_bytes(*ms))) else {
            return Origin::Bad;
        };
        let known = self.0.iter().any(|key| bool::from(mark(key, head, client).ct_eq(presented)));
        // Lower-case digits alone: otherwise one nonce would have many texts.
        let one_text = !nonce.bytes().any(|byte| byte.is_ascii_uppercase());
        if known && one_text && now < ends { Origin::Ours(ends) } else { Origin::Bad }
    }
}

/// What a nonce of ours is remembered by, once used.
#[must_use]
pub fn used_name(nonce: &str) -> String {
    name(&[nonce])
}

/// What a client's nonce is remembered by: another account may use the same.
#[must_use]
pub fn used_by(address: &Address, nonce: &str) -> String {
    name(&[&address.to_string(), " ", nonce])
}

fn name(parts: &[&str]) -> String {
    let mut hash = Context::new(&SHA256);
    parts.iter().for_each(|part| hash.update(part.as_bytes()));
    URL_SAFE_NO_PAD.encode(hash.finish())
}

fn mark(key: &Key, head: &[u8], client: &str) -> Vec<u8> {
    let tag = sign(key, &[head, client.as_bytes()].concat());
    tag.as_ref().iter().take(MARK).copied().collect()
}

impl std::fmt::Debug for Nonces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Nonces")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s43_a_nonce_is_good_for_its_application_until_its_end() {
        let nonces = Nonces::new(&[[1; 32]]);
        let now = Time::from_ms(1_000);
        let (nonce, ends) = nonces.make("key_a", now, &Random::default()).unwrap();
        let last = ends.minus(Duration::from_millis(1));

        assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(nonces.origin(&nonce, "key_a", last), Origin::Ours(ends));
        assert_eq!(nonces.origin(&nonce, "key_a", ends), Origin::Bad);
        assert_eq!(nonces.origin(&nonce, "key_b", now), Origin::Bad);
        assert_eq!(nonces.origin(&nonce.to_uppercase().replacen("GPN", "gpn", 1), "key_a", now), Origin::Bad);
        assert_eq!(Nonces::new(&[[2; 32]]).origin(&nonce, "key_a", now), Origin::Bad);
        assert_eq!(Nonces::new(&[[2; 32], [1; 32]]).origin(&nonce, "key_a", now), Origin::Ours(ends));
        assert_eq!(nonces.origin("32891757", "key_a", now), Origin::Clients);
    }
}

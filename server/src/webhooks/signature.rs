//! Standard Webhooks 1.0: what is signed, and how the signature is written (S84, S85).

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::domain::time::Time;
use crate::random::{NoRandomness, Random};

const BYTES: usize = 32;
const PREFIX: &str = "whsec_";

/// What an endpoint and we know.
#[derive(Debug, Clone)]
pub struct Secret(SecretSlice<u8>);

impl Secret {
    /// A new one.
    ///
    /// # Errors
    /// [`NoRandomness`].
    pub fn make(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self::of(random.bytes::<BYTES>()?.to_vec()))
    }

    /// These bytes.
    #[must_use]
    pub fn of(bytes: Vec<u8>) -> Self {
        Self(bytes.into())
    }

    /// As its owner sees it, once.
    #[must_use]
    pub fn show_once(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(self.0.expose_secret()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

/// The value of `webhook-signature`: one signature for each secret, so that a receiver who knows any of them is content.
/// What is signed is id, timestamp and the bytes of the body as they are sent.
#[must_use]
pub fn sign(secrets: &[Secret], id: &str, at: Time, body: &[u8]) -> String {
    let signed = [format!("{id}.{}.", at.seconds()).as_bytes(), body].concat();
    let signature = |secret: &Secret| {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.bytes()), &signed);
        format!("v1,{}", STANDARD.encode(tag.as_ref()))
    };
    secrets.iter().map(signature).collect::<Vec<_>>().join(" ")
}

/// The value of `content-digest` (RFC 9530). It is not signed: it tells a receiver with whom no signature matches whether the
/// body was changed on its way or the secret is another one.
#[must_use]
pub fn digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest::digest(&digest::SHA256, body)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The vector that Standard Webhooks' own libraries test with.
    #[test]
    fn s84_the_signature_is_the_standards() {
        let secret = Secret::of(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap());
        let at = Time::from_seconds(1_614_265_330);
        let signed = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, b"{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn s84_a_secret_is_shown_as_the_standard_says_and_never_by_debug() {
        let secret = Secret::make(&Random::default()).unwrap();
        let shown = secret.show_once();
        let bytes = STANDARD.decode(shown.strip_prefix("whsec_").unwrap()).unwrap();

        assert_eq!((bytes.len(), bytes.as_slice()), (32, secret.bytes()));
        assert_ne!(shown, Secret::make(&Random::default()).unwrap().show_once());
        assert!(!format!("{secret:?}").contains(&shown[6..]));
    }

    /// The example of RFC 9530.
    #[test]
    fn a_digest_is_written_as_the_standard_says() {
        let written = digest(b"{\"hello\": \"world\"}\n");
        assert_eq!(written, "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:");
    }

    #[test]
    fn s86_while_a_secret_is_rotated_both_sign() {
        let (new, old) = (Secret::of(vec![1; 32]), Secret::of(vec![2; 32]));
        let at = Time::from_seconds(1);
        let both = sign(&[new.clone(), old.clone()], "evt_1", at, b"{}");
        let each: Vec<_> = both.split(' ').map(str::to_owned).collect();
        assert_eq!(each, [sign(&[new], "evt_1", at, b"{}"), sign(&[old], "evt_1", at, b"{}")]);
    }

    proptest! {
        /// S85: id, time and each byte of the body are signed.
        #[test]
        fn s85_one_byte_more_or_less_is_another_signature(body in proptest::collection::vec(any::<u8>(), 1..200), at in 0..4_000_000_000_i64, place in any::<prop::sample::Index>()) {
            let secret = [Secret::of(vec![7; 32])];
            let good = sign(&secret, "evt_1", Time::from_seconds(at), &body);
            let mut other = body.clone();
            other[place.index(body.len())] ^= 1;
            prop_assert_ne!(&good, &sign(&secret, "evt_1", Time::from_seconds(at), &other));
            prop_assert_ne!(&good, &sign(&secret, "evt_1", Time::from_seconds(at + 1), &body));
            prop_assert_ne!(&good, &sign(&secret, "evt_2", Time::from_seconds(at), &body));
            prop_assert_ne!(&good, &sign(&[Secret::of(vec![8; 32])], "evt_1", Time::from_seconds(at), &body));
        }
    }
}

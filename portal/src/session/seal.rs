//! AES-256-GCM around a session, with its id bound in: sealed bytes that are moved to another row do not open.
//!
//! Form: one byte of version, 12 of nonce, the rest ciphertext and tag. Nonces are random; a key would have to seal some
//! four thousand million sessions before that is a risk.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::SessionError;
use super::data::SessionData;
use super::store::SessionIdHash;
use crate::config::{PortalError, SessionKey};
use crate::random;

const FORM: u8 = 1;

/// Seals with the first key, opens with any.
pub(crate) struct Sealer(Vec<LessSafeKey>);

impl Sealer {
    pub fn new(keys: &[SessionKey]) -> Result<Self, PortalError> {
        if keys.is_empty() {
            return Err(PortalError::NoSessionKey);
        }
        let key = |key: &SessionKey| UnboundKey::new(&AES_256_GCM, &key.0).map(LessSafeKey::new);
        keys.iter().map(key).collect::<Result<_, _>>().map(Self).map_err(|_| PortalError::BadSessionKey)
    }

    pub fn seal(&self, id: &SessionIdHash, data: &SessionData) -> Result<Vec<u8>, SessionError> {
        let key = self.0.first().ok_or(SessionError::Seal)?;
        let nonce: [u8; NONCE_LEN] = random::bytes()?;
        let mut body = serde_json::to_vec(data).map_err(|_| SessionError::Seal)?;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(id), &mut body)
            .map_err(|_| SessionError::Seal)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(FORM);
        sealed.extend_from_slice(&nonce);
        sealed.append(&mut body);
        Ok(sealed)
    }

    /// `None` where nothing fits: another key, another row, another form. The visitor then signs in anew.
    pub fn open(&self, id: &SessionIdHash, sealed: &[u8]) -> Option<SessionData> {
        let (&form, rest) = sealed.split_first()?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
        if form != FORM {
            return None;
        }
        self.0.iter().find_map(|key| {
            let mut body = body.to_vec();
            let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
            let plain = key.open_in_place(nonce, Aad::from(id), &mut body).ok()?;
            serde_json::from_slice(plain).ok()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::{Person, Tokens};

    fn data() -> SessionData {
        let person = Person { email: None, name: Some("Ada".to_owned()), admin: false };
        let tokens = Tokens { access: "a".to_owned(), refresh: "r".to_owned(), access_expires_ms: 3 };
        SessionData { csrf: "c".to_owned(), created_ms: 1, seen_ms: 2, person, tokens }
    }

    #[test]
    fn sealed_bytes_open_in_their_own_row_alone() {
        let sealer = Sealer::new(&[SessionKey([7; 32])]).unwrap();
        let sealed = sealer.seal(&[1; 32], &data()).unwrap();
        assert_eq!(sealer.open(&[1; 32], &sealed).unwrap().person, data().person);
        assert!(sealer.open(&[2; 32], &sealed).is_none());
        assert!(!sealed.windows(3).any(|window| window == b"Ada"));
    }

    #[test]
    fn a_new_key_seals_and_the_old_one_still_opens() {
        let old = Sealer::new(&[SessionKey([7; 32])]).unwrap();
        let both = Sealer::new(&[SessionKey([8; 32]), SessionKey([7; 32])]).unwrap();
        let before = old.seal(&[1; 32], &data()).unwrap();
        let after = both.seal(&[1; 32], &data()).unwrap();
        assert!(both.open(&[1; 32], &before).is_some());
        assert!(old.open(&[1; 32], &after).is_none());
    }

    #[test]
    fn a_changed_bit_anywhere_is_noticed() {
        let sealer = Sealer::new(&[SessionKey([7; 32])]).unwrap();
        let sealed = sealer.seal(&[1; 32], &data()).unwrap();
        for at in 0..sealed.len() {
            let mut forged = sealed.clone();
            forged[at] ^= 1;
            assert!(sealer.open(&[1; 32], &forged).is_none(), "byte {at}");
        }
    }
}

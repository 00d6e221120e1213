//! The vault's envelopes: each value is sealed under a data key of its own, and the data key under one that comes from
//! `SECRET_KEY` (S100). So a new `SECRET_KEY` seals 32 bytes a secret anew, never the values.
//!
//! It must not know callers or the wire. `domain::vault` says what a secret is bound to, `store::vault` keeps it; here
//! it is sealed, opened, and moved to another key (`reseal.rs`).

mod reseal;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use thiserror::Error;

pub use reseal::reseal;

use crate::domain::time::Time;
use crate::domain::vault::{Kept, Place};
use crate::random::{NoRandomness, Random};
use crate::seal::{self, SealError, Sealer};

/// Bytes of a key's id: enough that no two of an operator's keys are called alike.
const ID_BYTES: usize = 9;

/// What seals data keys: the first of these seals, the others open.
pub struct Vault(Vec<Master>);

struct Master {
    id: String,
    sealer: Sealer,
}

/// A value's data key.
type DataKey = SecretBox<[u8; 32]>;

/// Why an envelope cannot be made or opened. It is for the operator: it names keys and places, never a value.
#[derive(Debug, Error)]
pub enum EnvelopeError {
    /// What sealed it is not among the keys (S103).
    #[error("{place} is sealed under the key {id}, and no SECRET_KEY has that id; there are {known}")]
    UnknownKey {
        /// Which secret.
        place: String,
        /// The id of the key that is missing.
        id: String,
        /// The ids of those that are there.
        known: String,
    },
    /// It was changed, or moved from another place.
    #[error("{place} does not open under the key {id}: it was changed, or belongs to another place")]
    Closed {
        /// Which secret.
        place: String,
        /// The id of the key that seals it.
        id: String,
    },
    /// There is no key at all.
    #[error("there is no SECRET_KEY to seal with")]
    NoKey,
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Vault {
    /// Keys from these secrets, in their order.
    #[must_use]
    pub fn new(secrets: &[SecretString]) -> Self {
        let ids = seal::keys(secrets, "vault key id");
        let master = |(secret, id): (&SecretString, [u8; 32])| Master {
            id: URL_SAFE_NO_PAD.encode(id.get(..ID_BYTES).unwrap_or_default()),
            sealer: Sealer::new(std::slice::from_ref(secret), "vault"),
        };
        Self(secrets.iter().zip(ids).map(master).collect())
    }

    /// The id of the key that seals.
    ///
    /// # Errors
    /// [`EnvelopeError::NoKey`].
    pub fn key_id(&self) -> Result<&str, EnvelopeError> {
        Ok(&self.0.first().ok_or(EnvelopeError::NoKey)?.id)
    }

    /// Seals a value for a place: the `version`th there.
    ///
    /// # Errors
    /// No key, no randomness.
    pub fn seal(
        &self,
        place: Place,
        version: i64,
        value: &str,
        now: Time,
        random: &Random,
    ) -> Result<Kept, EnvelopeError> {
        let master = self.0.first().ok_or(EnvelopeError::NoKey)?;
        let data_key: DataKey = SecretBox::new(Box::new(random.bytes()?));
        let sealed = Sealer::of(data_key.expose_secret()).seal(value.as_bytes(), &place.context(version), random)?;
        let context = place.key_context(version, &master.id);
        Ok(Kept {
            description: None,
            version,
            sealed,
            data_key: master.sealer.seal(data_key.expose_secret(), &context, random)?,
            key_id: master.id.clone(),
            created_at: now,
            updated_at: now,
            place,
        })
    }

    /// Opens a secret where it is.
    ///
    /// # Errors
    /// [`EnvelopeError`] which names the key.
    pub fn open(&self, kept: &Kept) -> Result<SecretString, EnvelopeError> {
        let data_key = self.data_key(kept)?;
        let plain = Sealer::of(data_key.expose_secret()).open(&kept.sealed, &kept.place.context(kept.version));
        let plain = plain.ok().and_then(|bytes| String::from_utf8(bytes).ok());
        plain.map(SecretString::from).ok_or_else(|| closed(kept))
    }

    /// The same secret with its data key sealed under the newest key.
    ///
    /// # Errors
    /// [`EnvelopeError`] which names the key that is missing.
    pub fn rewrapped(&self, kept: &Kept, random: &Random) -> Result<Kept, EnvelopeError> {
        let master = self.0.first().ok_or(EnvelopeError::NoKey)?;
        let context = kept.place.key_context(kept.version, &master.id);
        let data_key = master.sealer.seal(self.data_key(kept)?.expose_secret(), &context, random)?;
        Ok(Kept { data_key, key_id: master.id.clone(), ..kept.clone() })
    }

    fn data_key(&self, kept: &Kept) -> Result<DataKey, EnvelopeError> {
        let unknown = || EnvelopeError::UnknownKey {
            place: whose(&kept.place),
            id: kept.key_id.clone(),
            known: self.0.iter().map(|master| master.id.as_str()).collect::<Vec<_>>().join(", "),
        };
        let master = self.0.iter().find(|master| master.id == kept.key_id).ok_or_else(unknown)?;
        let context = kept.place.key_context(kept.version, &kept.key_id);
        let bytes = master.sealer.open(&kept.data_key, &context).map_err(|_| closed(kept))?;
        let bytes: Box<[u8; 32]> = bytes.into_boxed_slice().try_into().map_err(|_| closed(kept))?;
        Ok(SecretBox::new(bytes))
    }
}

fn whose(place: &Place) -> String {
    format!("{} of {}", place.target(), place.owner)
}

fn closed(kept: &Kept) -> EnvelopeError {
    EnvelopeError::Closed { place: whose(&kept.place), id: kept.key_id.clone() }
}

impl From<SealError> for EnvelopeError {
    fn from(error: SealError) -> Self {
        match error {
            SealError::NoRandomness(error) => Self::NoRandomness(error),
            SealError::NoKey | SealError::Closed => Self::NoKey,
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;

    fn vault(secrets: &[&str]) -> Vault {
        Vault::new(&secrets.iter().map(|secret| (*secret).into()).collect::<Vec<_>>())
    }

    fn place(name: &str) -> Place {
        Place { owner: UserId::ADMINISTRATOR, namespace: "shop".to_owned(), name: name.to_owned() }
    }

    fn kept(vault: &Vault) -> Kept {
        vault.seal(place("stripe"), 3, "sk_live_value", Time::from_ms(1), &Random::default()).unwrap()
    }

    fn opened(vault: &Vault, kept: &Kept) -> Result<String, EnvelopeError> {
        vault.open(kept).map(|value| value.expose_secret().to_owned())
    }

    #[test]
    fn s102_a_secret_opens_where_it_is_and_nowhere_else() {
        let vault = vault(&["one"]);
        let kept = kept(&vault);
        assert_eq!(opened(&vault, &kept).unwrap(), "sk_live_value");

        let other_owner =
            Place { owner: UserId::new(Time::from_ms(1), &Random::default()).unwrap(), ..place("stripe") };
        let other_namespace = Place { namespace: "shops".to_owned(), ..place("stripe") };
        for place in [other_owner, other_namespace, place("paypal")] {
            assert!(opened(&vault, &Kept { place, ..kept.clone() }).is_err());
        }
        assert!(opened(&vault, &Kept { version: 2, ..kept }).is_err());
    }

    #[test]
    fn a_value_and_a_data_key_of_different_versions_do_not_open_together() {
        let vault = vault(&["one"]);
        let (one, two) = (kept(&vault), kept(&vault));
        assert!(opened(&vault, &Kept { sealed: one.sealed.clone(), ..two.clone() }).is_err());
        assert!(opened(&vault, &Kept { data_key: one.data_key, ..two }).is_err());
    }

    #[test]
    fn what_is_malformed_is_refused_and_never_opens() {
        let vault = vault(&["one"]);
        let kept = kept(&vault);
        for text in ["", "!", "AAAA", &kept.sealed[1..], &format!("{}A", kept.sealed)] {
            assert!(opened(&vault, &Kept { sealed: text.to_owned(), ..kept.clone() }).is_err(), "{text}");
            assert!(opened(&vault, &Kept { data_key: text.to_owned(), ..kept.clone() }).is_err(), "{text}");
        }
    }

    #[test]
    fn s103_a_key_that_is_missing_is_named_and_the_value_is_not() {
        let kept = kept(&vault(&["one"]));
        let error = opened(&vault(&["two"]), &kept).unwrap_err();

        assert!(matches!(error, EnvelopeError::UnknownKey { .. }));
        let told = error.to_string();
        assert!(told.contains(&kept.key_id) && told.contains(vault(&["two"]).key_id().unwrap()), "{told}");
        assert!(!told.contains("sk_live"), "{told}");
    }

    #[test]
    fn after_a_rotation_the_old_key_opens_nothing() {
        let (old, both, new) = (vault(&["one"]), vault(&["two", "one"]), vault(&["two"]));
        let kept = kept(&old);
        assert_eq!(opened(&both, &kept).unwrap(), "sk_live_value");

        let moved = both.rewrapped(&kept, &Random::default()).unwrap();
        assert_eq!(opened(&new, &moved).unwrap(), "sk_live_value");
        assert_eq!(moved.sealed, kept.sealed);
        assert!(opened(&old, &moved).is_err());
    }
}

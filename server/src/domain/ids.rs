//! Ids: a prefix that says what it is of, and a UUID in 26 characters of Crockford's base32.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;
use uuid::{Builder, Uuid};

use crate::domain::time::Time;
use crate::random::{NoRandomness, Random};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const PREFIX_LENGTH: usize = 4;
const LENGTH: usize = PREFIX_LENGTH + 26;

/// The text is not an id of this kind. To a caller that is the same as an id that nobody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not an id of this kind")]
pub struct NotAnId;

/// Ids that grow with time (UUIDv7): rows made together lie together.
macro_rules! id_by_time {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        id!($(#[$doc])* $name = $prefix);

        impl $name {
            /// A new id, made at `now`.
            ///
            /// # Errors
            /// [`NoRandomness`] when the system's source fails.
            pub fn new(now: Time, random: &Random) -> Result<Self, NoRandomness> {
                Ok(Self::of(now, random.bytes()?))
            }

            /// The id of that moment and these bytes, which no other id of the moment may have.
            #[must_use]
            pub fn of(now: Time, bytes: [u8; 10]) -> Self {
                let ms = u64::try_from(now.ms()).unwrap_or(0);
                Self(spell($prefix, Builder::from_unix_timestamp_millis(ms, &bytes).into_uuid()))
            }
        }
    )*};
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident = $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; LENGTH]);

        impl $name {
            /// The id as the wire and the store write it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read($prefix, text).map(Self)
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

id_by_time! {
    /// An account. It is the principal id of ownership columns.
    UserId = b"usr_";
    /// A sign-in: one family of refresh tokens and its access tokens.
    SessionId = b"ses_";
    /// Something for sale.
    ItemId = b"itm_";
    /// A node of the category tree.
    CategoryId = b"cat_";
    /// Who made an item.
    BrandId = b"brd_";
    /// One request.
    RequestId = b"req_";
    /// Something that happened.
    EventId = b"evt_";
    /// An entry of the audit log.
    AuditId = b"aud_";
    /// A mail that waits to be sent.
    MailId = b"mal_";
    /// Who an account is elsewhere.
    IdentityId = b"idn_";
    /// Somebody who asks to join the collective.
    ApplicationId = b"app_";
    /// An endpoint that is told what happens.
    WebhookId = b"whk_";
    /// Something that somebody makes.
    ProjectId = b"prj_";
    /// Practice from a moment on, until another.
    PracticeId = b"prc_";
    /// Somebody buys something.
    OrderId = b"ord_";
    /// What one party of an order wrote to the other.
    MessageId = b"msg_";
    /// Something that is sent to an endpoint.
    DeliveryId = b"dlv_";
    /// A process that sends webhooks.
    DispatcherId = b"dsp_";
}

id!(
    /// An API key. Random through and through: it stands in public addresses and must not tell when it was made (S39).
    KeyId = b"key_"
);

impl KeyId {
    /// A new id.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's source fails.
    pub fn new(random: &Random) -> Result<Self, NoRandomness> {
        Ok(Self(spell(b"key_", Builder::from_random_bytes(random.bytes()?).into_uuid())))
    }
}

impl KeyId {
    /// The publishable key that the portal signs people in with, there from the first start. It is also its `client_id`.
    pub const PORTAL: Self = Self(*b"key_00000000000000000000000001");
}

impl UserId {
    /// The built-in administrator account, which is there from the first start and which the root key acts as.
    pub const ADMINISTRATOR: Self = Self(*b"usr_00000000000000000000000001");
}

/// 128 bits in 26 characters of 5 bits: the first holds the upper three.
fn spell(prefix: &[u8; PREFIX_LENGTH], uuid: Uuid) -> [u8; LENGTH] {
    let bits = uuid.as_u128();
    let mut text = [0; LENGTH];
    let (head, tail) = text.split_at_mut(PREFIX_LENGTH);
    head.copy_from_slice(prefix);
    for (place, letter) in tail.iter_mut().rev().enumerate() {
        let digit = usize::try_from((bits >> (5 * place)) & 31).unwrap_or(0);
        *letter = ALPHABET.get(digit).copied().unwrap_or(b'0');
    }
    text
}

/// Whether a letter is of [`ALPHABET`]; ids are read many times a request, so it is not looked for there.
const fn is_of_alphabet(letter: u8) -> bool {
    matches!(letter, b'0'..=b'9' | b'a'..=b'h' | b'j' | b'k' | b'm' | b'n' | b'p'..=b't' | b'v'..=b'z')
}

fn read(prefix: &[u8; PREFIX_LENGTH], text: &str) -> Result<[u8; LENGTH], NotAnId> {
    let bytes: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| NotAnId)?;
    let (head, tail) = bytes.split_at(PREFIX_LENGTH);
    let fits = head == prefix
        && tail.iter().copied().all(is_of_alphabet)
        && tail.first().is_some_and(|letter| (b'0'..=b'7').contains(letter));
    if fits { Ok(bytes) } else { Err(NotAnId) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_sorts_by_its_time() {
        let random = Random::default();
        let early = UserId::new(Time::from_ms(1_000), &random).unwrap();
        let late = UserId::new(Time::from_ms(2_000), &random).unwrap();

        assert_eq!(early.to_string().parse(), Ok(early));
        assert!(early < late);
        assert_eq!(early.as_str().len(), 30);
    }

    #[test]
    fn only_the_canonical_form_of_the_right_kind_is_an_id() {
        let id = KeyId::new(&Random::default()).unwrap().to_string();

        assert!(id.parse::<KeyId>().is_ok());
        assert_eq!(id.parse::<UserId>(), Err(NotAnId));
        for bad in [
            id.to_uppercase(),
            format!("{id}0"),
            id.chars().take(29).collect(),
            "key_80000000000000000000000000".to_owned(),
            "key_0000000000000000000000000u".to_owned(),
            String::new(),
        ] {
            assert_eq!(bad.parse::<KeyId>(), Err(NotAnId), "{bad}");
        }
    }

    #[test]
    fn the_alphabet_is_told_as_it_is_written() {
        for letter in 0..=u8::MAX {
            assert_eq!(is_of_alphabet(letter), ALPHABET.contains(&letter), "{letter}");
        }
    }

    #[test]
    fn s39_a_key_id_does_not_tell_its_time() {
        let id = KeyId::new(&Random::default()).unwrap();
        let other = KeyId::new(&Random::default()).unwrap();

        assert_ne!(id.as_str().get(4..10), other.as_str().get(4..10));
    }
}

//! Which passwords are good enough (NIST SP 800-63B-4): long, not known, not about the account. No other rules.

use thiserror::Error;
use unicode_normalization::UnicodeNormalization as _;

use crate::domain::users::Email;

/// Characters at least, where the password is the only factor (S65).
pub const SHORTEST: usize = 15;
/// What a guesser with lists of known passwords, names, dates and keyboard walks needs at least, as a power of ten.
const GUESSES_LOG10: f64 = 6.0;
/// Words that are worth nothing here.
const HOUSE: &str = "gatepost";

/// Why a password is refused. Read as "the password …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum WeakPassword {
    /// Fewer than 15 characters.
    #[error("has fewer than 15 characters")]
    Short,
    /// Known, or made of known pieces.
    #[error("is a known password, or made of parts that others try first")]
    Known,
    /// It contains the address.
    #[error("contains your address")]
    AboutYou,
}

/// The one form that is checked, hashed and compared: NFC.
#[must_use]
pub fn normal_form(password: &str) -> String {
    password.nfc().collect()
}

/// Whether a password, in its normal form, is good enough for that account.
///
/// # Errors
/// [`WeakPassword`].
pub fn check(password: &str, email: &Email) -> Result<(), WeakPassword> {
    if password.chars().count() < SHORTEST {
        return Err(WeakPassword::Short);
    }
    let plain = password.to_lowercase();
    let local = email.local_part();
    if plain.contains(email.as_str()) || (local.chars().count() >= 4 && plain.contains(local)) {
        return Err(WeakPassword::AboutYou);
    }
    let estimate = zxcvbn::zxcvbn(password, &[HOUSE, email.as_str(), local]);
    if estimate.guesses_log10() < GUESSES_LOG10 { Err(WeakPassword::Known) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> Email {
        Email::parse("ada.lovelace@example.com").unwrap()
    }

    #[test]
    fn s65_fifteen_characters_of_any_kind_are_enough() {
        for good in [
            "wear-a-blue-raincoat-today",
            "correct horse battery staple!",
            "приветмиркакдела",
            "a walk along the quay at dawn",
        ] {
            assert_eq!(check(good, &ada()), Ok(()), "{good}");
        }
        assert_eq!(check("fourteen chars", &ada()), Err(WeakPassword::Short));
    }

    #[test]
    fn s66_known_passwords_are_refused_however_long() {
        for bad in [
            "123456789012345",
            "passwordpassword",
            "Password123456789",
            "gatepost1234567",
            "aaaaaaaaaaaaaaaaaa",
            "abcabcabcabcabcabc",
        ] {
            assert_eq!(check(bad, &ada()), Err(WeakPassword::Known), "{bad}");
        }
    }

    #[test]
    fn s66_a_password_about_its_account_is_refused() {
        assert_eq!(check("Ada.Lovelace-is-great", &ada()), Err(WeakPassword::AboutYou));
        assert_eq!(check("ada.lovelace@example.com", &ada()), Err(WeakPassword::AboutYou));
    }

    #[test]
    fn s65_both_ways_to_write_a_letter_are_one_password() {
        assert_eq!(normal_form("re\u{301}sume\u{301}"), normal_form("r\u{e9}sum\u{e9}"));
    }
}

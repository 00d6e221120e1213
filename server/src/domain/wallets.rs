//! Ethereum accounts: their addresses, and who signed a text (ERC-191).

pub mod contract;

use std::fmt;
use std::str::FromStr;

use k256::ecdsa::{RecoveryId, Signature, VerifyingKey};
use sha3::{Digest as _, Keccak256};
use thiserror::Error;

/// The address of an account, written with its checksum (EIP-55).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Address([u8; 20]);

/// The text is no address, or its letters' case is not its checksum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not an Ethereum address with its checksum (EIP-55)")]
pub struct NotAnAddress;

impl Address {
    /// Its bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 20] {
        &self.0
    }

    /// Reads an address whose letters are all of one case, as well as one with its checksum.
    ///
    /// # Errors
    /// [`NotAnAddress`].
    pub fn of_any_case(text: &str) -> Result<Self, NotAnAddress> {
        let digits = text.strip_prefix("0x").ok_or(NotAnAddress)?;
        let one_case = digits.to_ascii_lowercase() == digits || digits.to_ascii_uppercase() == digits;
        if !one_case {
            return text.parse();
        }
        hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok()).map(Self).ok_or(NotAnAddress)
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, NotAnAddress> {
        let digits = text.strip_prefix("0x").ok_or(NotAnAddress)?;
        let bytes = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(NotAnAddress)?;
        let address = Self(bytes);
        // One account has one text, or the unique rule over identities would see two.
        if address.to_string() == text { Ok(address) } else { Err(NotAnAddress) }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = hex::encode(self.0);
        let sum = Keccak256::digest(digits.as_bytes());
        let nibbles = sum.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        f.write_str("0x")?;
        for (digit, nibble) in digits.chars().zip(nibbles) {
            write!(f, "{}", if nibble >= 8 { digit.to_ascii_uppercase() } else { digit })?;
        }
        Ok(())
    }
}

/// What a wallet signs of a text: its hash behind ERC-191's prefix, with the length in bytes.
#[must_use]
pub fn personal_hash(text: &str) -> [u8; 32] {
    let mut hash = Keccak256::new();
    hash.update(b"\x19Ethereum Signed Message:\n");
    hash.update(text.len().to_string());
    hash.update(text);
    hash.finalize().into()
}

/// The account whose key made this signature over that hash: r, s and v in 65 bytes, v one of 0, 1, 27, 28, s in the lower
/// half, since each signature has a twin in the upper one (S48).
#[must_use]
pub fn signer(hash: &[u8; 32], signature: &[u8]) -> Option<Address> {
    let (numbers, v) = signature.split_first_chunk::<64>()?;
    let odd = match v {
        [0 | 27] => false,
        [1 | 28] => true,
        _ => return None,
    };
    let numbers = Signature::from_slice(numbers).ok().filter(|numbers| numbers.normalize_s() == *numbers)?;
    let key = VerifyingKey::recover_from_prehash(hash, &numbers, RecoveryId::new(odd, false)).ok()?;
    let point = key.to_sec1_point(false);
    let sum = Keccak256::digest(point.as_bytes().get(1..)?);
    sum.last_chunk::<20>().copied().map(Address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s45_an_address_is_read_only_with_its_checksum() {
        // The examples of EIP-55.
        for good in [
            "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
            "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
            "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        ] {
            assert_eq!(good.parse::<Address>().unwrap().to_string(), good);
            for bad in [good.to_lowercase(), good.to_uppercase(), good.replacen("0x", "", 1), format!("{good}0")] {
                assert_eq!(bad.parse::<Address>(), Err(NotAnAddress), "{bad}");
            }
        }
    }

    #[test]
    fn s48_only_the_one_form_of_a_signature_counts() {
        // A key that stands in every wallet's test suite (the first of Hardhat's), and what it signs.
        let key = k256::ecdsa::SigningKey::from_slice(
            &hex::decode("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").unwrap(),
        )
        .unwrap();
        let hash = personal_hash("a walk along the quay");
        let (numbers, recovery) = key.sign_prehash_recoverable(&hash);
        let of = |v: u8| [numbers.to_bytes().as_slice(), &[v]].concat();
        let odd = u8::from(recovery.is_y_odd());
        let address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266".parse().unwrap();

        assert_eq!(signer(&hash, &of(odd)), Some(address));
        assert_eq!(signer(&hash, &of(27 + odd)), Some(address));
        assert_ne!(signer(&hash, &of(28 - odd)), Some(address));
        assert_ne!(signer(&personal_hash("a walk along the quays"), &of(odd)), Some(address));
        for h49 in [of(odd)[..64].to_vec(), [of(odd), vec![0]].concat(), vec![0; 65], of(29), Vec::new()] {
            assert_eq!(signer(&hash, &h49), None, "{h49:?}");
        }
        let twin = Signature::from_scalars(numbers.r().to_bytes(), (-*numbers.s()).to_bytes()).unwrap();
        assert_eq!(signer(&hash, &[twin.to_bytes().as_slice(), &[1 - odd]].concat()), None);
    }
}

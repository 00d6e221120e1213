//! The vault: secrets of other systems that an account keeps here, each at a namespace and a name.

use thiserror::Error;

use crate::domain::ids::UserId;
use crate::domain::time::Time;

/// Bytes of a value at most.
const MOST_BYTES: usize = 32_768;

/// Where a secret is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Whose it is.
    pub owner: UserId,
    /// Which group of secrets.
    pub namespace: String,
    /// Which of them.
    pub name: String,
}

/// A secret as it is kept: its value sealed under a data key of its own, and that key sealed under the one that `key_id`
/// names. What seals and opens it is `vault.rs`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Where it is.
    pub place: Place,
    /// What its owner notes about it.
    pub description: Option<String>,
    /// How many values it has had.
    pub version: i64,
    /// The value.
    pub sealed: String,
    /// The data key.
    pub data_key: String,
    /// What the data key is sealed under.
    pub key_id: String,
    /// When it was first put there.
    pub created_at: Time,
    /// When its value was put there.
    pub updated_at: Time,
}

/// What cannot be done with a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VaultError {
    /// There is none at that place, or it is another's.
    #[error("there is no such secret")]
    NotFound,
    /// The value is too long.
    #[error("has more than {MOST_BYTES} bytes")]
    TooLong,
}

impl Place {
    /// The place in the audit log.
    #[must_use]
    pub fn target(&self) -> String {
        format!("vault/{}/{}", self.namespace, self.name)
    }

    /// What a value of that version is bound to, so that it opens nowhere else (S102). Each part says its length first:
    /// no two places are written alike.
    #[must_use]
    pub fn context(&self, version: i64) -> String {
        let version = version.to_string();
        bound(&["vault", self.owner.as_str(), &self.namespace, &self.name, &version])
    }

    /// What its data key is bound to: all that, and the key that seals it.
    #[must_use]
    pub fn key_context(&self, version: i64, key_id: &str) -> String {
        bound(&["vault key", &self.context(version), key_id])
    }
}

fn bound(parts: &[&str]) -> String {
    parts.iter().map(|part| format!("{}:{part}", part.len())).collect()
}

/// A value that may be kept.
///
/// # Errors
/// [`VaultError::TooLong`].
pub fn checked(value: String) -> Result<String, VaultError> {
    if value.len() > MOST_BYTES { Err(VaultError::TooLong) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(namespace: &str, name: &str) -> Place {
        Place { owner: UserId::ADMINISTRATOR, namespace: namespace.to_owned(), name: name.to_owned() }
    }

    #[test]
    fn s102_no_two_places_are_bound_alike() {
        let one = place("shop", "stripe");
        assert_ne!(one.context(1), place("shops", "tripe").context(1));
        assert_ne!(one.context(1), place("stripe", "shop").context(1));
        assert_ne!(one.context(1), one.context(2));
        assert_ne!(one.key_context(1, "a"), one.key_context(1, "b"));
        assert_ne!(one.context(1), one.key_context(1, ""));
    }

    #[test]
    fn a_value_is_counted_in_bytes() {
        assert!(checked("x".repeat(32_768)).is_ok());
        assert_eq!(checked("x".repeat(32_769)), Err(VaultError::TooLong));
        assert_eq!(checked("é".repeat(16_385)), Err(VaultError::TooLong));
    }
}

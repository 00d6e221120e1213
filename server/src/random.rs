//! The one source of randomness: the operating system's, through aws-lc.

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use thiserror::Error;

/// A cryptographically secure source of random bytes.
#[derive(Debug, Clone, Default)]
pub struct Random(SystemRandom);

/// The operating system gave no randomness. Nothing may be made without it: no key is better than a weak one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the operating system gave no randomness")]
pub struct NoRandomness;

impl Random {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's source fails.
    pub fn fill(&self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        self.0.fill(bytes).map_err(|_| NoRandomness)
    }

    /// `N` random bytes.
    ///
    /// # Errors
    /// [`NoRandomness`] when the system's source fails.
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], NoRandomness> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

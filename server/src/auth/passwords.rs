//! Password hashes: Argon2id, a few at a time.

use std::sync::Arc;

use argon2::{Config, ThreadMode, Variant, Version};
use thiserror::Error;
use tokio::sync::Semaphore;

use crate::random::{NoRandomness, Random};

/// Kibibytes, rounds and lanes (S64). When they rise, hashes are made anew as people sign in.
const MEMORY_KIB: u32 = 19_456;
const ROUNDS: u32 = 2;
const LANES: u32 = 1;
/// How many may wait for their turn. More are sent away, so that other requests keep their share of the machine (S69).
const WAITING: usize = 64;

/// Hashes and verifies passwords.
#[derive(Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// The hash of nobody's password: an unknown account takes as long as a known one (S68).
    dummy: String,
}

/// Why there is no answer.
#[derive(Debug, Error)]
pub enum PasswordError {
    /// Too many at once.
    #[error("too many passwords are being checked")]
    Busy,
    /// No randomness for a salt.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// A stored hash cannot be read, or the machine has no memory for it.
    #[error("the password could not be hashed: {0}")]
    Broken(String),
}

/// What came of a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Not the one.
    Wrong,
    /// The one.
    Right,
    /// The one, and its hash is weaker than a new one would be.
    RightButOld,
}

impl Passwords {
    /// Ready to hash on this machine.
    ///
    /// # Errors
    /// No randomness.
    pub fn new(random: &Random) -> Result<Self, PasswordError> {
        let at_once = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let dummy = hash(&random.bytes::<32>()?, &random.bytes()?)?;
        Ok(Self { running: Arc::new(Semaphore::new(at_once)), waiting: Arc::new(Semaphore::new(WAITING)), dummy })
    }

    /// The hash of a password, in PHC form.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn hash(&self, password: String, random: &Random) -> Result<String, PasswordError> {
        let salt = random.bytes::<16>()?;
        self.in_turn(move || hash(password.as_bytes(), &salt)).await
    }

    /// Whether `password` is the one with that hash. Without a hash it takes as long and is wrong.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<Verdict, PasswordError> {
        let known = stored.is_some();
        let encoded = stored.unwrap_or_else(|| self.dummy.clone());
        self.in_turn(move || {
            let right = argon2::verify_encoded(&encoded, password.as_bytes()).map_err(broken)? && known;
            Ok(match right {
                false => Verdict::Wrong,
                true if is_current(&encoded) => Verdict::Right,
                true => Verdict::RightButOld,
            })
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let _place = self.waiting.try_acquire().map_err(|_| PasswordError::Busy)?;
        let turn = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        let done = tokio::task::spawn_blocking(move || {
            // The turn ends with the work, also when nobody waits for it any more.
            let _turn = turn;
            work()
        });
        done.await.map_err(|error| PasswordError::Broken(error.to_string()))?
    }
}

const fn config() -> Config<'static> {
    Config {
        ad: &[],
        hash_length: 32,
        lanes: LANES,
        mem_cost: MEMORY_KIB,
        secret: &[],
        thread_mode: ThreadMode::Sequential,
        time_cost: ROUNDS,
        variant: Variant::Argon2id,
        version: Version::Version13,
    }
}

fn hash(password: &[u8], salt: &[u8; 16]) -> Result<String, PasswordError> {
    argon2::hash_encoded(password, salt, &config()).map_err(broken)
}

fn is_current(encoded: &str) -> bool {
    encoded.starts_with(&format!("$argon2id$v=19$m={MEMORY_KIB},t={ROUNDS},p={LANES}$"))
}

#[expect(clippy::needless_pass_by_value, reason = "map_err hands it over")]
fn broken(error: argon2::Error) -> PasswordError {
    PasswordError::Broken(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn s64_a_password_is_kept_as_argon2id_in_phc_form() {
        let random = Random::default();
        let passwords = Passwords::new(&random).unwrap();
        let stored = passwords.hash("a walk along the quay".to_owned(), &random).await.unwrap();

        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        let verdict = |password: &str, stored: Option<&String>| passwords.verify(password.to_owned(), stored.cloned());
        assert_eq!(verdict("a walk along the quay", Some(&stored)).await.unwrap(), Verdict::Right);
        assert_eq!(verdict("a walk along the quays", Some(&stored)).await.unwrap(), Verdict::Wrong);
        assert_eq!(verdict("a walk along the quay", None).await.unwrap(), Verdict::Wrong);
    }

    #[tokio::test]
    async fn s64_a_weaker_hash_is_noticed() {
        let passwords = Passwords::new(&Random::default()).unwrap();
        let weak = Config { mem_cost: 4096, ..config() };
        let stored = argon2::hash_encoded(b"a walk along the quay", &[7; 16], &weak).unwrap();

        let verdict = passwords.verify("a walk along the quay".to_owned(), Some(stored)).await.unwrap();
        assert_eq!(verdict, Verdict::RightButOld);
    }

    #[tokio::test]
    async fn s69_more_than_can_wait_are_sent_away() {
        let passwords = Passwords::new(&Random::default()).unwrap();
        let many = (0..WAITING + 20).map(|_| passwords.verify("x".to_owned(), None));
        let answers = futures_util::future::join_all(many).await;

        let busy = answers.iter().filter(|answer| matches!(answer, Err(PasswordError::Busy))).count();
        assert_eq!(busy, 20);
    }
}

//! Webhooks: where deliveries may go, how they are signed, and when they are tried again.
//!
//! An endpoint is its owner's; `domain::webhooks` says what it is, `store::webhooks` keeps it, `store::events` puts what
//! happens into the outbox. It must not know callers or the wire. To add a rule of addresses: a line in `target.rs`, and
//! one in its tests.

mod reseal;
pub mod schedule;
pub mod signature;
pub mod target;

use secrecy::SecretString;

pub use reseal::{reseal, to_reseal};
pub use signature::Secret;
pub use target::{Guard, Target, TargetError};

use crate::domain::ids::WebhookId;
use crate::random::Random;
use crate::seal::{SealError, Sealer};
use crate::store::webhooks::Signing;

/// What sends webhooks.
#[derive(Debug)]
pub struct Webhooks {
    /// Where they may go.
    pub guard: Guard,
    /// How many endpoints an account may have.
    pub most_per_account: u64,
    sealer: Sealer,
}

/// What seals the secrets of endpoints: the first secret seals, all of them open.
#[must_use]
pub fn secret_sealer(secret_keys: &[SecretString]) -> Sealer {
    Sealer::new(secret_keys, "webhooks")
}

/// What a secret is bound to: it opens nowhere else.
fn context(webhook: &WebhookId, number: i64) -> String {
    format!("{webhook} {number}")
}

impl Webhooks {
    /// As the settings say.
    #[must_use]
    pub fn new(guard: Guard, most_per_account: u64, secret_keys: &[SecretString]) -> Self {
        Self { guard, most_per_account, sealer: secret_sealer(secret_keys) }
    }

    /// An endpoint's secret as it is kept.
    ///
    /// # Errors
    /// No key to seal with, no randomness.
    pub fn seal(
        &self,
        webhook: &WebhookId,
        number: i64,
        secret: &Secret,
        random: &Random,
    ) -> Result<String, SealError> {
        self.sealer.seal(secret.bytes(), &context(webhook, number), random)
    }

    /// A secret that is kept.
    ///
    /// # Errors
    /// [`SealError::Closed`].
    pub fn open(&self, kept: &Signing) -> Result<Secret, SealError> {
        let bytes = self.sealer.open(&kept.sealed, &context(&kept.webhook, kept.number))?;
        Ok(Secret::of(bytes))
    }
}

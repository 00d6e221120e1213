//! Webhooks: where deliveries may go, how they are signed, and when they are tried again.
//!
//! An endpoint is its owner's; `domain::webhooks` says what it is, `store::webhooks` keeps it, `store::events` puts what
//! happens into the outbox. It must not know callers or the wire. To add a rule of addresses: a line in `target.rs`, and
//! one in its tests.

pub mod client;
mod disable;
pub mod dispatcher;
mod hold;
mod keeping;
mod lanes;
mod pace;
mod reseal;
mod run;
pub mod schedule;
mod settling;
pub mod signature;
mod taking;
pub mod target;

use secrecy::SecretString;

pub use client::{Names, Sender};
pub use disable::disable;
pub use reseal::{reseal, to_reseal};
pub use signature::{Secret, digest, sign};
pub use target::{Guard, Target, TargetError};

use crate::config::WebhookSettings;
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
    /// What sends.
    pub sender: Sender,
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
    ///
    /// # Errors
    /// The machine's TLS cannot be used.
    pub fn new(guard: Guard, settings: &WebhookSettings, secret_keys: &[SecretString]) -> Result<Self, reqwest::Error> {
        let sender = Sender::new(&guard, &Names::System, settings.timeout)?;
        let most_per_account = settings.most_per_account;
        Ok(Self { guard, most_per_account, sender, sealer: secret_sealer(secret_keys) })
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

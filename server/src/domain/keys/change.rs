//! Changing a key: what is left out stays, and nothing dead comes back.

use super::{End, Key, KeyError, KeyStatus, Metadata, Networks, Origins};
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;
use crate::domain::users::Tier;

/// What to change of a key. `None` leaves it as it is; an inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub struct KeyChange {
    /// What its owner calls it.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<Option<String>>,
    /// All that it may do from now on.
    pub scopes: Option<Scopes>,
    /// Stops it, or lets it work again.
    pub disabled: Option<bool>,
    /// When it ends.
    pub expires_at: Option<Option<Time>>,
    /// The group that it counts to.
    pub namespace: Option<Option<String>>,
    /// All that is kept with it.
    pub metadata: Option<Option<Metadata>>,
    /// Who it is for.
    pub client_name: Option<Option<String>>,
    /// How long it may lie unused, in milliseconds.
    pub max_idle_ms: Option<Option<i64>>,
    /// The pages that may use it.
    pub origins: Option<Origins>,
    /// The addresses that may use it.
    pub networks: Option<Networks>,
    /// Its own limits, a minute and a day.
    pub limits: Option<(Option<i64>, Option<i64>)>,
    /// A tier of its own.
    pub tier: Option<Option<Tier>>,
}

impl Key {
    /// The key with the change made.
    ///
    /// # Errors
    /// [`KeyError::Dead`] when it is revoked, expired or idle: a change never revives. [`KeyError::EndsInThePast`];
    /// [`KeyError::IdleAlready`] when the change would end it by itself.
    pub fn change(mut self, change: KeyChange, now: Time) -> Result<Self, KeyError> {
        self.is_alive(now)?;
        self.keep_to_token(&change)?;
        if let Some(end) = change.expires_at {
            self.expires_at = end.map_or(Ok(None), |end| End::At(end).moment(now))?;
        }
        if let Some(disabled) = change.disabled {
            self.disabled_at = disabled.then(|| self.disabled_at.unwrap_or(now));
        }
        self.name = change.name.unwrap_or(self.name);
        self.description = change.description.unwrap_or(self.description);
        self.scopes = change.scopes.unwrap_or(self.scopes);
        self.labels.namespace = change.namespace.unwrap_or(self.labels.namespace);
        self.labels.metadata = change.metadata.unwrap_or(self.labels.metadata);
        self.labels.client_name = change.client_name.unwrap_or(self.labels.client_name);
        self.bounds.max_idle_ms = change.max_idle_ms.unwrap_or(self.bounds.max_idle_ms);
        self.bounds.origins = change.origins.unwrap_or(self.bounds.origins);
        self.bounds.networks = change.networks.unwrap_or(self.bounds.networks);
        (self.bounds.per_minute, self.bounds.per_day) =
            change.limits.unwrap_or((self.bounds.per_minute, self.bounds.per_day));
        self.tier = change.tier.unwrap_or(self.tier);
        if self.status(now) == KeyStatus::Idle { Err(KeyError::IdleAlready) } else { Ok(self) }
    }

    /// Whether it can still work: disabled is no death.
    ///
    /// # Errors
    /// [`KeyError::Dead`].
    pub fn is_alive(&self, now: Time) -> Result<(), KeyError> {
        match self.status(now) {
            KeyStatus::Active | KeyStatus::Disabled => Ok(()),
            dead => Err(KeyError::Dead(dead)),
        }
    }
}

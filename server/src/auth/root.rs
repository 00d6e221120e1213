//! The root key from the environment.

use aws_lc_rs::constant_time;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Credential, Identity};
use crate::domain::ids::UserId;
use crate::domain::keys::{GENERATIONS, OwnLimits};
use crate::domain::scopes::Scopes;
use crate::domain::users::{Role, Tier};

/// The root key: it acts as the built-in administrator account.
pub struct RootKey(SecretString);

impl RootKey {
    /// The setting's value.
    #[must_use]
    pub const fn new(value: SecretString) -> Self {
        Self(value)
    }

    /// Whether `presented` is it. The time that this takes tells its length at most.
    #[must_use]
    pub fn is(&self, presented: &str) -> bool {
        constant_time::verify_slices_are_equal(self.0.expose_secret().as_bytes(), presented.as_bytes()).is_ok()
    }

    /// Who holds it.
    #[must_use]
    pub const fn identity() -> Identity {
        Identity {
            user_id: UserId::ADMINISTRATOR,
            role: Role::Admin,
            tier: Tier::Admin,
            own_tier: false,
            own_limits: OwnLimits { tier_of: None, each: [None; GENERATIONS] },
            credential: Credential::RootKey,
            client: None,
            scopes: Scopes::ADMIN,
            publishable: false,
        }
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey")
    }
}

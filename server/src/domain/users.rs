//! People: what an account is in the collective, and what it may use.

use std::str::FromStr;

/// What an account is in the collective.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Has an account.
    Authenticated,
    /// Belongs to the collective.
    Member,
    /// Runs it.
    Admin,
}

/// The row of the limits table that counts for an account or a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// The first one.
    Free,
    /// More of it.
    Basic,
    /// Much more.
    Pro,
    /// For keys that an administrator makes.
    Service,
    /// For administrators.
    Admin,
}

macro_rules! named {
    ($type:ident: $($variant:ident = $name:literal),+) => {
        impl $type {
            /// Its name in the contract and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl FromStr for $type {
            type Err = UnknownName;

            fn from_str(name: &str) -> Result<Self, UnknownName> {
                match name { $($name => Ok(Self::$variant),)+ _ => Err(UnknownName) }
            }
        }
    };
}

/// A name that nothing has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no such name")]
pub struct UnknownName;

named!(Role: Authenticated = "authenticated", Member = "member", Admin = "admin");
named!(Tier: Free = "free", Basic = "basic", Pro = "pro", Service = "service", Admin = "admin");

//! What a credential may do.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// The text names no scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("is not a scope")]
pub struct NotAScope;

macro_rules! scopes {
    ($($name:ident = $text:literal, $about:literal;)*) => {
        /// One scope. The contract's enum says the same names in the same order; a test compares them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Scope {
            $(#[doc = $about] $name,)*
        }

        impl Scope {
            /// Every scope, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name on the wire.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// What it is for, in a sentence for whoever grants it.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $about,)*
                }
            }
        }
    };
}

scopes! {
    Read = "read", "Read everything that any account may let a key read.";
    Write = "write", "Change everything that any account may let a key change.";
    Admin = "admin", "Everything, administration too.";
    KeysRead = "keys:read", "See the owner's keys, without their secrets.";
    KeysWrite = "keys:write", "Make, change and revoke the owner's keys.";
    KeysVerify = "keys:verify", "Ask whether a key is good.";
    VaultRead = "vault:read", "Read secrets from the vault.";
    VaultWrite = "vault:write", "Keep and delete secrets in the vault.";
    UsersRead = "users:read", "Look up users.";
    UsersWrite = "users:write", "Make, change and delete users.";
    IdentitiesRead = "identities:read", "See which identities belong to a user.";
    IdentitiesWrite = "identities:write", "Link identities to users and take them away.";
    DiscordRead = "discord:read", "Read channel settings and vanishing channels.";
    DiscordWrite = "discord:write", "Change channel settings and vanishing channels.";
    PracticeRead = "practice:read", "Read practice statistics and the leaderboard.";
    PracticeWrite = "practice:write", "Start and stop practice for other users.";
    ApplicationsRead = "applications:read", "Read membership applications.";
    ApplicationsWrite = "applications:write", "Create, decide and vote on membership applications.";
    ProjectsRead = "projects:read", "Read projects, the owner's private ones too.";
    ProjectsWrite = "projects:write", "Make, change and delete the owner's projects.";
    ReadItems = "read:items", "See the owner's items.";
    WriteItems = "write:items", "Offer, change and withdraw items.";
    ReadOrders = "read:orders", "See the owner's orders and their messages.";
    WriteOrders = "write:orders", "Order items, complete and cancel orders, write messages.";
    Webhooks = "webhooks", "Manage the owner's webhooks and read their deliveries.";
    UsageRead = "usage:read", "See the owner's calls, errors and latency.";
}

impl Scope {
    /// Only an administrator may grant it.
    #[must_use]
    pub const fn admin_granted(self) -> bool {
        matches!(
            self,
            Self::Admin
                | Self::IdentitiesRead
                | Self::IdentitiesWrite
                | Self::UsersRead
                | Self::UsersWrite
                | Self::DiscordRead
                | Self::DiscordWrite
                | Self::ApplicationsRead
                | Self::ApplicationsWrite
                | Self::PracticeWrite
        )
    }

    const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl FromStr for Scope {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        Self::ALL.iter().copied().find(|scope| scope.name() == text).ok_or(NotAScope)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const READ: Scopes = Scopes::of(&[
    Scope::Read,
    Scope::KeysRead,
    Scope::KeysVerify,
    Scope::VaultRead,
    Scope::PracticeRead,
    Scope::ProjectsRead,
    Scope::ReadItems,
    Scope::ReadOrders,
    Scope::UsageRead,
]);

const WRITE: Scopes = Scopes::of(&[
    Scope::Write,
    Scope::KeysWrite,
    Scope::VaultWrite,
    Scope::ProjectsWrite,
    Scope::WriteItems,
    Scope::WriteOrders,
    Scope::Webhooks,
]);

/// A set of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Scopes(u32);

impl Scopes {
    /// No scope at all.
    pub const NONE: Self = Self(0);
    /// What a signed-in user's access token holds.
    pub const USER: Self = Self::of(&[Scope::Read, Scope::Write]);
    /// What a member's access token holds: whoever makes a member grants it.
    pub const MEMBER: Self =
        Self::of(&[Scope::Read, Scope::Write, Scope::UsersRead, Scope::ApplicationsRead, Scope::ApplicationsWrite]);
    /// What only an administrator grants.
    pub const ADMIN_GRANTED: Self = {
        let (mut bits, mut rest) = (0, Scope::ALL);
        while let [first, others @ ..] = rest {
            if first.admin_granted() {
                bits |= first.bit();
            }
            rest = others;
        }
        Self(bits)
    };
    /// What an administrator and the root key hold.
    pub const ADMIN: Self = Self::of(&[Scope::Admin]);
    const EVERYTHING: Self = Self::of(Scope::ALL);

    /// The set of these scopes.
    #[must_use]
    pub const fn of(scopes: &[Scope]) -> Self {
        let mut bits = 0;
        let mut rest = scopes;
        while let [first, others @ ..] = rest {
            bits |= first.bit();
            rest = others;
        }
        Self(bits)
    }

    /// Whether `scope` itself stands in the set, umbrellas aside.
    #[must_use]
    pub const fn names(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is no scope in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with every scope that its umbrellas stand for.
    #[must_use]
    pub const fn unfolded(self) -> Self {
        if self.names(Scope::Admin) {
            return Self::EVERYTHING;
        }
        let mut bits = self.0;
        if self.names(Scope::Read) {
            bits |= READ.0;
        }
        if self.names(Scope::Write) {
            bits |= WRITE.0;
        }
        Self(bits)
    }

    /// Whether whoever holds this set may do what needs `required`.
    #[must_use]
    pub const fn covers(self, required: Self) -> bool {
        self.unfolded().0 & required.0 == required.0
    }

    /// The scopes of either set.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without that one.
    #[must_use]
    pub const fn without(self, scope: Scope) -> Self {
        Self(self.0 & !scope.bit())
    }

    /// The rights that both sets have.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        if self.0 == other.0 {
            return self;
        }
        Self(self.unfolded().0 & other.unfolded().0)
    }

    /// The scopes in it, in the contract's order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.iter().copied().filter(move |scope| self.names(*scope))
    }

    /// Their names, in the contract's order.
    #[must_use]
    pub fn to_names(self) -> Vec<&'static str> {
        self.iter().map(Scope::name).collect()
    }
}

impl From<Scope> for Scopes {
    fn from(scope: Scope) -> Self {
        Self::of(&[scope])
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | scope.bit()))
    }
}

/// The form of OAuth's `scope` (RFC 6749, 3.3): names with one space between.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_names().join(" "))
    }
}

/// Strict: exactly the form that [`fmt::Display`] writes, in any order.
impl FromStr for Scopes {
    type Err = NotAScope;

    fn from_str(text: &str) -> Result<Self, NotAScope> {
        if text.is_empty() {
            return Ok(Self::NONE);
        }
        text.split(' ').map(Scope::from_str).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_umbrellas_stand_for_what_any_account_may_grant() {
        let granted_by_anyone = |scope: &&Scope| !scope.admin_granted();
        for scope in Scope::ALL.iter().filter(granted_by_anyone) {
            assert!(Scopes::USER.covers(Scopes::of(&[*scope])), "{scope}");
        }
        for scope in Scope::ALL.iter().filter(|scope| scope.admin_granted()) {
            assert!(!Scopes::USER.covers(Scopes::of(&[*scope])), "{scope}");
            assert!(Scopes::ADMIN.covers(Scopes::of(&[*scope])), "{scope}");
        }
    }

    #[test]
    fn read_does_not_write_and_a_scope_is_not_an_umbrella() {
        let read = Scopes::of(&[Scope::Read]);

        assert!(read.covers(Scopes::of(&[Scope::ReadItems, Scope::KeysVerify])));
        assert!(!read.covers(Scopes::of(&[Scope::ReadItems, Scope::WriteItems])));
        assert!(!Scopes::of(&[Scope::ReadItems]).covers(read));
        assert!(Scopes::NONE.covers(Scopes::NONE));
        assert!(!Scopes::NONE.covers(read));
    }

    #[test]
    fn s17_both_never_has_more_than_either() {
        let key = Scopes::of(&[Scope::WriteItems, Scope::Read]);
        let both = key.both(Scopes::USER);

        assert!(both.covers(Scopes::of(&[Scope::WriteItems, Scope::ReadItems])));
        assert!(!both.covers(Scopes::of(&[Scope::KeysWrite])));
        assert!(!key.both(Scopes::NONE).covers(Scopes::of(&[Scope::ReadItems])));
    }

    #[test]
    fn the_text_form_reads_back_and_nothing_else_does() {
        let scopes = Scopes::of(&[Scope::WriteItems, Scope::KeysRead]);

        assert_eq!(scopes.to_string(), "keys:read write:items");
        assert_eq!("write:items keys:read".parse(), Ok(scopes));
        for bad in [" ", "read ", "read  write", "READ", "read,write", "everything"] {
            assert_eq!(bad.parse::<Scopes>(), Err(NotAScope), "{bad}");
        }
    }

    #[test]
    fn the_contract_names_the_same_scopes_in_the_same_order() {
        let contract = include_str!("../../../openapi.yaml");
        let listed: Vec<&str> = contract
            .lines()
            .skip_while(|line| *line != "    Scope:")
            .skip_while(|line| line.trim() != "enum:")
            .skip(1)
            .map_while(|line| line.trim().strip_prefix("- "))
            .collect();

        assert_eq!(listed, Scope::ALL.iter().map(|scope| scope.name()).collect::<Vec<_>>());
    }
}

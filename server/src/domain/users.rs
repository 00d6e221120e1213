//! People: what an account is in the collective, and what it may use.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

use crate::domain::ids::UserId;
use crate::domain::scopes::Scopes;
use crate::domain::time::Time;

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

impl Role {
    /// What an access token of such an account may hold.
    #[must_use]
    pub const fn scopes(self) -> Scopes {
        match self {
            Self::Authenticated => Scopes::USER,
            Self::Member => Scopes::MEMBER,
            Self::Admin => Scopes::ADMIN,
        }
    }
}

/// An e-mail address in the one form that is kept and compared (S112): no space around it, lower case, NFC.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

/// The text is no e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address")]
pub struct NotAnEmail;

impl Email {
    /// Reads what somebody typed. Only the shape is checked: whether mail arrives is seen by sending one.
    ///
    /// # Errors
    /// [`NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let text: String = text.trim().nfc().collect::<String>().to_lowercase().nfc().collect();
        let (local, domain) = text.rsplit_once('@').ok_or(NotAnEmail)?;
        let fits = |part: &str, most: usize| {
            let odd = |letter: char| letter.is_whitespace() || letter.is_control() || letter == '@';
            !part.is_empty() && part.len() <= most && !part.contains(odd)
        };
        let labels = domain.split('.').all(|label| fits(label, 63) && !label.starts_with('-') && !label.ends_with('-'));
        if fits(local, 64) && fits(domain, 253) && labels && text.len() <= 254 {
            Ok(Self(text))
        } else {
            Err(NotAnEmail)
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the @.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

/// What an account does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// There is none of that id.
    #[error("there is no such account")]
    NotFound,
    /// The built-in administrator stays as it is.
    #[error("the built-in administrator stays as it is")]
    BuiltIn,
    /// An account that is to be merged with itself.
    #[error("is the same account")]
    Same,
    /// The account to merge is not there; the name of the property that says it.
    #[error("is no account")]
    Unknown(&'static str),
    /// Both accounts have a secret of one name.
    #[error("both accounts have a secret of one name")]
    SecretsClash,
    /// An administrator, whom only an administrator deletes.
    #[error("only an administrator deletes one")]
    AnAdministrator,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its id.
    pub id: UserId,
    /// Its e-mail address, if it has one.
    pub email: Option<String>,
    /// How to call it.
    pub name: Option<String>,
    /// What it is in the collective.
    pub role: Role,
    /// Its row of the limits table.
    pub tier: Tier,
    /// When it was opened.
    pub created_at: Time,
    /// When it was stopped.
    pub disabled_at: Option<Time>,
}

impl User {
    /// A new account, opened at `now`.
    #[must_use]
    pub const fn opened(id: UserId, name: Option<String>, now: Time) -> Self {
        let (role, tier) = (Role::Authenticated, Tier::Free);
        Self { id, email: None, name, role, tier, created_at: now, disabled_at: None }
    }

    /// Lets through every account but the built-in administrator's.
    ///
    /// # Errors
    /// [`UserError::BuiltIn`].
    pub fn may_change(&self) -> Result<(), UserError> {
        if self.id == UserId::ADMINISTRATOR { Err(UserError::BuiltIn) } else { Ok(()) }
    }
}

macro_rules! named {
    ($type:ident: $($variant:ident = $name:literal),+) => {
        impl $type {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Its name in the contract and in the database.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
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

pub(super) use named;

named!(Role: Authenticated = "authenticated", Member = "member", Admin = "admin");
named!(Tier: Free = "free", Basic = "basic", Pro = "pro", Service = "service", Admin = "admin");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s112_an_address_has_one_form_however_it_is_typed() {
        let one = Email::parse("ada.lovelace@example.com").unwrap();
        for same in [" Ada.Lovelace@Example.COM ", "ada.lovelace@example.com\n"] {
            assert_eq!(Email::parse(same), Ok(one.clone()), "{same}");
        }
        assert_eq!(Email::parse("re\u{301}my@example.com"), Email::parse("r\u{e9}my@example.com"));
        assert_eq!(Email::parse("RE\u{301}MY@example.com"), Email::parse("r\u{e9}my@example.com"));
    }

    #[test]
    fn what_cannot_be_an_address_is_refused() {
        for bad in
            ["", "@", "a@", "@b", "a b@c.de", "a@b@c.de", "a@-b.de", "a@b..de", &format!("{}@b.de", "a".repeat(65))]
        {
            assert_eq!(Email::parse(bad), Err(NotAnEmail), "{bad}");
        }
    }
}

//! What an OAuth client may ask for, and what it gets of it (RFC 6749).

use thiserror::Error;

use crate::domain::scopes::Scopes;

/// A grant that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grant {
    /// A refresh token for the next pair (RFC 6749, 6).
    RefreshToken,
    /// A key for an access token (RFC 6749, 4.4).
    ClientCredentials,
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum OauthError {
    /// A parameter that the grant needs is not there.
    #[error("{0} is required for this grant_type.")]
    Missing(&'static str),
    /// No such grant here; passwords and the implicit one are never served (S13).
    #[error("This grant_type is not served. Use refresh_token or client_credentials.")]
    UnsupportedGrantType,
    /// It names what is no scope, or more than is held (S5).
    #[error("scope asks for what is no scope, or for more than is held.")]
    InvalidScope,
    /// The client's key can be seen by everybody.
    #[error("A publishable key is no proof of anybody: use a secret or signed one.")]
    PublishableKey,
}

impl Grant {
    /// Every grant, in the order of the metadata.
    pub const ALL: [Self; 2] = [Self::RefreshToken, Self::ClientCredentials];

    /// Its `grant_type`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RefreshToken => "refresh_token",
            Self::ClientCredentials => "client_credentials",
        }
    }

    /// The grant of that `grant_type`.
    ///
    /// # Errors
    /// [`OauthError::UnsupportedGrantType`].
    pub fn parse(name: &str) -> Result<Self, OauthError> {
        Self::ALL.into_iter().find(|grant| grant.name() == name).ok_or(OauthError::UnsupportedGrantType)
    }
}

/// What `scope` asks for; `None` for all that there is.
///
/// # Errors
/// [`OauthError::InvalidScope`] when it names what is no scope.
pub fn wanted(scope: Option<&str>) -> Result<Option<Scopes>, OauthError> {
    scope.map(|scope| scope.parse().map_err(|_| OauthError::InvalidScope)).transpose()
}

/// The scopes that an access token gets: those wanted, all of them held, or all that are held.
///
/// # Errors
/// [`OauthError::InvalidScope`] when more is wanted than held.
pub fn narrow(held: Scopes, wanted: Option<Scopes>) -> Result<Scopes, OauthError> {
    match wanted {
        None => Ok(held),
        Some(wanted) if held.covers(wanted) => Ok(wanted),
        Some(_) => Err(OauthError::InvalidScope),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::scopes::Scope;

    #[test]
    fn s13_only_two_grants_are_served() {
        for grant in Grant::ALL {
            assert_eq!(Grant::parse(grant.name()), Ok(grant));
        }
        for other in ["password", "implicit", "authorization_code", "Refresh_Token", "", "urn:ietf:params:oauth:x"] {
            assert_eq!(Grant::parse(other), Err(OauthError::UnsupportedGrantType), "{other}");
        }
    }

    #[test]
    fn s5_a_token_has_what_was_wanted_and_never_more_than_is_held() {
        let held = Scopes::of(&[Scope::Read]);
        assert_eq!(narrow(held, None), Ok(held));
        assert_eq!(narrow(held, wanted(Some("read:items")).unwrap()), Ok(Scopes::of(&[Scope::ReadItems])));
        assert_eq!(narrow(held, wanted(Some("read write")).unwrap()), Err(OauthError::InvalidScope));
        assert_eq!(narrow(held, wanted(Some("admin")).unwrap()), Err(OauthError::InvalidScope));
        for bad in ["everything", " read", "read  write", "read,write"] {
            assert_eq!(wanted(Some(bad)), Err(OauthError::InvalidScope), "{bad}");
        }
    }
}

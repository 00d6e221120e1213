//! A key turned into an access token (RFC 6749, 4.4): for clients that speak OAuth, and to hand on less than the key may do.

use thiserror::Error;

use super::access_token::{AccessClaims, Holder, NewAccess};
use super::{Auth, AuthError};
use crate::domain::ids::KeyId;
use crate::domain::keys::KeyKind;
use crate::domain::oauth::{OauthError, narrow};
use crate::domain::scopes::Scopes;
use crate::random::NoRandomness;
use crate::store::StoreError;

/// An access token without a session.
pub struct Issued {
    /// A JWT.
    pub access_token: String,
    /// Seconds that it lives.
    pub expires_in: i32,
    /// What it may do.
    pub scopes: Scopes,
}

/// Why there is none.
#[derive(Debug, Error)]
pub enum ClientTokenError {
    /// The client may not have it, or not with these scopes.
    #[error(transparent)]
    Refused(#[from] OauthError),
    /// The key is no good any more.
    #[error(transparent)]
    Key(#[from] AuthError),
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The token could not be signed.
    #[error("the access token could not be signed: {0}")]
    Unsigned(#[from] jsonwebtoken::errors::Error),
}

impl Auth {
    /// An access token of the key's owner, for the client that authenticated with the key.
    ///
    /// # Errors
    /// [`ClientTokenError`].
    pub async fn token_of_key(&self, id: &KeyId, wanted: Option<Scopes>) -> Result<Issued, ClientTokenError> {
        let found = self.key(id).await?.ok_or(AuthError::UnknownKey)?;
        let (key, now) = (&found.found.key, self.clock.now());
        found.check(now)?;
        if key.kind == KeyKind::Publishable {
            return Err(OauthError::PublishableKey.into());
        }
        let scopes = narrow(found.scopes, wanted)?;
        let new = NewAccess {
            claims: AccessClaims { user: key.owner, holder: Holder::Key(key.id), scopes },
            client: key.id.as_str(),
            token_id: self.token_id()?,
            ends: key.expires_at,
        };
        let (access_token, expires_in) = self.signing.known().tokens.sign(&new, now)?;
        Ok(Issued { access_token, expires_in, scopes })
    }
}

impl From<StoreError> for ClientTokenError {
    fn from(error: StoreError) -> Self {
        Self::Key(error.into())
    }
}

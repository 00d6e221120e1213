//! What a token or a key says while it is good (RFC 7662).

use super::access_token::Holder;
use super::{Auth, AuthError, Presented, is_meant_as_key};
use crate::domain::ids::{KeyId, UserId};
use crate::domain::scopes::Scopes;
use crate::domain::sessions::RefreshSecret;
use crate::store::{StoreError, refresh_tokens, users};

/// Something good, and what it says.
#[derive(Debug)]
pub struct Active {
    /// Whose it is.
    pub owner: UserId,
    /// The key that it was issued to or that it is; none where a session began without one.
    pub client: Option<KeyId>,
    /// The client that this key stands for, whichever of its keys it has now.
    pub issued_to: Option<KeyId>,
    /// What it may do.
    pub scopes: Scopes,
    /// Whether it is sent as a credential; a refresh token is not.
    pub bearer: bool,
    /// When it was made, in seconds since 1970; not told of a refresh token.
    pub issued_at: Option<i64>,
    /// When it ends, in seconds since 1970, if it does.
    pub expires_at: Option<i64>,
    /// `jti` of an access token.
    pub token_id: Option<String>,
}

impl Auth {
    /// What `text` says, if it is a refresh token, an access token or a key that is good now. The root key is nobody's to
    /// ask about.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn introspect(&self, text: &str) -> Result<Option<Active>, StoreError> {
        if let Some(token) = RefreshSecret::parse(text) {
            return self.refresh_token(&token).await;
        }
        let found = if is_meant_as_key(text) { self.active_key(text).await } else { self.active_token(text).await };
        match found {
            Ok(active) => Ok(Some(active)),
            Err(AuthError::Store(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    async fn active_key(&self, text: &str) -> Result<Active, AuthError> {
        let found = self.find_key(text).await?.ok_or(AuthError::UnknownKey)?;
        self.check(&found)?;
        let key = &found.found.key;
        Ok(Active {
            owner: key.owner,
            client: Some(key.id),
            issued_to: Some(key.family()),
            scopes: found.scopes,
            bearer: true,
            issued_at: Some(key.created_at.seconds()),
            expires_at: key.expires_at.map(|end| end.seconds()),
            token_id: None,
        })
    }

    async fn active_token(&self, text: &str) -> Result<Active, AuthError> {
        let token = self.access_token(text, self.clock.now()).await?;
        let (scopes, issued_to) = match token.claims.holder {
            Holder::Key(id) => {
                let key = self.key_of(&token, &id).await?;
                (key.scopes.both(token.claims.scopes), Some(key.found.key.family()))
            }
            Holder::Session(id) => {
                let scopes = self.by_token(text, Presented::default()).await?.scopes;
                let session = self.sessions.find(&self.db, &id).await?.ok_or(AuthError::EndedSession)?;
                (scopes, session.state.client)
            }
        };
        Ok(Active {
            owner: token.claims.user,
            client: token.client.parse().ok(),
            issued_to,
            scopes,
            bearer: true,
            issued_at: Some(token.issued_at),
            expires_at: Some(token.expires_at),
            token_id: Some(token.token_id),
        })
    }

    async fn refresh_token(&self, token: &RefreshSecret) -> Result<Option<Active>, StoreError> {
        let mut read = self.db.read().await?;
        let Some(presented) = refresh_tokens::presented(&mut read, &token.hash()).await? else { return Ok(None) };
        let (session, generation, now) = (presented.session, presented.token, self.clock.now());
        let end = generation.expires_at.min(session.ends_at);
        if session.revoked_at.is_some() || generation.used_at.is_some() || end <= now {
            return Ok(None);
        }
        let owner = users::find(&mut read, &session.owner).await?.filter(|owner| owner.disabled_at.is_none());
        Ok(owner.map(|owner| Active {
            owner: owner.id,
            client: session.origin.client_key,
            issued_to: session.origin.client,
            scopes: owner.role.scopes(),
            bearer: false,
            issued_at: None,
            expires_at: Some(end.seconds()),
            token_id: None,
        }))
    }
}

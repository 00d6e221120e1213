//! Ending a token that its client presents (RFC 7009).

use serde_json::json;
use thiserror::Error;

use super::Auth;
use super::access_token::{AccessToken, Holder};
use crate::domain::audit::{Action, Actor, Change};
use crate::domain::ids::{KeyId, SessionId};
use crate::domain::sessions::RefreshSecret;
use crate::domain::time::Time;
use crate::store::{StoreError, audit, refresh_tokens, revoked_tokens, sessions};

/// Why a token was not revoked.
#[derive(Debug, Error)]
pub enum RevokeError {
    /// It was issued to a client that has to authenticate, and nobody did.
    #[error("The token was issued to a client that has to authenticate.")]
    ClientUnknown,
    /// It is an API key, and saying 200 would leave its owner in a false belief.
    #[error("An API key is revoked with DELETE /v1/keys/{{keyId}}.")]
    Key,
    /// The store's failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Auth {
    /// Revokes what `text` is, if it was issued to `client`: a token of a session ends the session, an access token of a
    /// key ends alone. What is unknown, over or another's is left as it is, without a word (S20).
    ///
    /// # Errors
    /// [`RevokeError`].
    pub async fn revoke(&self, text: &str, client: Option<KeyId>, actor: &Actor) -> Result<(), RevokeError> {
        if self.find_key(text).await?.is_some() {
            return Err(RevokeError::Key);
        }
        if let Some(token) = RefreshSecret::parse(text) {
            let found = refresh_tokens::presented(&mut *self.db.read().await?, &token.hash()).await?;
            let Some(session) = found.map(|found| found.session) else { return Ok(()) };
            return match is_its_own(session.origin.client, client)? {
                true => Ok(self.end_session(&session.id, actor).await?),
                false => Ok(()),
            };
        }
        let Ok(token) = self.access_token(text, self.clock.now()).await else { return Ok(()) };
        let issued_to = match token.claims.holder {
            Holder::Session(id) => self.sessions.find(&self.db, &id).await?.and_then(|session| session.state.client),
            Holder::Key(id) => self.key(&id).await?.map(|key| key.found.key.family()),
        };
        match (is_its_own(issued_to, client)?, token.claims.holder) {
            (false, _) => Ok(()),
            (true, Holder::Session(session)) => Ok(self.end_session(&session, actor).await?),
            (true, Holder::Key(_)) => Ok(self.end_token(&token, actor).await?),
        }
    }

    async fn end_session(&self, id: &SessionId, actor: &Actor) -> Result<(), StoreError> {
        let mut tx = self.db.write().await?;
        sessions::lock(&mut tx, id).await?;
        if let Some(state) = sessions::state(&mut tx, id).await?.filter(|state| !state.ended) {
            let now = self.clock.now();
            sessions::revoke(&mut tx, id, now).await?;
            let change = Change {
                action: Action::SessionRevoked,
                target: id.to_string(),
                owner: Some(state.owner),
                before: None,
                after: Some(json!({ "reason": "asked" })),
            };
            audit::record(&mut tx, (now, &self.random), actor, &change).await?;
        }
        tx.commit().await?;
        self.forget_session(id);
        Ok(())
    }

    async fn end_token(&self, token: &AccessToken, actor: &Actor) -> Result<(), StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        if revoked_tokens::insert(&mut tx, &token.token_id, Time::from_seconds(token.expires_at)).await? {
            let change = Change {
                action: Action::TokenRevoked,
                target: token.token_id.clone(),
                owner: Some(token.claims.user),
                before: None,
                after: Some(json!({ "clientId": token.client })),
            };
            audit::record(&mut tx, (now, &self.random), actor, &change).await?;
        }
        tx.commit().await
    }
}

/// Whether what was issued to one client is this one's to revoke. What was issued to nobody in particular is whoever's
/// that holds it.
fn is_its_own(issued_to: Option<KeyId>, client: Option<KeyId>) -> Result<bool, RevokeError> {
    match (issued_to, client) {
        (Some(_), None) => Err(RevokeError::ClientUnknown),
        (issued_to, client) => Ok(issued_to == client),
    }
}

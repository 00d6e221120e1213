//! From what was sent to who it is.

use super::{AccessClaims, Auth, AuthError, Credential, FoundKey, Identity, Presented, RootKey, is_meant_as_key};
use crate::domain::keys::{OwnLimits, line};
use crate::domain::time::Time;

impl Auth {
    /// Who sent this; nobody when nothing was sent. Everything that was sent must be good (S17).
    ///
    /// # Errors
    /// [`AuthError`]: why it is no good.
    pub async fn identify(&self, presented: Presented<'_>) -> Result<Option<Identity>, AuthError> {
        let key = match presented.api_key {
            Some(text) => Some(self.by_key(text, presented).await?),
            None => None,
        };
        let Some(bearer) = presented.bearer else {
            return Ok(key);
        };
        let is_key = is_meant_as_key(bearer) || self.is_root(bearer);
        let other = if is_key { self.by_key(bearer, presented).await? } else { self.by_token(bearer).await? };
        match key {
            None => Ok(Some(other)),
            Some(key) => together(key, other).map(Some).ok_or(AuthError::Mismatch),
        }
    }

    async fn by_key(&self, text: &str, presented: Presented<'_>) -> Result<Identity, AuthError> {
        if self.is_root(text) {
            return Ok(RootKey::identity());
        }
        let key = self.find_key(text).await?.ok_or(AuthError::UnknownKey)?;
        key.check(self.clock.now())?;
        if !self.is_for_us(&key.found.key) {
            return Err(AuthError::OtherAudience);
        }
        key.allows(presented.origin, presented.address)?;
        self.note_use(&key).await;
        Ok(of_key(&key))
    }

    async fn by_token(&self, text: &str) -> Result<Identity, AuthError> {
        let now = self.clock.now();
        let claims = self.claims(text, now).await?;
        let found = self.sessions.find(&self.db, &claims.session).await?.ok_or(AuthError::EndedSession)?;
        let session = &found.state;
        if session.owner != claims.user || session.ended || session.ends_at <= now {
            return Err(AuthError::EndedSession);
        }
        self.keys.last_used.note_session(claims.session, &found.noted, now);
        Ok(Identity {
            user_id: session.owner,
            role: session.role,
            tier: session.tier,
            own_tier: false,
            own_limits: OwnLimits::default(),
            credential: Credential::AccessToken(claims.session),
            scopes: claims.scopes.both(session.role.scopes()),
        })
    }

    /// What the token says. Where a key signed it that another process has made just now, the store knows that key.
    async fn claims(&self, text: &str, now: Time) -> Result<AccessClaims, AuthError> {
        let known = self.signing.known();
        if known.tokens.is_of_unknown_key(text) && self.signing.may_look(now) {
            if let Err(error) = self.learn_signing_keys().await {
                tracing::error!(%error, "the signing keys could not be read anew");
            }
            return self.signing.known().tokens.verify(text, now);
        }
        known.tokens.verify(text, now)
    }

    fn is_root(&self, text: &str) -> bool {
        self.root.as_ref().is_some_and(|root| root.is(text))
    }
}

fn of_key(key: &FoundKey) -> Identity {
    let found = &key.found;
    let tier = line::tier(&found.key, &found.above).map(|(tier, _)| tier);
    Identity {
        user_id: found.key.owner,
        role: found.role,
        tier: tier.unwrap_or(found.tier),
        own_tier: tier.is_some(),
        own_limits: key.own_limits,
        credential: Credential::ApiKey(found.key.id),
        scopes: key.scopes,
    }
}

/// A key and an access token of one account: the rights that both have.
fn together(key: Identity, token: Identity) -> Option<Identity> {
    let (Credential::ApiKey(key_id), Credential::AccessToken(session)) = (key.credential, token.credential) else {
        return None;
    };
    (key.user_id == token.user_id).then(|| Identity {
        credential: Credential::Both(key_id, session),
        scopes: key.scopes.both(token.scopes),
        ..key
    })
}

//! From what was sent to who it is.

use std::sync::Arc;

use super::access_token::{AccessToken, Holder};
use super::{Auth, AuthError, Credential, FoundKey, Identity, Presented, RootKey, is_meant_as_key};
use crate::domain::ids::KeyId;
use crate::domain::keys::{KeyKind, OwnLimits, line};
use crate::domain::time::Time;
use crate::store::revoked_tokens;

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
        let other =
            if is_key { self.by_key(bearer, presented).await? } else { self.by_token(bearer, presented).await? };
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
        self.check(&key)?;
        self.used(&key, presented).await
    }

    /// Whether a key may be used here and now.
    pub(super) fn check(&self, key: &FoundKey) -> Result<(), AuthError> {
        key.check(self.clock.now())?;
        if self.is_for_us(&key.found.key) { Ok(()) } else { Err(AuthError::OtherAudience) }
    }

    /// Who uses a key that may be used, if it may be from where they are.
    async fn used(&self, key: &FoundKey, presented: Presented<'_>) -> Result<Identity, AuthError> {
        key.allows(presented.origin, presented.address)?;
        self.note_use(key).await;
        Ok(of_key(key))
    }

    /// The OAuth client whose id that is and whose key was presented as `api_key`.
    ///
    /// # Errors
    /// [`AuthError`]: why it is no good; [`AuthError::UnknownKey`] also where the key is good and another one.
    pub async fn identify_client(&self, id: &str, presented: Presented<'_>) -> Result<Identity, AuthError> {
        let identity = self.identify(presented).await?.ok_or(AuthError::UnknownKey)?;
        let same = identity.credential.key().is_some_and(|key| key.as_str() == id);
        if same { Ok(identity) } else { Err(AuthError::UnknownKey) }
    }

    pub(super) async fn by_token(&self, text: &str, presented: Presented<'_>) -> Result<Identity, AuthError> {
        let now = self.clock.now();
        let token = self.access_token(text, now).await?;
        let claims = token.claims;
        let id = match claims.holder {
            Holder::Session(id) => id,
            Holder::Key(key) => return Box::pin(self.by_key_token(&token, &key, presented)).await,
        };
        let found = self.sessions.find(&self.db, &id).await?.ok_or(AuthError::EndedSession)?;
        let session = &found.state;
        if session.owner != claims.user || session.ended || session.ends_at <= now {
            return Err(AuthError::EndedSession);
        }
        self.keys.last_used.note_session(id, &found.noted, now);
        Ok(Identity {
            user_id: session.owner,
            role: session.role,
            tier: session.tier,
            own_tier: false,
            own_limits: OwnLimits::default(),
            credential: Credential::AccessToken(id),
            client: None,
            scopes: claims.scopes.both(session.role.scopes()),
            publishable: false,
        })
    }

    /// The token that this text is. Where a key signed it that another process has made just now, the store knows that key.
    ///
    /// # Errors
    /// As for [`super::AccessTokens::verify`].
    pub(super) async fn access_token(&self, text: &str, now: Time) -> Result<AccessToken, AuthError> {
        let known = self.signing.known();
        if known.tokens.is_of_unknown_key(text) && self.signing.may_look(now) {
            if let Err(error) = Box::pin(self.learn_signing_keys()).await {
                tracing::error!(%error, "the signing keys could not be read anew");
            }
            return self.signing.known().tokens.verify(text, now);
        }
        known.tokens.verify(text, now)
    }

    /// A key that was turned into a token is that key, with what the token names of its rights.
    async fn by_key_token(
        &self,
        token: &AccessToken,
        id: &KeyId,
        presented: Presented<'_>,
    ) -> Result<Identity, AuthError> {
        let identity = self.used(&*self.key_of(token, id).await?, presented).await?;
        Ok(Identity { scopes: identity.scopes.both(token.claims.scopes), ..identity })
    }

    /// The key that a token was made of. The token dies with it, or by its own revocation; the store is asked for that each
    /// time, so no process ever learns of it late.
    pub(super) async fn key_of(&self, token: &AccessToken, id: &KeyId) -> Result<Arc<FoundKey>, AuthError> {
        let key = self.key(id).await?.filter(|key| key.found.key.owner == token.claims.user);
        let key = key.ok_or(AuthError::UnknownKey)?;
        self.check(&key)?;
        if revoked_tokens::is_there(&mut *self.db.read().await?, &token.token_id).await? {
            return Err(AuthError::RevokedToken);
        }
        Ok(key)
    }

    /// Whether it is the root key from the environment.
    #[must_use]
    pub fn is_root(&self, text: &str) -> bool {
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
        client: Some(found.key.family()),
        scopes: key.scopes,
        publishable: found.key.kind == KeyKind::Publishable,
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

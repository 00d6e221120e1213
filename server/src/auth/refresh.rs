//! Refreshing: one token in, its one successor out.

use secrecy::ExposeSecret as _;
use serde_json::json;
use thiserror::Error;

use super::sign_in::{Pair, SignInError};
use super::{Auth, Visitor};
use crate::domain::audit::{Action, Change};
use crate::domain::events::SessionReuseDetectedData;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::oauth::{OauthError, narrow};
use crate::domain::scopes::Scopes;
use crate::domain::sessions::{RefreshSecret, Session, Trade, TradeError};
use crate::domain::time::Time;
use crate::domain::users::Role;
use crate::random::NoRandomness;
use crate::seal::{SealError, Sealer};
use crate::store::refresh_tokens::{self, Presented};
use crate::store::{Connection, StoreError, Tx, audit, events, sessions, users};

/// Why there are no new tokens.
#[derive(Debug, Error)]
pub enum RefreshError {
    /// The token is no good, or was used twice.
    #[error(transparent)]
    Refused(#[from] TradeError),
    /// More scopes are wanted than the session has. The token is not used up.
    #[error(transparent)]
    Scope(#[from] OauthError),
    /// Everything else that can fail.
    #[error(transparent)]
    Broken(#[from] SignInError),
    /// The sealed successor does not open.
    #[error(transparent)]
    Sealed(#[from] SealError),
}

impl Auth {
    /// The session that a refresh token belongs to, ended or not; for counting its refreshes.
    ///
    /// # Errors
    /// The store's failure.
    pub async fn session_of(&self, token: &RefreshSecret) -> Result<Option<SessionId>, StoreError> {
        refresh_tokens::of_token(&mut *self.db.read().await?, &token.hash()).await
    }

    /// Trades a refresh token of that session for the next pair. However many present it at once, it has one successor
    /// (S2).
    ///
    /// # Errors
    /// [`RefreshError`].
    pub async fn refresh(
        &self,
        token: &RefreshSecret,
        session: &SessionId,
        visitor: &Visitor,
    ) -> Result<Pair, RefreshError> {
        self.refresh_for(token, session, visitor, None).await
    }

    /// The same, for an access token of the scopes that are wanted alone: the refresh token keeps what the session has (S5).
    ///
    /// # Errors
    /// [`RefreshError`].
    pub async fn refresh_for(
        &self,
        token: &RefreshSecret,
        session: &SessionId,
        visitor: &Visitor,
        wanted: Option<Scopes>,
    ) -> Result<Pair, RefreshError> {
        // Who asks for the same session waits here, where waiting costs no connection.
        let _turn = self.turns.of(session).await;
        if let Some(pair) = self.answered_before(token, visitor, wanted).await? {
            return Ok(pair);
        }
        let mut tx = self.db.write().await?;
        sessions::lock(&mut tx, session).await?;
        let now = self.clock.now();
        let presented = refresh_tokens::presented(&mut tx, &token.hash()).await?.ok_or(TradeError::Invalid)?;
        let role = live_role(&mut tx, &presented.session.owner).await?.ok_or(TradeError::Invalid)?;
        match self.trade(&mut tx, token, &presented, visitor, now).await {
            Ok(successor) => {
                let scopes = narrow(role.scopes(), wanted)?;
                tx.commit().await?;
                Ok(self.pair(&presented.session, scopes, successor, now)?)
            }
            Err(RefreshError::Refused(TradeError::Reused)) => {
                self.end_reused(tx, &presented.session, visitor, now).await?;
                Err(TradeError::Reused.into())
            }
            Err(error) => Err(error),
        }
    }

    /// The answer to a token that was used a moment ago, found without a lock: nothing is written for it, and where a
    /// revocation comes at the same time the session's state refuses what it brings. Everything else is decided under the
    /// lock.
    async fn answered_before(
        &self,
        token: &RefreshSecret,
        visitor: &Visitor,
        wanted: Option<Scopes>,
    ) -> Result<Option<Pair>, RefreshError> {
        let mut read = self.db.read().await?;
        let Some(presented) = refresh_tokens::presented(&mut read, &token.hash()).await? else { return Ok(None) };
        let Some(role) = live_role(&mut read, &presented.session.owner).await? else { return Ok(None) };
        let now = self.clock.now();
        match decide(&mut read, &presented, visitor, now).await {
            Ok((Trade::Repeat, _)) => drop(read),
            Ok((Trade::Rotate, _)) | Err(RefreshError::Refused(_)) => return Ok(None),
            Err(error) => return Err(error),
        }
        let scopes = narrow(role.scopes(), wanted)?;
        Ok(Some(self.pair(&presented.session, scopes, kept_successor(token, &presented)?, now)?))
    }

    async fn trade(
        &self,
        tx: &mut Tx,
        token: &RefreshSecret,
        presented: &Presented,
        visitor: &Visitor,
        now: Time,
    ) -> Result<RefreshSecret, RefreshError> {
        let session = &presented.session;
        let (Trade::Rotate, next) = decide(tx, presented, visitor, now).await? else {
            return kept_successor(token, presented);
        };
        let successor = RefreshSecret::make(&self.random)?;
        let plain = successor.secret().expose_secret().as_bytes();
        let sealed = sealer(token).seal(plain, session.id.as_str(), &self.random)?;
        if !refresh_tokens::use_up(tx, &token.hash(), &sealed, now).await? {
            return Err(TradeError::Reused.into());
        }
        refresh_tokens::insert(tx, session, next, &successor.hash(), now).await?;
        sessions::prolong(tx, session, now).await?;
        Ok(successor)
    }

    /// Ends the family of a token that was used twice or by another client, its access tokens with it (S3).
    async fn end_reused(&self, mut tx: Tx, session: &Session, visitor: &Visitor, now: Time) -> Result<(), StoreError> {
        sessions::revoke(&mut tx, &session.id, now).await?;
        let told = SessionReuseDetectedData { session_id: session.id.to_string(), revoked_at: now };
        events::tell(&mut tx, (now, &self.random), &session.owner, &told).await?;
        let change = Change {
            action: Action::SessionRevoked,
            target: session.id.to_string(),
            owner: Some(session.owner),
            before: None,
            after: Some(json!({ "reason": "reuse" })),
        };
        audit::record(&mut tx, (now, &self.random), &visitor.actor(), &change).await?;
        tx.commit().await?;
        self.forget_session(&session.id);
        tracing::warn!(session_id = %session.id, user_id = %session.owner, "a refresh token was used twice or by another client: the session is ended");
        Ok(())
    }
}

/// What the token brings, and the number of its successor.
async fn decide(
    connection: &mut Connection,
    presented: &Presented,
    visitor: &Visitor,
    now: Time,
) -> Result<(Trade, i64), RefreshError> {
    let (session, generation) = (&presented.session, &presented.token);
    let next = generation.number.saturating_add(1);
    let successor_used = generation.used_at.is_some() && refresh_tokens::is_used(connection, &session.id, next).await?;
    Ok((session.trade(generation, successor_used, visitor.client(), now)?, next))
}

/// The successor that stands sealed beside a used token.
fn kept_successor(token: &RefreshSecret, presented: &Presented) -> Result<RefreshSecret, RefreshError> {
    let sealed = presented.successor.as_deref().ok_or(SealError::Closed)?;
    let plain = sealer(token).open(sealed, presented.session.id.as_str())?;
    let text = String::from_utf8(plain).map_err(|_| SealError::Closed)?;
    Ok(RefreshSecret::parse(&text).ok_or(SealError::Closed)?)
}

/// A key that only the presented token gives: the store alone cannot tell its successor (S4).
fn sealer(token: &RefreshSecret) -> Sealer {
    Sealer::new(std::slice::from_ref(token.secret()), "refresh successor")
}

async fn live_role(connection: &mut Connection, owner: &UserId) -> Result<Option<Role>, StoreError> {
    Ok(users::find(connection, owner).await?.filter(|user| user.disabled_at.is_none()).map(|user| user.role))
}

impl From<StoreError> for RefreshError {
    fn from(error: StoreError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<NoRandomness> for RefreshError {
    fn from(error: NoRandomness) -> Self {
        Self::Broken(error.into())
    }
}

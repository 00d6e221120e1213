//! Refreshing: one token in, its one successor out.

use secrecy::ExposeSecret as _;
use thiserror::Error;

use super::Auth;
use super::sign_in::{Pair, SignInError};
use crate::domain::ids::{KeyId, SessionId, UserId};
use crate::domain::sessions::{RefreshSecret, Session, Trade, TradeError};
use crate::domain::time::Time;
use crate::domain::users::Role;
use crate::random::NoRandomness;
use crate::seal::{SealError, Sealer};
use crate::store::sessions::{self, Presented};
use crate::store::{StoreError, Tx, users};

/// Why there are no new tokens.
#[derive(Debug, Error)]
pub enum RefreshError {
    /// The token is no good, or was used twice.
    #[error(transparent)]
    Refused(#[from] TradeError),
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
        sessions::of_token(&mut *self.db.read().await?, &token.hash()).await
    }

    /// Trades a refresh token for the next pair. However many present it at once, it has one successor (S2).
    ///
    /// # Errors
    /// [`RefreshError`].
    pub async fn refresh(&self, token: &RefreshSecret, client_key: Option<KeyId>) -> Result<Pair, RefreshError> {
        let hash = token.hash();
        let id = self.session_of(token).await?.ok_or(TradeError::Invalid)?;
        let mut tx = self.db.write().await?;
        sessions::lock(&mut tx, &id).await?;
        let now = self.clock.now();
        let presented = sessions::presented(&mut tx, &hash).await?.ok_or(TradeError::Invalid)?;
        let role = live_role(&mut tx, &presented.session.owner).await?.ok_or(TradeError::Invalid)?;
        match self.trade(&mut tx, token, &presented, client_key, now).await {
            Ok(successor) => {
                tx.commit().await?;
                Ok(self.pair(&presented.session, role, successor, now)?)
            }
            Err(RefreshError::Refused(TradeError::Reused)) => {
                self.end_reused(tx, &presented.session, now).await?;
                Err(TradeError::Reused.into())
            }
            Err(error) => Err(error),
        }
    }

    async fn trade(
        &self,
        tx: &mut Tx,
        token: &RefreshSecret,
        presented: &Presented,
        client_key: Option<KeyId>,
        now: Time,
    ) -> Result<RefreshSecret, RefreshError> {
        let (session, generation) = (&presented.session, &presented.token);
        let next = generation.number.saturating_add(1);
        let successor_used = generation.used_at.is_some() && sessions::is_used(tx, &session.id, next).await?;
        match session.trade(generation, successor_used, client_key, now)? {
            Trade::Rotate => {
                let successor = RefreshSecret::make(&self.random)?;
                let plain = successor.secret().expose_secret().as_bytes();
                let sealed = sealer(token).seal(plain, session.id.as_str(), &self.random)?;
                if !sessions::use_up(tx, &token.hash(), &sealed, now).await? {
                    return Err(TradeError::Reused.into());
                }
                sessions::insert_token(tx, session, next, &successor.hash(), now).await?;
                Ok(successor)
            }
            Trade::Repeat => {
                let sealed = presented.successor.as_deref().ok_or(SealError::Closed)?;
                let plain = sealer(token).open(sealed, session.id.as_str())?;
                let text = String::from_utf8(plain).map_err(|_| SealError::Closed)?;
                Ok(RefreshSecret::parse(&text).ok_or(SealError::Closed)?)
            }
        }
    }

    /// Ends the family of a token that was used twice, its access tokens with it (S3).
    async fn end_reused(&self, mut tx: Tx, session: &Session, now: Time) -> Result<(), StoreError> {
        sessions::revoke(&mut tx, &session.id, now).await?;
        tx.commit().await?;
        self.forget_session(&session.id);
        tracing::warn!(session_id = %session.id, user_id = %session.owner, "a refresh token was used twice: the session is ended");
        Ok(())
    }
}

/// A key that only the presented token gives: the store alone cannot tell its successor (S4).
fn sealer(token: &RefreshSecret) -> Sealer {
    Sealer::new(std::slice::from_ref(token.secret()), "refresh successor")
}

async fn live_role(tx: &mut Tx, owner: &UserId) -> Result<Option<Role>, StoreError> {
    Ok(users::find(tx, owner).await?.filter(|user| user.disabled_at.is_none()).map(|user| user.role))
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

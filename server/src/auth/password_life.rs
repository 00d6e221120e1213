//! A password that was forgotten, or is to be another one (S70).

use serde_json::json;
use thiserror::Error;

use super::guessing::Place;
use super::registration::account_change;
use super::sign_in::SignInError;
use super::{Auth, Caller, PasswordError, Verdict, Visitor};
use crate::domain::audit::{Action, Actor};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::mail_links::{BadLink, LinkSecret, Purpose};
use crate::domain::mails::Letter;
use crate::domain::passwords::{self, WeakPassword};
use crate::domain::time::Time;
use crate::domain::users::Email;
use crate::random::NoRandomness;
use crate::seal::SealError;
use crate::store::passwords as kept;
use crate::store::{StoreError, Tx, audit, mail_links, users};

/// Why a password stays as it is.
#[derive(Debug, Error)]
pub enum NewPasswordError {
    /// The new one is not good enough.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// What was given as the current one is not it, or there is none.
    #[error("is not your current password")]
    NotCurrent,
    /// Everything else that can fail; also the link.
    #[error(transparent)]
    Broken(#[from] SignInError),
}

impl Auth {
    /// Mails a link that sets a new password, to the account with that address. For any other it does as much work.
    ///
    /// # Errors
    /// [`SignInError`], never because there is no account.
    pub async fn forgot_password(&self, email: &Email) -> Result<(), SignInError> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let account = users::find_by_email(&mut tx, email).await?;
        let works = account.is_some_and(|account| account.disabled_at.is_none());
        self.write_link(&mut tx, (email, works), Purpose::ResetPassword, None, now).await?;
        Ok(tx.commit().await?)
    }

    /// Sets the password of whoever brings a link. Every session ends, every other link too, and a mail tells of it.
    ///
    /// # Errors
    /// [`NewPasswordError`].
    pub async fn reset_password(
        &self,
        secret: &str,
        password: &str,
        visitor: &Visitor,
    ) -> Result<(), NewPasswordError> {
        let hash = LinkSecret::parse(secret)?.hash();
        let now = self.clock.now();
        let found = mail_links::look(&mut *self.db.read().await?, &hash, Purpose::ResetPassword, now).await?;
        let email = found.and_then(|link| link.email).and_then(|email| Email::parse(&email).ok()).ok_or(BadLink)?;
        let new = self.hash_good(password, &email).await?;
        let mut tx = self.db.write().await?;
        mail_links::take(&mut tx, &hash, Purpose::ResetPassword, now).await?.ok_or(BadLink)?;
        let account = users::find_by_email(&mut tx, &email).await?.ok_or(BadLink)?;
        kept::note_verified(&mut tx, &account.id, now).await?;
        self.trust(&mut tx, &email, (visitor.address, Place::Elsewhere), now).await?;
        let ended = self.replace(&mut tx, (account.id, &email), &new, None, now).await?;
        let change = account_change(Action::PasswordReset, account.id, json!({ "sessionsEnded": ended.len() }));
        audit::record(&mut tx, (now, &self.random), &visitor.actor(), &change).await?;
        tx.commit().await?;
        self.forget_sessions(&ended);
        Ok(())
    }

    /// Sets another password for whoever is signed in and knows the current one. Other sessions end, and a mail tells of it.
    ///
    /// # Errors
    /// [`NewPasswordError`].
    pub async fn change_password(&self, caller: &Caller, current: &str, new: &str) -> Result<(), NewPasswordError> {
        let kept = kept::of(&mut *self.db.read().await?, caller.owner()).await?;
        let (email, stored) = kept.map_or((None, None), |kept| (kept.email, kept.password_hash));
        let verdict = self.passwords.verify(passwords::normal_form(current), stored).await?;
        let email = email.filter(|_| verdict != Verdict::Wrong).and_then(|email| Email::parse(&email).ok());
        let email = email.ok_or(NewPasswordError::NotCurrent)?;
        let new = self.hash_good(new, &email).await?;
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        let stays = caller.credential.session();
        let ended = self.replace(&mut tx, (*caller.owner(), &email), &new, stays, now).await?;
        let change = account_change(Action::PasswordChanged, *caller.owner(), json!({ "sessionsEnded": ended.len() }));
        let actor: Actor = caller.actor();
        audit::record(&mut tx, (now, &self.random), &actor, &change).await?;
        tx.commit().await?;
        self.forget_sessions(&ended);
        Ok(())
    }

    async fn hash_good(&self, password: &str, email: &Email) -> Result<String, NewPasswordError> {
        let password = passwords::normal_form(password);
        passwords::check(&password, email)?;
        Ok(self.passwords.hash(password, &self.random).await?)
    }

    /// Sets the new hash, ends every session but one, and tells the owner.
    async fn replace(
        &self,
        tx: &mut Tx,
        (user, email): (UserId, &Email),
        hash: &str,
        stays: Option<SessionId>,
        now: Time,
    ) -> Result<Vec<SessionId>, NewPasswordError> {
        kept::set(tx, &user, hash).await?;
        mail_links::remove_all(tx, email.as_str()).await?;
        let ended = kept::end_sessions(tx, &user, stays, now).await?;
        self.write_mail(tx, Some(email), Letter::password_changed, now).await?;
        Ok(ended)
    }
}

macro_rules! broken {
    ($($cause:ty),*) => {$(
        impl From<$cause> for NewPasswordError {
            fn from(cause: $cause) -> Self {
                Self::Broken(cause.into())
            }
        }
    )*};
}

broken!(StoreError, PasswordError, NoRandomness, SealError, BadLink);

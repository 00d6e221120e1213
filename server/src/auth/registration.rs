//! Opening an account with e-mail and password. Whether an address has one already is told to whoever reads its mail, and
//! to nobody else (S68).

use serde_json::json;

use super::passwords::PasswordError;
use super::sign_in::SignInError;
use super::{Auth, Visitor};
use crate::domain::audit::{Action, Change};
use crate::domain::events::UserRegisteredData;
use crate::domain::ids::{SessionId, UserId};
use crate::domain::mail_links::{BadLink, LinkSecret, Pending, Purpose};
use crate::domain::mails::Letter;
use crate::domain::passwords;
use crate::domain::time::Time;
use crate::domain::users::{Email, Role, Tier, User};
use crate::store::mail_links::Opened;
use crate::store::passwords as kept;
use crate::store::{Tx, audit, events, mail_links, sessions, users};

impl Auth {
    /// Opens an account. Where mail arrives it is opened by the link in the mail, so that nobody has an account of an
    /// address that is not his, and the password is that of whoever followed the link.
    ///
    /// # Errors
    /// [`SignInError`], never because there is an account.
    pub async fn register(
        &self,
        email: &Email,
        password: &str,
        name: Option<String>,
        visitor: &Visitor,
    ) -> Result<(), SignInError> {
        let now = self.clock.now();
        let password_hash = self.passwords.hash(passwords::normal_form(password), &self.random).await?;
        let mut tx = self.db.write().await?;
        if self.outgoing.arrives {
            let there = users::find_by_email(&mut tx, email).await?;
            let known = there.is_some_and(|account| account.email_verified_at.is_some());
            let pending = Pending { password_hash, name };
            if known {
                self.write_link(&mut tx, (email, false), Purpose::VerifyEmail, Some(pending), now).await?;
                self.write_mail(&mut tx, Some(email), Letter::already_registered, now).await?;
            } else {
                self.write_link(&mut tx, (email, true), Purpose::VerifyEmail, Some(pending), now).await?;
                self.write_mail(&mut tx, None, Letter::to_nobody, now).await?;
            }
        } else if self.open_account(&mut tx, email, &Pending { password_hash, name }, visitor, now).await?.is_none() {
            self.write_mail(&mut tx, Some(email), Letter::already_registered, now).await?;
        }
        Ok(tx.commit().await?)
    }

    /// A password as it is kept, for an account that is opened by the server itself.
    ///
    /// # Errors
    /// [`PasswordError`].
    pub async fn hash_password(&self, password: &str) -> Result<String, PasswordError> {
        self.passwords.hash(passwords::normal_form(password), &self.random).await
    }

    /// Whoever brings the link reads the address: opens the account that was asked for, or confirms the one that is there
    /// and gives it the password that was chosen with the link.
    ///
    /// # Errors
    /// [`SignInError::BadLink`] and the rest.
    pub async fn verify_email(&self, secret: &str, visitor: &Visitor) -> Result<(), SignInError> {
        let now = self.clock.now();
        let hash = LinkSecret::parse(secret)?.hash();
        let mut tx = self.db.write().await?;
        let opened = mail_links::take(&mut tx, &hash, Purpose::VerifyEmail, now).await?.ok_or(BadLink)?;
        let Opened { email: Some(email), password_hash: Some(password_hash), name } = opened else {
            return Err(BadLink.into());
        };
        let email = Email::parse(&email).map_err(|_| BadLink)?;
        let pending = Pending { password_hash, name };
        let (user, ended) = match users::find_by_email(&mut tx, &email).await? {
            None => (self.open_account(&mut tx, &email, &pending, visitor, now).await?.ok_or(BadLink)?, Vec::new()),
            Some(account) if account.email_verified_at.is_some() => return Err(BadLink.into()),
            Some(account) => {
                kept::set(&mut tx, &account.id, &pending.password_hash).await?;
                (account.id, sessions::revoke_all(&mut tx, &account.id, now).await?)
            }
        };
        kept::note_verified(&mut tx, &user, now).await?;
        mail_links::remove_all(&mut tx, email.as_str()).await?;
        let change = account_change(Action::EmailVerified, user, json!({ "emailVerifiedAt": now.to_rfc3339() }));
        audit::record(&mut tx, (now, &self.random), &visitor.actor(), &change).await?;
        tx.commit().await?;
        self.forget_sessions(&ended);
        Ok(())
    }

    /// Keeps a new account; none where the address has one.
    async fn open_account(
        &self,
        tx: &mut Tx,
        email: &Email,
        pending: &Pending,
        visitor: &Visitor,
        now: Time,
    ) -> Result<Option<UserId>, SignInError> {
        let user = User {
            id: UserId::new(now, &self.random)?,
            email: Some(email.as_str().to_owned()),
            name: pending.name.clone(),
            role: Role::Authenticated,
            tier: Tier::Free,
            created_at: now,
            disabled_at: None,
        };
        if !users::insert_if_new(tx, &user, Some(pending.password_hash.clone())).await? {
            return Ok(None);
        }
        let what = UserRegisteredData { user_id: user.id.to_string() };
        events::tell(tx, (now, &self.random), &user.id, &what).await?;
        let change = account_change(Action::AccountRegistered, user.id, json!({ "method": "password" }));
        audit::record(tx, (now, &self.random), &visitor.actor(), &change).await?;
        Ok(Some(user.id))
    }

    pub(super) fn forget_sessions(&self, ended: &[SessionId]) {
        ended.iter().for_each(|id| self.forget_session(id));
    }
}

/// Something that happened to an account.
pub(super) fn account_change(action: Action, user: UserId, after: serde_json::Value) -> Change {
    Change { action, target: user.to_string(), owner: Some(user), before: None, after: Some(after) }
}

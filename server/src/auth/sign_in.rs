//! Signing in: an account and its password in, a session out.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use thiserror::Error;

use super::access_token::{Holder, NewAccess};
use super::passwords::{PasswordError, Verdict};
use super::{AccessClaims, Auth, Visitor};
use crate::domain::audit::{Action, Actor, Change};
use crate::domain::ids::UserId;
use crate::domain::mail_links::BadLink;
use crate::domain::passwords;
use crate::domain::scopes::Scopes;
use crate::domain::sessions::{RefreshSecret, Session};
use crate::domain::time::Time;
use crate::domain::users::Email;
use crate::random::NoRandomness;
use crate::seal::SealError;
use crate::store::users::UserAndPassword;
use crate::store::{StoreError, Tx, audit, refresh_tokens, sessions, users};

/// Who calls without a key of its own: our portal, our SDKs, a script.
pub const OWN_CLIENTS: &str = "gatepost";

/// What a session calls with.
pub struct Pair {
    /// A JWT.
    pub access_token: String,
    /// Seconds that it lives.
    pub expires_in: i32,
    /// The refresh token.
    pub refresh_token: RefreshSecret,
    /// Whose session it is.
    pub user_id: UserId,
    /// What the access token may do.
    pub scopes: Scopes,
}

/// Why nobody is signed in, or no account opened.
#[derive(Debug, Error)]
pub enum SignInError {
    /// Unknown address, wrong password, stopped account, address not confirmed: all alike (S68).
    #[error("the address or the password is wrong")]
    Wrong,
    /// Too many wrong passwords for this account, from too many places; for how long.
    #[error("too many wrong passwords")]
    TooManyGuesses(Duration),
    /// A link that came by mail.
    #[error(transparent)]
    BadLink(#[from] BadLink),
    /// A mail could not be sealed.
    #[error(transparent)]
    Unsealed(#[from] SealError),
    /// Too many passwords at once, or none can be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store's failure.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No randomness.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The token could not be signed.
    #[error("the access token could not be signed: {0}")]
    Unsigned(#[from] jsonwebtoken::errors::Error),
}

impl Auth {
    /// Begins a session for whoever knows the password.
    ///
    /// # Errors
    /// [`SignInError`].
    pub async fn sign_in(&self, email: &Email, password: &str, visitor: &Visitor) -> Result<Pair, SignInError> {
        let place = self.let_guess(email, visitor.address, self.clock.now()).await?;
        let password = passwords::normal_form(password);
        let account = users::find_by_email(&mut *self.db.read().await?, email).await?;
        let stored = account.as_ref().and_then(|account| account.password_hash.clone());
        let verdict = self.passwords.verify(password.clone(), stored).await?;
        let confirmed = |account: &UserAndPassword| !self.outgoing.arrives || account.email_verified_at.is_some();
        let may = |account: &UserAndPassword| account.disabled_at.is_none() && confirmed(account);
        let account = account.filter(|account| verdict != Verdict::Wrong && may(account));
        let account = account.ok_or(SignInError::Wrong)?;
        if verdict == Verdict::RightButOld {
            self.hash_anew(&account, password).await;
        }
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        self.trust(&mut tx, email, (visitor.address, place), now).await?;
        let (session, token) = self.begin_session(&mut tx, account.id, visitor, now).await?;
        tx.commit().await?;
        self.pair(&session, account.role.scopes(), token, now)
    }

    /// Begins a session of an account that proved to be there, however it did. Call it last before the commit, since it
    /// ends with the audit entry; then [`Auth::pair`] gives what the session calls with.
    ///
    /// # Errors
    /// The store's failure, no randomness.
    pub(super) async fn begin_session(
        &self,
        tx: &mut Tx,
        owner: UserId,
        visitor: &Visitor,
        now: Time,
    ) -> Result<(Session, RefreshSecret), SignInError> {
        let session = Session::begin(owner, visitor.origin(), now, &self.random)?;
        let token = RefreshSecret::make(&self.random)?;
        sessions::insert(tx, &session).await?;
        refresh_tokens::insert(tx, &session, 0, &token.hash(), now).await?;
        let actor = Actor { user: Some(owner), ..visitor.actor() };
        let change = Change {
            action: Action::SessionCreated,
            target: session.id.to_string(),
            owner: Some(owner),
            before: None,
            after: Some(json!({ "clientKeyId": session.origin.client_key.map(|key| key.to_string()) })),
        };
        audit::record(tx, (now, &self.random), &actor, &change).await?;
        Ok((session, token))
    }

    /// Replaces a weak hash. That this may fail keeps nobody out.
    async fn hash_anew(&self, account: &UserAndPassword, password: String) {
        let Some(old) = &account.password_hash else { return };
        let replaced = async {
            let new = self.passwords.hash(password, &self.random).await?;
            let mut tx = self.db.write().await?;
            users::update_password(&mut tx, &account.id, old, &new).await?;
            tx.commit().await?;
            Ok::<(), SignInError>(())
        };
        if let Err(error) = replaced.await {
            tracing::warn!(%error, user_id = %account.id, "a password's weak hash stays for now");
        }
    }

    /// The tokens of a session's newest generation.
    pub(super) fn pair(
        &self,
        session: &Session,
        scopes: Scopes,
        refresh_token: RefreshSecret,
        now: Time,
    ) -> Result<Pair, SignInError> {
        let claims = AccessClaims { user: session.owner, holder: Holder::Session(session.id), scopes };
        let client = session.origin.client_key.map(|key| key.to_string());
        let new = NewAccess {
            claims,
            client: client.as_deref().unwrap_or(OWN_CLIENTS),
            token_id: self.token_id()?,
            ends: Some(session.ends_at),
        };
        let (access_token, expires_in) = self.signing.known().tokens.sign(&new, now)?;
        Ok(Pair { access_token, expires_in, refresh_token, user_id: session.owner, scopes })
    }

    /// A `jti` that no other token has.
    pub(super) fn token_id(&self) -> Result<String, NoRandomness> {
        Ok(uuid::Builder::from_random_bytes(self.random.bytes()?).into_uuid().to_string())
    }
}

impl Pair {
    /// The refresh token's text, for the answer.
    #[must_use]
    pub fn refresh_token_text(&self) -> String {
        self.refresh_token.secret().expose_secret().to_owned()
    }
}

//! `auth`: opening an account, signing in, renewing, passwords.

use std::time::Duration;

use gatepost_sdk::auth::{self, MemoryTokens};
use gatepost_sdk::{Error, ErrorKind, types};

use super::{Calls, Failure, Fault};
use crate::session::{Person, Tokens};

/// Nobody waits long to be signed out.
const GOODBYE: Duration = Duration::from_secs(3);

/// The field that holds a link's secret.
pub(crate) const LINK: &str = "token";

/// What the sign-up form sent.
pub(crate) struct Registration<'a> {
    pub email: &'a str,
    pub password: &'a str,
    pub name: Option<&'a str>,
}

/// What a sign-in gives.
pub(crate) struct SignIn {
    pub person: Person,
    pub tokens: Tokens,
}

impl Calls {
    /// Opens an account. The answer does not say whether the address was new.
    pub async fn register(&self, registration: &Registration<'_>) -> Result<(), Failure> {
        let Registration { email, password, name } = *registration;
        let call = self.client.register_account();
        call.body_map(|body| body.email(email).password(password).maybe_name(name)).send().await?;
        Ok(())
    }

    /// Signs in and asks who that is.
    pub async fn sign_in(&self, email: &str, password: &str, now_ms: i64) -> Result<SignIn, Failure> {
        let call = self.client.login_with_password().body_map(|body| body.email(email).password(password));
        let pair = call.send().await.map_err(refused_sign_in)?.into_inner();
        let tokens = tokens(pair, now_ms);
        let account = self.client.with_access_token(&tokens.access)?.get_me().send().await?.into_inner();
        let admin = account.role == types::Role::Admin;
        Ok(SignIn { person: Person { email: account.email, name: account.name, admin }, tokens })
    }

    /// Ends the session in the API that these tokens belong to; one that is over already is no failure.
    pub async fn sign_out(&self, tokens: &Tokens, now_ms: i64) -> Result<(), Failure> {
        let left = u64::try_from(tokens.access_expires_ms - now_ms).unwrap_or(0);
        let pair =
            auth::Tokens::new(tokens.access.as_str(), Some(tokens.refresh.clone()), Some(Duration::from_millis(left)));
        Ok(self.client.with_tokens(MemoryTokens::with(pair)).with_timeout(GOODBYE).logout().await?)
    }

    /// Confirms an e-mail address by the secret of the link that was mailed there.
    pub async fn verify_email(&self, token: &str) -> Result<(), Failure> {
        self.client.verify_email().body_map(|body| body.token(token)).send().await.map_err(refused_link)?;
        Ok(())
    }

    /// Asks for a link that sets a new password. The answer does not say whether there is such an account.
    pub async fn forgot_password(&self, email: &str) -> Result<(), Failure> {
        self.client.forgot_password().body_map(|body| body.email(email)).send().await?;
        Ok(())
    }

    /// Sets a password by the secret of the link that was mailed.
    pub async fn reset_password(&self, token: &str, password: &str) -> Result<(), Failure> {
        let call = self.client.reset_password().body_map(|body| body.token(token).password(password));
        call.send().await.map_err(refused_link)?;
        Ok(())
    }

    /// Changes the password of who is signed in.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), Failure> {
        let call = self.client.change_password();
        call.body_map(|body| body.current_password(current).new_password(new)).send().await?;
        Ok(())
    }

    /// Trades a refresh token for the next pair. A token that is dead is a session that is over.
    pub async fn renew(&self, refresh_token: &str, now_ms: i64) -> Result<Tokens, Failure> {
        let pair = self.client.refresh_token().body_map(|body| body.refresh_token(refresh_token)).send().await;
        let pair = pair.map_err(|error| match error.kind() {
            ErrorKind::Invalid | ErrorKind::Malformed | ErrorKind::Forbidden => Failure::SignedOut,
            _ => error.into(),
        })?;
        Ok(tokens(pair.into_inner(), now_ms))
    }
}

/// A wrong password is a fault of the form, not the end of a session.
fn refused_sign_in(error: Error) -> Failure {
    if error.kind() == ErrorKind::Unauthenticated {
        return Failure::Invalid {
            detail: "The e-mail address or the password is wrong.".to_owned(),
            faults: Vec::new(),
        };
    }
    error.into()
}

/// A link that is used up, too old, or nothing that we ever sent is a fault of the form too, at its field `token`.
fn refused_link(error: Error) -> Failure {
    match Failure::from(error) {
        Failure::Invalid { detail, faults } if faults.iter().all(|fault| fault.field != LINK) => {
            Failure::Invalid { detail, faults }
        }
        Failure::SignedOut | Failure::Invalid { .. } => {
            let detail = "The link was used, is too old, or is none of ours.".to_owned();
            let fault = Fault { field: LINK.to_owned(), message: detail.clone() };
            Failure::Invalid { detail, faults: vec![fault] }
        }
        other => other,
    }
}

fn tokens(pair: types::TokenPair, now_ms: i64) -> Tokens {
    let access_expires_ms = now_ms + i64::from(pair.expires_in) * 1000;
    Tokens { access: pair.access_token, refresh: pair.refresh_token, access_expires_ms }
}

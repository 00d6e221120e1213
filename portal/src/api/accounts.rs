//! `auth`: opening an account, signing in, renewing.

use gatepost_sdk::{Error, ErrorKind, types};

use super::{Calls, Failure};
use crate::session::{Person, Tokens};

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

fn tokens(pair: types::TokenPair, now_ms: i64) -> Tokens {
    let access_expires_ms = now_ms + i64::from(pair.expires_in) * 1000;
    Tokens { access: pair.access_token, refresh: pair.refresh_token, access_expires_ms }
}

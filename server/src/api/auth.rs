//! Accounts and signing in.

use crate::app::App;
use crate::auth::{Caller, Pair, Visitor};
use crate::domain::passwords;
use crate::domain::sessions::{RefreshSecret, TradeError};
use crate::domain::users::Email;
use crate::generated::auth::{
    Accepted, Account, AuthApi, LoginWithPassword, RefreshToken, RegisterAccount, TokenPair, TokenPairTokenType,
};
use crate::limits::Charge;
use crate::problem::Problem;
use crate::store::users;

impl AuthApi for App {
    async fn register_account(&self, _visitor: Visitor, body: RegisterAccount) -> Result<Accepted, Problem> {
        let email = email(&body.email)?;
        passwords::check(&passwords::normal_form(&body.password), &email)
            .map_err(|weak| Problem::invalid_body("/password", weak.to_string()))?;
        self.auth.register(&email, &body.password, body.name).await?;
        let message = "If the address is new the account is open now. Sign in with it.".to_owned();
        Ok(Accepted { message })
    }

    async fn login_with_password(&self, visitor: Visitor, body: LoginWithPassword) -> Result<TokenPair, Problem> {
        let email = email(&body.email)?;
        let attempt = self.policy.account_at("loginWithPassword", email.as_str(), visitor.address);
        self.take(&attempt).await?;
        Ok(self.auth.sign_in(&email, &body.password, &visitor).await?.into())
    }

    async fn refresh_token(&self, visitor: Visitor, body: RefreshToken) -> Result<TokenPair, Problem> {
        let invalid = || Problem::from(crate::auth::RefreshError::from(TradeError::Invalid));
        let token = RefreshSecret::parse(&body.refresh_token).ok_or_else(invalid)?;
        let session = self.auth.session_of(&token).await?.ok_or_else(invalid)?;
        self.take(&self.policy.refreshes_of(&session)).await?;
        Ok(self.auth.refresh(&token, &session, &visitor).await?.into())
    }

    async fn get_me(&self, caller: Caller) -> Result<Account, Problem> {
        let session = caller.credential.session().ok_or_else(Problem::unauthenticated)?;
        let user = users::find(&mut *self.db.read().await?, caller.owner()).await?;
        let user = user.ok_or_else(Problem::unauthenticated)?;
        Ok(Account {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            role: user.role.into(),
            tier: user.tier.into(),
            session_id: session.to_string(),
            created_at: user.created_at,
        })
    }
}

impl App {
    /// Counts an attempt in windows of its own, besides what the gate counted.
    async fn take(&self, charges: &[Charge]) -> Result<(), Problem> {
        let decision = self.limits.take(charges, self.clock.now()).await;
        if decision.admitted() { Ok(()) } else { Err(Problem::from(&decision)) }
    }
}

fn email(text: &str) -> Result<Email, Problem> {
    Email::parse(text).map_err(|error| Problem::invalid_body("/email", error.to_string()))
}

impl From<Pair> for TokenPair {
    fn from(pair: Pair) -> Self {
        Self {
            refresh_token: pair.refresh_token_text(),
            access_token: pair.access_token,
            expires_in: pair.expires_in,
            token_type: TokenPairTokenType::Bearer,
            user_id: pair.user_id.to_string(),
        }
    }
}

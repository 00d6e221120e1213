//! Accounts and signing in.

use crate::app::App;
use crate::auth::{Caller, NewPasswordError, Pair, SignedMessage, Visitor};
use crate::domain::identities::Platform;
use crate::domain::passwords;
use crate::domain::sessions::{RefreshSecret, TradeError};
use crate::domain::users::Email;
use crate::generated::auth::{
    Accepted, Account, AuthApi, ChangePassword, ForgotPassword, LoginWithPassword, Nonce, RefreshToken,
    RegisterAccount, ResetPassword, TokenPair, TokenPairTokenType, VerifyEmail, VerifySiwe, WalletTokenPair,
    WalletTokenPairTokenType,
};
use crate::limits::Charge;
use crate::problem::Problem;
use crate::store::{identities, users};

impl AuthApi for App {
    async fn register_account(&self, visitor: Visitor, body: RegisterAccount) -> Result<Accepted, Problem> {
        let email = email(&body.email)?;
        passwords::check(&passwords::normal_form(&body.password), &email)
            .map_err(|weak| Problem::invalid_body("/password", weak.to_string()))?;
        self.auth.register(&email, &body.password, body.name, &visitor).await?;
        let message = if self.config.mail.smtp_url.is_some() {
            "A mail is on its way. Follow its link, then sign in."
        } else {
            "If the address is new the account is open now. Sign in with it."
        };
        Ok(Accepted { message: message.to_owned() })
    }

    async fn login_with_password(&self, visitor: Visitor, body: LoginWithPassword) -> Result<TokenPair, Problem> {
        let email = email(&body.email)?;
        let attempt = self.policy.account_at("loginWithPassword", email.as_str(), visitor.address);
        self.take(&attempt).await?;
        Ok(self.auth.sign_in(&email, &body.password, &visitor).await?.into())
    }

    async fn verify_email(&self, visitor: Visitor, body: VerifyEmail) -> Result<(), Problem> {
        Ok(self.auth.verify_email(&body.token, &visitor).await?)
    }

    async fn forgot_password(&self, visitor: Visitor, body: ForgotPassword) -> Result<Accepted, Problem> {
        let email = email(&body.email)?;
        self.take(&self.policy.account_at("forgotPassword", email.as_str(), visitor.address)).await?;
        self.auth.forgot_password(&email).await?;
        Ok(Accepted { message: "If the address has an account, a mail with a link is on its way.".to_owned() })
    }

    async fn reset_password(&self, visitor: Visitor, body: ResetPassword) -> Result<(), Problem> {
        let done = self.auth.reset_password(&body.token, &body.password, &visitor).await;
        done.map_err(|error| not_set(error, "/password"))
    }

    async fn change_password(&self, caller: Caller, body: ChangePassword) -> Result<(), Problem> {
        let attempt = self.policy.account_at("changePassword", caller.owner().as_str(), caller.address);
        self.take(&attempt).await?;
        let done = self.auth.change_password(&caller, &body.current_password, &body.new_password).await;
        done.map_err(|error| not_set(error, "/newPassword"))
    }

    async fn refresh_token(&self, visitor: Visitor, body: RefreshToken) -> Result<TokenPair, Problem> {
        let invalid = || Problem::from(crate::auth::RefreshError::from(TradeError::Invalid));
        let token = RefreshSecret::parse(&body.refresh_token).ok_or_else(invalid)?;
        let session = self.auth.session_of(&token).await?.ok_or_else(invalid)?;
        self.take(&self.policy.refreshes_of(&session)).await?;
        Ok(self.auth.refresh(&token, &session, &visitor).await?.into())
    }

    async fn create_nonce(&self, caller: Caller) -> Result<Nonce, Problem> {
        let (nonce, expires_at) = self.auth.nonce(&caller)?;
        Ok(Nonce { nonce, expires_at })
    }

    async fn verify_siwe(&self, caller: Caller, body: VerifySiwe) -> Result<WalletTokenPair, Problem> {
        let signature = signature(&body.signature)?;
        let signed = SignedMessage { message: &body.message, signature: &signature };
        let (pair, address) = self.auth.sign_in_with_wallet(&caller, &signed).await?;
        Ok(WalletTokenPair {
            refresh_token: pair.refresh_token_text(),
            access_token: pair.access_token,
            expires_in: pair.expires_in,
            token_type: WalletTokenPairTokenType::Bearer,
            user_id: pair.user_id.to_string(),
            address: address.to_string(),
        })
    }

    async fn get_me(&self, caller: Caller) -> Result<Account, Problem> {
        let session = caller.credential.session().ok_or_else(Problem::unauthenticated)?;
        let mut db = self.db.read().await?;
        let user = users::find(&mut db, caller.owner()).await?.ok_or_else(Problem::unauthenticated)?;
        let address = identities::primary(&mut db, &user.id, Platform::Evm).await?;
        Ok(Account {
            id: user.id.to_string(),
            email: user.email,
            name: user.name,
            role: user.role.into(),
            tier: user.tier.into(),
            address,
            session_id: session.to_string(),
            created_at: user.created_at,
        })
    }
}

impl App {
    /// Counts an attempt in windows of its own, besides what the gate counted.
    pub(super) async fn take(&self, charges: &[Charge]) -> Result<(), Problem> {
        let decision = self.limits.take(charges, self.clock.now()).await;
        self.metrics.refused(decision.violated());
        if decision.admitted() { Ok(()) } else { Err(Problem::from(&decision)) }
    }
}

fn email(text: &str) -> Result<Email, Problem> {
    Email::parse(text).map_err(|error| Problem::invalid_body("/email", error.to_string()))
}

fn not_set(error: NewPasswordError, pointer: &'static str) -> Problem {
    match error {
        NewPasswordError::Weak(weak) => Problem::invalid_body(pointer, weak.to_string()),
        NewPasswordError::NotCurrent => Problem::invalid_body("/currentPassword", error.to_string()),
        NewPasswordError::Broken(cause) => cause.into(),
    }
}

pub(super) fn signature(text: &str) -> Result<Vec<u8>, Problem> {
    let bytes = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
    bytes.ok_or_else(|| Problem::invalid_body("/signature", "is not bytes in hexadecimal behind 0x"))
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

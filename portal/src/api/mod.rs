//! The portal's calls to the API, through `gatepost-sdk` alone: no back door.
//!
//! A small file a resource turns the SDK's types into what pages show. It must not know pages or HTML. To use another
//! operation, add a method to [`Calls`] in its resource's file.

mod accounts;
mod admin;
mod audit;
mod deliveries;
mod failure;
mod key_forms;
mod keys;
mod limits;
mod plans;
mod requests;
mod scopes;
mod sessions;
mod usage;
mod webhooks;

use std::net::IpAddr;
use std::time::Duration;

use gatepost_sdk::Client;

pub(crate) use accounts::{LINK, Registration, SignIn};
pub(crate) use admin::{Busy, Overview, RequestStats};
pub(crate) use audit::{AuditEntry, AuditPage, AuditQuery};
pub(crate) use deliveries::{Delivery, DeliveryDetail, DeliveryPage, DeliveryQuery, Outcome};
pub(crate) use failure::{Failure, Fault};
pub(crate) use key_forms::{KeyChange, KeyDraft, Rotation};
pub(crate) use keys::{CreatedKey, Key, RotatedKey};
pub(crate) use limits::Window;
pub(crate) use plans::KeyPlan;
pub(crate) use requests::{LoggedRequest, RequestDetail, RequestPage, RequestQuery};
pub(crate) use scopes::{ScopeGroup, ScopeLine};
pub(crate) use sessions::AccountSession;
pub(crate) use usage::{Bucket, Split, Usage, UsageQuery};
pub(crate) use webhooks::{CreatedWebhook, RotatedSecret, Webhook, WebhookChange, WebhookDraft};

use crate::config::{PortalConfig, PortalError};
use crate::session::{Session, SessionError, Sessions, Tokens};

/// A page waits this long for the API, which is on the same machine.
const TIMEOUT: Duration = Duration::from_secs(15);
/// Tokens are renewed this long before they end, so that none ends on the way.
const RENEW_BEFORE_MS: i64 = 30_000;

/// The API, as nobody in particular.
pub(crate) struct Api {
    client: Client,
}

/// Who is visiting, as the API is told: sessions and logs name where they came from, and that is not the portal.
pub(crate) struct Visitor {
    pub address: IpAddr,
    /// What their browser calls itself.
    pub agent: Option<String>,
}

/// The API, on behalf of one visitor.
pub(crate) struct Calls {
    client: Client,
}

impl Api {
    pub fn new(config: &PortalConfig) -> Result<Self, PortalError> {
        // A proxy from the environment is for the world outside, not for the listener next door.
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build();
        let client = Client::builder()
            .base_url(&config.api_url)
            .header("X-Gatepost-Vouch", config.vouch.reveal())
            .http_client(http.map_err(|error| PortalError::Http(error.to_string()))?)
            .timeout(TIMEOUT)
            .max_retries(0)
            .build()?;
        Ok(Self { client })
    }

    /// For a visitor who is not signed in.
    pub fn nobody(&self, visitor: Visitor) -> Result<Calls, Failure> {
        let client = self.client.with_header("X-Gatepost-Visitor", &visitor.address.to_string())?;
        let client = match visitor.agent {
            Some(agent) => client.with_header("User-Agent", &agent)?,
            None => client,
        };
        Ok(Calls { client })
    }

    /// For a visitor who is signed in; their tokens are renewed if they are about to end.
    pub async fn signed_in(&self, sessions: &Sessions, session: &Session, visitor: Visitor) -> Result<Calls, Failure> {
        let nobody = self.nobody(visitor)?;
        let tokens = fresh_tokens(&nobody, sessions, session).await?;
        Ok(Calls { client: nobody.client.with_access_token(&tokens.access)? })
    }
}

/// The session's tokens, renewed where needed. One request of a session renews and the others wait for it; the new pair is
/// in the store before anyone calls with it, and a write of another request in between does not lose it.
async fn fresh_tokens(nobody: &Calls, sessions: &Sessions, session: &Session) -> Result<Tokens, Failure> {
    let fresh = |tokens: &Tokens| tokens.access_expires_ms - RENEW_BEFORE_MS > sessions.now_ms();
    if fresh(&session.data.tokens) {
        return Ok(session.data.tokens.clone());
    }
    let _turn = sessions.renewal(session).await;
    let newest = sessions.reload(session).await.map_err(session_failure)?;
    if fresh(&newest.data.tokens) {
        return Ok(newest.data.tokens);
    }
    let renewed = nobody.renew(&newest.data.tokens.refresh, sessions.now_ms()).await?;
    let kept = sessions.update(&newest, |data| data.tokens = renewed.clone()).await.map_err(session_failure)?;
    Ok(kept.data.tokens)
}

fn session_failure(error: SessionError) -> Failure {
    match error {
        SessionError::Ended => Failure::SignedOut,
        error => {
            tracing::error!(%error, "a session could not be kept");
            Failure::Broken { request_id: None, away: true }
        }
    }
}

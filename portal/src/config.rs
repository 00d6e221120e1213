//! What the portal is told by its host, once, at start.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;

use poem::Request;

use crate::session::SessionStore;

/// Tells the time in milliseconds since 1970; the host's clock, so that tests can set it.
pub type NowMs = Arc<dyn Fn() -> i64 + Send + Sync>;

/// Tells who is visiting, behind whatever proxies the host trusts.
pub type VisitorAddress = Arc<dyn Fn(&Request) -> IpAddr + Send + Sync>;

/// Everything that the portal needs.
#[derive(Clone)]
pub struct PortalConfig {
    /// Where the portal calls the API, for example `http://127.0.0.1:40123`: the private listener.
    pub api_url: String,
    /// How the world calls the API and the portal, for example `https://api.example.org`; no slash at the end.
    pub public_url: String,
    /// The contract's text, as it is served at `/openapi.yaml`. JSON is YAML enough.
    pub contract: Cow<'static, str>,
    /// Lets the portal vouch for the visitor's address.
    pub vouch: VouchToken,
    /// Where sessions are kept.
    pub sessions: Arc<dyn SessionStore>,
    /// What seals sessions: the first seals, all open, so that a key can be replaced while people are signed in.
    pub session_keys: Vec<SessionKey>,
    /// Cookies with `Secure` and the `__Host-` prefix: true wherever `public_url` is https.
    pub secure_cookies: bool,
    /// The clock.
    pub now_ms: NowMs,
    /// Who is visiting.
    pub visitor_address: VisitorAddress,
}

/// The word by which the API knows its own portal. Never printed.
#[derive(Clone)]
pub struct VouchToken(String);

impl VouchToken {
    /// Takes the token that the API was told too.
    #[must_use]
    pub fn new(token: impl Into<String>) -> Self {
        Self(token.into())
    }

    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// A key for AES-256-GCM. Never printed.
#[derive(Clone)]
pub struct SessionKey(pub [u8; 32]);

/// Why there is no portal.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    /// The contract is no OpenAPI 3.0 or 3.1 document.
    #[error("the contract cannot be read: {0}")]
    Contract(#[from] sdk_gen::LoadError),
    /// Nothing to seal sessions with.
    #[error("the portal needs at least one session key")]
    NoSessionKey,
    /// A key that the cipher does not take.
    #[error("a session key is not fit for AES-256-GCM")]
    BadSessionKey,
    /// The client of the API cannot be made.
    #[error("the portal's API client cannot be made: {0}")]
    Client(#[from] gatepost_sdk::Error),
    /// The HTTP client that calls the API cannot be made.
    #[error("the portal's HTTP client cannot be made: {0}")]
    Http(String),
}

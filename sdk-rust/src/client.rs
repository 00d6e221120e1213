//! The client: who calls, where, and with what patience. Its operations are in [`crate::generated`].

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use crate::auth::{Session, TokenStore, Tokens};
use crate::builder::{ClientBuilder, basic_header, secret_header};
use crate::error::Error;
use crate::generated::settings;
use crate::rate_limit::RateLimit;
use crate::retry::RetryPolicy;

/// Calls the API.
///
/// Cloning is cheap, and clones share connections and tokens. The `with_…` methods give a clone that differs in one
/// thing, for example to call on behalf of somebody else.
#[derive(Clone)]
pub struct Client {
    /// Without a slash at its end.
    pub(crate) baseurl: String,
    /// The connections.
    pub(crate) client: reqwest::Client,
    pub(crate) key: Option<HeaderValue>,
    pub(crate) client_id: Option<HeaderValue>,
    pub(crate) bearer: Bearer,
    pub(crate) basic: Option<HeaderValue>,
    pub(crate) headers: HeaderMap,
    pub(crate) timeout: Duration,
    pub(crate) retries: RetryPolicy,
    pub(crate) seen: Arc<Mutex<Option<RateLimit>>>,
}

/// Where the access token comes from.
#[derive(Clone)]
pub(crate) enum Bearer {
    /// Nowhere.
    None,
    /// It is given, and never renewed.
    Fixed(HeaderValue),
    /// From a store, renewed in time.
    Session(Arc<Session>),
}

impl Client {
    /// Sets up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// A client as the environment says: `GATEPOST_API_KEY` and `GATEPOST_BASE_URL`.
    ///
    /// # Errors
    /// [`Error::Config`] when a value cannot be used.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// The address that paths are put behind.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.baseurl
    }

    /// What is left of the limits, as the last answer that spoke of them said, to this client or a clone with the same
    /// credential; of concurrent calls, the one whose answer came last. `None` where the API does not tell.
    #[must_use]
    pub fn rate_limit(&self) -> Option<RateLimit> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// This client with a header on every call, for example one that a proxy in front of the API wants.
    ///
    /// # Errors
    /// [`Error::Config`] when name or value cannot stand in a header.
    pub fn with_header(&self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::try_from(name).map_err(|_| Error::Config(format!("{name:?} is no header name")))?;
        // Such headers often vouch for somebody: they stay out of debug output like other secrets.
        let value = secret_header(name.as_str(), value)?;
        let mut other = self.clone();
        other.headers.insert(name, value);
        Ok(other)
    }

    /// This client with another API key, and without tokens.
    ///
    /// # Errors
    /// [`Error::Config`] when the key cannot stand in a header.
    pub fn with_api_key(&self, key: &str) -> Result<Self, Error> {
        let key = Some(secret_header("API key", key)?);
        Ok(Self { key, bearer: Bearer::None, basic: None, seen: Arc::default(), ..self.clone() })
    }

    /// This client with a name and a password for operations that take them, such as a key's id and the key itself for
    /// `issue_token`.
    ///
    /// # Errors
    /// [`Error::Config`] when the name holds a colon.
    pub fn with_basic_auth(&self, name: &str, password: &str) -> Result<Self, Error> {
        Ok(Self { basic: Some(basic_header(name, password)?), seen: Arc::default(), ..self.clone() })
    }

    /// This client with an access token that it does not renew.
    ///
    /// # Errors
    /// [`Error::Config`] when the token cannot stand in a header.
    pub fn with_access_token(&self, token: &str) -> Result<Self, Error> {
        let bearer = Bearer::Fixed(secret_header("access token", &format!("Bearer {token}"))?);
        Ok(Self { bearer, seen: Arc::default(), ..self.clone() })
    }

    /// This client with the tokens of that store, renewed as they age.
    #[must_use]
    pub fn with_tokens(&self, store: impl TokenStore + 'static) -> Self {
        let bearer = Bearer::Session(Session::new(Arc::new(store)));
        Self { bearer, seen: Arc::default(), ..self.clone() }
    }

    /// This client with another timeout for each try of a call.
    #[must_use]
    pub fn with_timeout(&self, timeout: Duration) -> Self {
        Self { timeout, ..self.clone() }
    }

    /// This client with another number of tries after the first.
    #[must_use]
    pub fn with_max_retries(&self, max_retries: u32) -> Self {
        Self { retries: RetryPolicy { max_retries, ..self.retries }, ..self.clone() }
    }

    /// Keeps tokens that came from elsewhere, as if this client had signed in.
    ///
    /// # Errors
    /// [`Error::Config`] when the client has no token store, [`Error::TokenStore`] when the store fails.
    pub async fn keep_tokens(&self, tokens: Tokens) -> Result<(), Error> {
        match &self.bearer {
            Bearer::Session(session) => session.keep(tokens).await,
            _ => Err(Error::Config("the client has no token store: give it one with `.tokens(…)`".to_owned())),
        }
    }

    /// Forgets the kept tokens, here and in the store. The API does not hear of it.
    ///
    /// # Errors
    /// [`Error::TokenStore`] when the store fails.
    pub async fn forget_tokens(&self) -> Result<(), Error> {
        match &self.bearer {
            Bearer::Session(session) => session.forget().await,
            _ => Ok(()),
        }
    }

    /// Signs out: ends the session on the server, and forgets its tokens here and in the store, whatever the server
    /// says. Does nothing when nobody is signed in with a token store.
    ///
    /// # Errors
    /// What kept the server from being told, after the tokens are forgotten; [`Error::TokenStore`] when the store fails.
    pub async fn logout(&self) -> Result<(), Error> {
        let Bearer::Session(session) = &self.bearer else { return Ok(()) };
        let Some(tokens) = session.current().await? else { return Ok(()) };
        let told = match tokens.session_id() {
            Some(id) => settings::end_session(self, &id).await,
            None => Ok(()),
        };
        session.forget().await?;
        match told {
            // The session was over already.
            Err(error) if matches!(error.status(), Some(401 | 404)) => Ok(()),
            told => told,
        }
    }

    /// The same caller without a key.
    pub(crate) fn without_key(&self) -> Self {
        Self { key: None, client_id: None, ..self.clone() }
    }

    /// The same caller without tokens.
    pub(crate) fn without_session(&self) -> Self {
        Self { bearer: Bearer::None, ..self.clone() }
    }
}

/// Credentials stay out.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bearer = match &self.bearer {
            Bearer::None => "none",
            Bearer::Fixed(_) => "fixed",
            Bearer::Session(_) => "renewed",
        };
        f.debug_struct("Client")
            .field("base_url", &self.baseurl)
            .field("api_key", &self.key.is_some())
            .field("basic_auth", &self.basic.is_some())
            .field("access_token", &bearer)
            .finish_non_exhaustive()
    }
}

//! Setting up a client.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect;

use crate::auth::{Session, TokenStore};
use crate::client::{Bearer, Client};
use crate::error::Error;
use crate::generated::settings;
use crate::retry::RetryPolicy;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(60);

/// Sets up a [`Client`].
///
/// ```
/// # fn main() -> Result<(), gatepost_sdk::Error> {
/// let client = gatepost_sdk::Client::builder()
///     .api_key("gp_test_example")
///     .base_url("http://127.0.0.1:3003")
///     .build()?;
/// # Ok(()) }
/// ```
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    api_key: Option<String>,
    client_id: Option<String>,
    access_token: Option<String>,
    basic_auth: Option<(String, String)>,
    tokens: Option<Arc<dyn TokenStore>>,
    base_url: Option<String>,
    headers: Vec<(String, String)>,
    timeout: Option<Duration>,
    max_retries: Option<u32>,
    http_client: Option<reqwest::Client>,
}

impl ClientBuilder {
    /// As the environment says: `GATEPOST_API_KEY`, `GATEPOST_BASE_URL`. What is set afterwards wins.
    #[expect(
        clippy::disallowed_methods,
        reason = "the ban is the server's; these two are the SDK's documented variables"
    )]
    pub fn from_env() -> Self {
        let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            api_key: read(settings::API_KEY_VARIABLE),
            base_url: read(settings::BASE_URL_VARIABLE),
            ..Self::default()
        }
    }

    /// The API key to call with.
    pub fn api_key(mut self, key: impl Into<String>) -> Self {
        self.api_key = Some(key.into());
        self
    }

    /// The key that names this program at sign-in and renewal, usually a publishable one; it is sent to no other
    /// operation. Tokens are bound to it. Without one, [`ClientBuilder::api_key`] stands in.
    pub fn client_id(mut self, key: impl Into<String>) -> Self {
        self.client_id = Some(key.into());
        self
    }

    /// An access token to call with. It is not renewed; for that, give a store with [`ClientBuilder::tokens`].
    pub fn access_token(mut self, token: impl Into<String>) -> Self {
        self.access_token = Some(token.into());
        self
    }

    /// A name and a password for operations that take them, such as a key's id and the key itself for `issue_token`;
    /// sent to no other operation.
    pub fn basic_auth(mut self, name: impl Into<String>, password: impl Into<String>) -> Self {
        self.basic_auth = Some((name.into(), password.into()));
        self
    }

    /// Where to keep tokens. With a store, signing in keeps the tokens, calls send them, and they are renewed in time.
    /// A client is one signed-in user then: for several, use one client each ([`Client::with_tokens`]).
    pub fn tokens(mut self, store: impl TokenStore + 'static) -> Self {
        self.tokens = Some(Arc::new(store));
        self
    }

    /// The address of the API; the contract's first server by default (`http://127.0.0.1:3003`).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Some(url.into());
        self
    }

    /// A header on every call.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long each try of a call may take, from connecting to the last byte; 60 s by default.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How often to try again; 2 by default.
    pub fn max_retries(mut self, max_retries: u32) -> Self {
        self.max_retries = Some(max_retries);
        self
    }

    /// A client of your own for the connections: proxies, certificates, pools.
    pub fn http_client(mut self, client: reqwest::Client) -> Self {
        self.http_client = Some(client);
        self
    }

    /// The client.
    ///
    /// # Errors
    /// [`Error::Config`] when the address is none, or a value cannot stand in a header.
    pub fn build(self) -> Result<Client, Error> {
        let given = self.base_url.as_deref().or(settings::BASE_URL);
        let baseurl = base_url(given.ok_or_else(|| Error::Config("base URL: give one".to_owned()))?)?;
        let key = self.api_key.map(|key| secret_header("API key", &key)).transpose()?;
        let client_id = self.client_id.map(|key| secret_header("client id", &key)).transpose()?;
        let basic = self.basic_auth.map(|(name, password)| basic_header(&name, &password)).transpose()?;
        let bearer = match (self.access_token, self.tokens) {
            (Some(_), Some(_)) => {
                return Err(Error::Config("give an access token or a token store, not both".to_owned()));
            }
            (Some(token), None) => Bearer::Fixed(secret_header("access token", &format!("Bearer {token}"))?),
            (None, Some(store)) => Bearer::Session(Session::new(store)),
            (None, None) => Bearer::None,
        };
        let retries = RetryPolicy::default();
        Ok(Client {
            baseurl,
            client: self.http_client.map_or_else(http_client, Ok)?,
            key,
            client_id,
            bearer,
            basic,
            headers: headers(&self.headers)?,
            timeout: self.timeout.unwrap_or(TIMEOUT),
            retries: RetryPolicy { max_retries: self.max_retries.unwrap_or(retries.max_retries), ..retries },
            seen: Arc::default(),
        })
    }
}

/// Redirects are not followed: the key would go to wherever they point.
fn http_client() -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(redirect::Policy::none())
        .build()
        .map_err(|error| Error::Config(error.to_string()))
}

fn headers(given: &[(String, String)]) -> Result<HeaderMap, Error> {
    let mut headers = HeaderMap::new();
    let agent = format!("{}/{}", settings::PRODUCT, env!("CARGO_PKG_VERSION"));
    headers.insert(
        reqwest::header::USER_AGENT,
        HeaderValue::try_from(agent).map_err(|error| Error::Config(error.to_string()))?,
    );
    for (name, value) in given {
        let valid = HeaderName::try_from(name).map_err(|_| Error::Config(format!("{name:?} is no header name")))?;
        headers.insert(valid, secret_header(name, value)?);
    }
    Ok(headers)
}

fn base_url(given: &str) -> Result<String, Error> {
    let url = reqwest::Url::parse(given).map_err(|error| Error::Config(format!("base URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(Error::Config("base URL: it must begin with http:// or https://".to_owned()));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(Error::Config("base URL: it cannot have a query or a fragment".to_owned()));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

/// The value itself is in no message.
pub(crate) fn secret_header(what: &str, value: &str) -> Result<HeaderValue, Error> {
    let mut header = HeaderValue::try_from(value)
        .map_err(|_| Error::Config(format!("the {what} holds characters that cannot be sent")))?;
    header.set_sensitive(true);
    Ok(header)
}

/// RFC 7617: a name with a colon would end early.
pub(crate) fn basic_header(name: &str, password: &str) -> Result<HeaderValue, Error> {
    if name.contains(':') {
        return Err(Error::Config("the name for basic authentication holds a colon".to_owned()));
    }
    secret_header("password", &format!("Basic {}", STANDARD.encode(format!("{name}:{password}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_authentication_is_written_as_the_rfc_has_it() {
        let header = basic_header("Aladdin", "open sesame").expect("valid");
        assert_eq!(header, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assert!(header.is_sensitive() && basic_header("a:b", "c").is_err());
    }

    #[test]
    fn a_base_url_loses_its_last_slash_and_must_be_http() {
        assert_eq!(base_url("http://127.0.0.1:3003/").ok().as_deref(), Some("http://127.0.0.1:3003"));
        assert_eq!(base_url("https://example.com/api/").ok().as_deref(), Some("https://example.com/api"));
        for bad in ["", "example.com", "ftp://example.com", "http://example.com/?a=b"] {
            assert!(base_url(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_bad_key_is_refused_without_being_repeated() {
        let error = Client::builder().api_key("gp_live_se\ncret").build().map(|_| ()).expect_err("a line break");
        assert!(!error.to_string().contains("gp_live"));
    }

    #[test]
    fn debug_output_holds_no_credential() {
        let client = Client::builder()
            .api_key("gp_live_secret")
            .basic_auth("name", "secret")
            .header("x-vouch", "secret")
            .build()
            .expect("valid");
        assert!(!format!("{client:?}").contains("secret"));
    }
}

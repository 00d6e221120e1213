//! Lets a server take its callers' Gatepost keys: the decision, and what hands it to tower (axum, hyper) and poem.
//!
//! ```no_run
//! use gatepost_sdk::guard::KeyGuard;
//! use gatepost_sdk::verify::SignedKeyVerifier;
//!
//! # fn guard() -> Result<(), Box<dyn std::error::Error>> {
//! let verifier = SignedKeyVerifier::new(["https://api.example.com"], ["https://shop.example"])?;
//! let guard = KeyGuard::offline(verifier).scopes(["read:items"]);
//! # Ok(()) }
//! ```
//!
//! The feature `tower` makes it a `tower_layer::Layer`, the feature `poem` a `poem::Middleware`; a handler finds its
//! [`Caller`] in the request's extensions. For another framework, ask [`KeyGuard::decide`].

#[cfg(feature = "poem")]
mod poem;
#[cfg(feature = "tower")]
mod tower;

use std::sync::Arc;

use reqwest::StatusCode;
use reqwest::header::{AUTHORIZATION, HeaderMap, ORIGIN};
use serde_json::{Map, Value, json};

#[cfg(feature = "poem")]
pub use self::poem::Guarded as GuardedEndpoint;
#[cfg(feature = "tower")]
pub use self::tower::Guarded;
use crate::client::Client;
use crate::error::Error;
use crate::timestamp::Timestamp;
use crate::types::{KeyVerification, Scope};
use crate::verify::{SignedKeyError, SignedKeyVerifier, covers_scopes};

/// Who calls.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Caller {
    /// The key's id.
    pub key_id: String,
    /// Whose key it is.
    pub user_id: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// All that a signed key says of itself, where it was checked here.
    pub claims: Option<Map<String, Value>>,
    /// All that Gatepost said, where it was asked.
    pub verification: Option<KeyVerification>,
}

/// What a request brings.
#[derive(Clone, Default)]
pub struct Credentials {
    /// The key.
    pub key: Option<String>,
    /// The page that the request comes from.
    pub origin: Option<String>,
    /// The address that it comes from.
    pub ip: Option<String>,
}

impl Credentials {
    /// Those of a request: `X-API-Key`, or else `Authorization: Bearer`.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
        let bearer = || {
            let (scheme, token) = text(AUTHORIZATION.as_str())?.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        };
        let key = text("x-api-key").filter(|key| !key.is_empty()).or_else(bearer).filter(|key| !key.is_empty());
        Self { key: key.map(str::to_owned), origin: text(ORIGIN.as_str()).map(str::to_owned), ip: None }
    }
}

/// Why nobody gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// 401, 403, 429 or 503.
    pub status: StatusCode,
    /// The reason in one word: `EXPIRED`.
    pub code: String,
    /// The reason in a sentence.
    pub detail: &'static str,
    /// With 403: what the key must hold.
    pub required_scopes: Option<Vec<String>>,
}

impl Refusal {
    fn new(status: StatusCode, code: &str, detail: &'static str) -> Self {
        Self { status, code: code.to_owned(), detail, required_scopes: None }
    }

    /// Nobody is let in unchecked, and why the check failed is not the caller's to know.
    fn away() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "The key cannot be checked at the moment.")
    }

    /// The body, `application/problem+json`.
    #[must_use]
    pub fn to_json(&self) -> String {
        let title = match self.status {
            StatusCode::UNAUTHORIZED => "Not authenticated",
            StatusCode::FORBIDDEN => "Not allowed",
            StatusCode::TOO_MANY_REQUESTS => "Too many requests",
            _ => "Not available",
        };
        let mut problem =
            json!({ "title": title, "status": self.status.as_u16(), "code": self.code, "detail": self.detail });
        if let (Some(scopes), Some(members)) = (&self.required_scopes, problem.as_object_mut()) {
            members.insert("requiredScopes".to_owned(), json!(scopes));
        }
        problem.to_string()
    }

    /// The headers that go with the body.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, &'static str)> {
        let mut headers = vec![("content-type", "application/problem+json")];
        if self.status == StatusCode::UNAUTHORIZED {
            headers.push(("www-authenticate", "Bearer"));
        }
        headers
    }
}

/// Decides who gets in. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct KeyGuard {
    inner: Arc<Inner>,
}

#[derive(Debug, Clone)]
struct Inner {
    client: Option<Client>,
    verifier: Option<SignedKeyVerifier>,
    scopes: Vec<Scope>,
    cost: i32,
}

impl KeyGuard {
    /// Asks Gatepost about each request, so that a revoked key is refused at once. The client needs a key with the scope
    /// `keys:verify`.
    #[must_use]
    pub fn asking(client: Client) -> Self {
        Self::new(Some(client), None)
    }

    /// Checks signed keys here, without asking Gatepost, and takes no others.
    #[must_use]
    pub fn offline(verifier: SignedKeyVerifier) -> Self {
        Self::new(None, Some(verifier))
    }

    /// Checks signed keys here and asks Gatepost about the others.
    #[must_use]
    pub fn offline_or_asking(verifier: SignedKeyVerifier, client: Client) -> Self {
        Self::new(Some(client), Some(verifier))
    }

    fn new(client: Option<Client>, verifier: Option<SignedKeyVerifier>) -> Self {
        Self { inner: Arc::new(Inner { client, verifier, scopes: Vec::new(), cost: 1 }) }
    }

    /// What every caller's key must hold.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item: Into<Scope>>) -> Self {
        Arc::make_mut(&mut self.inner).scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// How many requests one counts for, where Gatepost is asked; 1 by default.
    #[must_use]
    pub fn cost(mut self, cost: i32) -> Self {
        Arc::make_mut(&mut self.inner).cost = cost;
        self
    }

    /// Who calls.
    ///
    /// # Errors
    /// Why nobody gets in, to be sent as it is.
    pub async fn decide(&self, credentials: Credentials) -> Result<Caller, Refusal> {
        let Some(key) = credentials.key.as_deref() else {
            let detail = "Send a key as X-API-Key or Authorization: Bearer.";
            return Err(Refusal::new(StatusCode::UNAUTHORIZED, "UNAUTHENTICATED", detail));
        };
        match (&self.inner.verifier, &self.inner.client) {
            (Some(verifier), None) => self.check_here(verifier, key).await,
            // Only signed keys have dots in them.
            (Some(verifier), Some(_)) if key.contains('.') => self.check_here(verifier, key).await,
            (_, Some(client)) => self.ask(client, key, &credentials).await,
            (None, None) => Err(Refusal::away()),
        }
    }

    async fn check_here(&self, verifier: &SignedKeyVerifier, key: &str) -> Result<Caller, Refusal> {
        let found = verifier.verify(key).await.map_err(|error| match error {
            SignedKeyError::Unavailable => Refusal::away(),
            other => self.refusal(&other.code().to_ascii_uppercase()),
        })?;
        let required: Vec<&str> = self.inner.scopes.iter().map(Scope::as_str).collect();
        if !covers_scopes(&found.scopes, &required) {
            return Err(self.refusal("INSUFFICIENT_SCOPE"));
        }
        Ok(Caller {
            key_id: found.key_id,
            user_id: found.user_id,
            scopes: found.scopes,
            expires_at: Some(found.expires_at),
            claims: Some(found.claims),
            verification: None,
        })
    }

    async fn ask(&self, client: &Client, key: &str, credentials: &Credentials) -> Result<Caller, Refusal> {
        let asked = client
            .verify_key()
            .body_map(|body| {
                body.key(key)
                    .scopes(self.inner.scopes.clone())
                    .cost(self.inner.cost)
                    .maybe_origin(credentials.origin.clone())
                    .maybe_ip(credentials.ip.clone())
            })
            .send()
            .await;
        let found = match asked {
            Ok(found) => found.into_inner(),
            // What cannot even be asked about is no key.
            Err(error) if is_about_the_key(&error) => return Err(self.refusal("MALFORMED")),
            Err(_) => return Err(Refusal::away()),
        };
        match (found.valid, &found.key_id, &found.user_id) {
            (true, Some(key_id), Some(user_id)) => Ok(Caller {
                key_id: key_id.clone(),
                user_id: user_id.clone(),
                scopes: found.scopes.iter().map(ToString::to_string).collect(),
                expires_at: found.expires_at,
                claims: None,
                verification: Some(found),
            }),
            _ => Err(self.refusal(found.code.as_str())),
        }
    }

    fn refusal(&self, code: &str) -> Refusal {
        match code {
            "RATE_LIMITED" | "QUOTA_EXCEEDED" => {
                Refusal::new(StatusCode::TOO_MANY_REQUESTS, code, "The key has no requests left for now.")
            }
            "INSUFFICIENT_SCOPE" | "ORIGIN_DENIED" | "IP_DENIED" => {
                let scopes = self.inner.scopes.iter().map(ToString::to_string).collect();
                let refusal = Refusal::new(StatusCode::FORBIDDEN, code, "The key may not do this.");
                Refusal { required_scopes: Some(scopes), ..refusal }
            }
            _ => Refusal::new(StatusCode::UNAUTHORIZED, code, "The key is not good."),
        }
    }
}

fn is_about_the_key(error: &Error) -> bool {
    error.api().is_some_and(|answer| answer.errors.iter().any(|fault| fault.pointer == "/key"))
}

//! Who makes requests: somebody with (or without) a credential.

use std::sync::Arc;
use std::time::Duration;

use gatepost::app::App;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::answer::Answer;
use super::at_rest::Shown;
use super::contract;

/// What an actor sends along.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// Nothing.
    None,
    /// An API key, as `X-API-Key`.
    Key(String),
    /// An access token, as `Authorization: Bearer`.
    Token(String),
    /// A key and an access token at once.
    Both(String, String),
    /// A publishable key, from a page of that origin.
    Publishable(String, String),
    /// An OAuth client: a key's id and the key, as `Authorization: Basic`.
    Client(String, String),
}

/// What says that a body is a form.
pub const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// Somebody who makes requests.
#[derive(Debug, Clone)]
pub struct Actor {
    pub(super) http: Client,
    pub(super) base: String,
    /// What they send along.
    pub credential: Credential,
    /// Their account, where they have one.
    pub user_id: Option<String>,
    /// The refresh token of their session, where they have one.
    pub refresh_token: Option<String>,
    /// How they sign in, where they can.
    pub account: Option<Account>,
    /// The application that they talk to, where it is a test's own: for its time, and what only mail tells.
    pub inside: Option<Arc<App>>,
    /// The secrets that they were shown or sent.
    pub(super) shown: Shown,
}

/// How somebody signs in.
#[derive(Debug, Clone)]
pub struct Account {
    /// E-mail address.
    pub email: String,
    /// Password.
    pub password: String,
}

impl Actor {
    /// Somebody without an account.
    pub fn nobody(http: Client, base: String) -> Self {
        Self {
            http,
            base,
            credential: Credential::None,
            user_id: None,
            refresh_token: None,
            account: None,
            inside: None,
            shown: Shown::default(),
        }
    }

    /// The same person with another credential.
    pub fn with(&self, credential: Credential) -> Self {
        Self { credential, ..self.clone() }
    }

    /// The same person with an API key.
    pub fn with_key(&self, secret: &str) -> Self {
        self.with(Credential::Key(secret.to_owned()))
    }

    /// Somebody of that account, with the same credential.
    pub fn of_account(&self, id: &str) -> Self {
        Self { user_id: Some(id.to_owned()), ..self.clone() }
    }

    /// Their account's id; the root key's holder is the built-in administrator.
    pub fn account_id(&self) -> String {
        self.user_id.clone().unwrap_or_else(|| gatepost::domain::ids::UserId::ADMINISTRATOR.to_string())
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// POST without a body.
    pub async fn post_nothing(&self, path: &str) -> Answer {
        self.send(Method::POST, path, None, &[]).await
    }

    /// PUT without a body.
    pub async fn put_nothing(&self, path: &str) -> Answer {
        self.send(Method::PUT, path, None, &[]).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// Any request; its answer is checked against the contract.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>, headers: &[(&str, &str)]) -> Answer {
        let bytes = body.map(|b| serde_json::to_vec(&b).expect("JSON"));
        let mut all = headers.to_vec();
        if bytes.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            all.push(("content-type", "application/json"));
        }
        self.send_raw(method, path, bytes, &all).await
    }

    /// Any bytes with any headers.
    pub async fn send_raw(
        &self,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.http.request(method.clone(), format!("{}{path}", self.base));
        request = match &self.credential {
            Credential::None => request,
            Credential::Key(key) => request.header("x-api-key", key),
            Credential::Token(token) => request.bearer_auth(token),
            Credential::Both(key, token) => request.header("x-api-key", key).bearer_auth(token),
            Credential::Publishable(key, origin) => request.header("x-api-key", key).header("origin", origin),
            Credential::Client(id, secret) => request.basic_auth(id, Some(secret)),
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            self.shown.gather(path, &serde_json::from_slice(&body).unwrap_or_default());
            request = request.body(body);
        }
        let response = request.send().await.expect("the server answers");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = response.bytes().await.expect("a whole answer");
        let is_csv = headers.get("content-type").is_some_and(|media| media.as_bytes().starts_with(b"text/csv"));
        let body = if bytes.is_empty() {
            Value::Null
        } else if is_csv {
            Value::String(String::from_utf8(bytes.to_vec()).expect("text"))
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|e| {
                panic!("{method} {path} answered {status} with no JSON ({e}): {}", String::from_utf8_lossy(&bytes))
            })
        };
        self.shown.gather(path, &body);
        if let Some(operation) = contract::operation_at(method.as_str(), path) {
            contract::check(operation, status, headers.get("content-type").and_then(|t| t.to_str().ok()), &body);
        }
        Answer { status, headers, body, request: format!("{method} {path}") }
    }

    /// POST to a server that may be gone; the body of a 2xx answer that came back whole. Not for ever: a request whose
    /// connection dies in the very moment it is handed over is not answered by the client either.
    pub async fn try_post(&self, path: &str, body: Value) -> Option<Value> {
        let Credential::Key(key) = &self.credential else { return None };
        let request = self.http.post(format!("{}{path}", self.base)).header("x-api-key", key);
        let answer = request.timeout(Duration::from_secs(30)).json(&body).send().await.ok()?;
        if answer.status().is_success() { answer.json().await.ok() } else { None }
    }

    /// A new key of this actor with these scopes; answers the whole key, `secret` included.
    pub async fn create_key(&self, scopes: &[&str]) -> Value {
        self.post("/v1/keys", json!({ "name": "test", "scopes": scopes })).await.is(201).body
    }

    /// A new signed key of this actor for that audience; answers the whole key, `secret` included.
    pub async fn create_signed_key(&self, audience: &str) -> Value {
        let body = json!({ "name": "test", "kind": "signed", "audience": audience, "scopes": ["read:items"] });
        self.post("/v1/keys", body).await.is(201).body
    }

    /// The same person with a new key of these scopes.
    pub async fn keyed(&self, scopes: &[&str]) -> Self {
        let key = self.create_key(scopes).await;
        self.with_key(key["secret"].as_str().expect("a secret"))
    }

    /// The same person with a new key of these scopes, which `admin` gave.
    pub async fn trusted_with(&self, admin: Self, scopes: &[&str]) -> Self {
        let body = json!({ "userId": self.account_id(), "name": "trusted", "scopes": scopes });
        self.with_key(&admin.post("/v1/admin/keys", body).await.is(201).text("secret"))
    }

    /// The same person as an OAuth client with a new key of these scopes.
    pub async fn client(&self, scopes: &[&str]) -> Self {
        let key = self.create_key(scopes).await;
        let text = |name: &str| key[name].as_str().expect("a text").to_owned();
        self.with(Credential::Client(text("id"), text("secret")))
    }

    /// POST with a form.
    pub async fn form(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let form = Serializer::new(String::new()).extend_pairs(parameters).finish();
        self.send_raw(Method::POST, path, Some(form.into_bytes()), &[FORM]).await
    }

    /// A new item of this actor.
    pub async fn create_item(&self) -> Value {
        self.post("/v1/items", item()).await.is(201).body
    }
}

/// An item to offer.
pub fn item() -> Value {
    json!({ "title": "Rangefinder camera", "description": "Serviced, with case.", "price": { "amount": 24_900, "currency": "EUR" }, "condition": "good" })
}

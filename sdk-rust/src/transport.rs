//! One call: credentials, tries, and reading the answer. The generated operations end here.

use std::sync::PoisonError;

use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Request, StatusCode};
use serde::de::DeserializeOwned;

use crate::api_error::ApiError;
use crate::auth::{self, Tokens};
use crate::client::{Bearer, Client};
use crate::error::{DecodeError, Error};
use crate::generated::settings;
use crate::operation::{Operation, TokenEffect};
use crate::rate_limit::RateLimit;
use crate::response::Response;
use crate::retry::{self, Failure};
use crate::{builder, random};

const API_KEY: HeaderName = HeaderName::from_static(settings::API_KEY_HEADER);

/// An answer of 2xx.
enum Answer {
    Read { status: StatusCode, headers: HeaderMap, body: Bytes },
    Open(reqwest::Response),
}

/// Whether the body is read within the try, or left to the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    Whole,
    Open,
}

/// Why a try failed, and what that means for the next.
struct Failed {
    error: Error,
    failure: Failure,
}

impl Client {
    /// Sends the request, again where that helps, and reads the answer.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        request: Request,
        operation: &Operation,
    ) -> Result<Response<T>, Error> {
        let answer = self.exchange(request, operation, Reading::Whole).await?;
        let Answer::Read { status, headers, body } = answer else {
            return Err(Error::InvalidRequest("the answer was left open".to_owned()));
        };
        self.keep_tokens_of(operation, &body).await?;
        decode(operation.id, status, headers, body)
    }

    /// Sends the request, again where that helps, and leaves the body of the answer to the caller.
    pub(crate) async fn call_raw(&self, request: Request, operation: &Operation) -> Result<reqwest::Response, Error> {
        match self.exchange(request, operation, Reading::Open).await? {
            Answer::Open(response) => Ok(response),
            Answer::Read { .. } => Err(Error::InvalidRequest("the answer was read already".to_owned())),
        }
    }

    async fn exchange(&self, mut request: Request, operation: &Operation, reading: Reading) -> Result<Answer, Error> {
        let keyed = self.prepare(&mut request, operation);
        let mut sent = self.authorize(&mut request, operation).await?;
        let (mut tried, mut renewed) = (0, false);
        loop {
            let Some(copy) = request.try_clone() else {
                // A body that is a stream cannot be sent twice.
                return self.attempt(request, operation, reading).await.map_err(|failed| failed.error);
            };
            let Failed { error, failure } = match self.attempt(copy, operation, reading).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            if failure == Failure::Status(StatusCode::UNAUTHORIZED)
                && !renewed
                && let Some(token) = self.another_token(sent.as_deref()).await?
            {
                renewed = true;
                request.headers_mut().insert(AUTHORIZATION, bearer(&token)?);
                sent = Some(token);
                continue;
            }
            if !retry::may_retry(failure, request.method(), operation, keyed) {
                return Err(error);
            }
            let Some(wait) = self.retries.wait(tried, error.retry_after(), random::fraction()) else {
                return Err(error);
            };
            tokio::time::sleep(wait).await;
            tried += 1;
        }
    }

    /// Adds what every try sends. Answers whether the call carries an idempotency key.
    fn prepare(&self, request: &mut Request, operation: &Operation) -> bool {
        let headers = request.headers_mut();
        for (name, value) in &self.headers {
            if !headers.contains_key(name) {
                headers.insert(name.clone(), value.clone());
            }
        }
        let keyed = operation.idempotency_header.and_then(|name| HeaderName::try_from(name).ok()).is_some_and(|name| {
            if !headers.contains_key(&name)
                && let Ok(key) = HeaderValue::try_from(random::token())
            {
                headers.insert(name.clone(), key);
            }
            headers.contains_key(&name)
        });
        *request.timeout_mut() = Some(self.timeout);
        keyed
    }

    /// Adds the credential. A token goes before a key: both together would grant only what both may. Answers the
    /// session's token, if one was sent.
    async fn authorize(&self, request: &mut Request, operation: &Operation) -> Result<Option<String>, Error> {
        if operation.bearer && !request.headers().contains_key(AUTHORIZATION) {
            match &self.bearer {
                Bearer::None => {}
                Bearer::Fixed(value) => {
                    request.headers_mut().insert(AUTHORIZATION, value.clone());
                    return Ok(None);
                }
                Bearer::Session(session) => {
                    if let Some(token) = session.access_token(self).await? {
                        request.headers_mut().insert(AUTHORIZATION, bearer(&token)?);
                        return Ok(Some(token));
                    }
                }
            }
        }
        if let Some(key) = self.key_for(operation) {
            request.headers_mut().insert(API_KEY, key.clone());
        } else if let Some(basic) = self.basic.as_ref().filter(|_| operation.basic)
            && !request.headers().contains_key(AUTHORIZATION)
        {
            request.headers_mut().insert(AUTHORIZATION, basic.clone());
        }
        Ok(None)
    }

    /// The key that goes with an operation.
    fn key_for(&self, operation: &Operation) -> Option<&HeaderValue> {
        let client_id = self.client_id.as_ref().filter(|_| operation.names_client());
        client_id.or(self.key.as_ref()).filter(|_| operation.api_key)
    }

    async fn another_token(&self, sent: Option<&str>) -> Result<Option<String>, Error> {
        match (&self.bearer, sent) {
            (Bearer::Session(session), Some(sent)) => session.after_refusal(self, sent).await,
            _ => Ok(None),
        }
    }

    async fn attempt(&self, request: Request, operation: &Operation, reading: Reading) -> Result<Answer, Failed> {
        let response = self.client.execute(request).await.map_err(Failed::network)?;
        let (status, headers) = (response.status(), response.headers().clone());
        self.note(&headers);
        if status.is_success() && reading == Reading::Open {
            return Ok(Answer::Open(response));
        }
        let body = response.bytes().await.map_err(Failed::network)?;
        if status.is_success() {
            return Ok(Answer::Read { status, headers, body });
        }
        let error = ApiError::read(operation.id, status.as_u16(), headers, body, auth::now());
        Err(Failed { error: Error::Api(Box::new(error)), failure: Failure::Status(status) })
    }

    fn note(&self, headers: &HeaderMap) {
        if let Some(limit) = RateLimit::read(headers, auth::now()) {
            *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(limit);
        }
    }

    async fn keep_tokens_of(&self, operation: &Operation, body: &[u8]) -> Result<(), Error> {
        let Bearer::Session(session) = &self.bearer else { return Ok(()) };
        match operation.tokens {
            TokenEffect::None => Ok(()),
            TokenEffect::Revoke => session.forget().await,
            TokenEffect::Issue | TokenEffect::Refresh => match Tokens::read(body, auth::now()) {
                Some(tokens) => session.keep(Tokens { with_key: self.key_for(operation).is_some(), ..tokens }).await,
                None => Ok(()),
            },
        }
    }
}

impl Failed {
    fn network(error: reqwest::Error) -> Self {
        let failure = if error.is_connect() || error.is_builder() { Failure::NotSent } else { Failure::Lost };
        Self { error: error.into(), failure }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, Error> {
    builder::secret_header("access token", &format!("Bearer {token}"))
}

fn decode<T: DeserializeOwned>(
    operation: &'static str,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response<T>, Error> {
    // No body is what `()` and optional values are read from.
    let text: &[u8] = if body.is_empty() { b"null" } else { &body };
    match serde_json::from_slice(text) {
        Ok(value) => Ok(Response::new(value, status, headers)),
        Err(source) => {
            let request_id = headers.get("x-request-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
            Err(Error::Decode(Box::new(DecodeError { operation, status: status.as_u16(), request_id, body, source })))
        }
    }
}

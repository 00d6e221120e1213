//! Receiving webhooks (Standard Webhooks): was this sent by the API, just now, and unchanged?
//!
//! `Content-Digest` (RFC 9530) is not signed: it tells a changed body from a wrong secret, and never that a message is genuine.

use std::time::{Duration, SystemTime};

use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::timestamp::Timestamp;

const DIGEST: &str = "content-digest";
/// How far a message's time may be from ours.
const TOLERANCE: Duration = Duration::from_secs(300);

/// Checks messages with an endpoint's secret.
pub struct WebhookVerifier {
    keys: Vec<hmac::Key>,
    tolerance: Duration,
}

/// A message that was checked.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct WebhookEvent<T = serde_json::Value> {
    /// The message's id, the same over all tries: remember it to do things once.
    #[serde(skip)]
    pub id: String,
    /// What happened, for example `key.revoked`.
    #[serde(rename = "type")]
    pub event_type: String,
    /// When it happened.
    pub timestamp: Timestamp,
    /// What it happened to.
    pub data: T,
}

/// Why a message is not to be trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// The secret cannot be used.
    #[error("the webhook secret is not `whsec_` and base64")]
    InvalidSecret,
    /// A header is not there, or not readable.
    #[error("the header `{0}` is missing or not readable")]
    MissingHeader(&'static str),
    /// The time is no number of seconds.
    #[error("`webhook-timestamp` is not a number of seconds")]
    InvalidTimestamp,
    /// Sent too long ago: a replay, or a clock that is slow at the sender.
    #[error("the message is {0} s old, more than the {1} s allowed: it is a replay, or a clock is wrong")]
    TooOld(u64, u64),
    /// Sent in the future.
    #[error("the message is {0} s ahead of this machine's clock, more than the {1} s allowed: a clock is wrong")]
    TooNew(u64, u64),
    /// There is no signature of a version that we know.
    #[error("`webhook-signature` holds no `v1` signature")]
    NoSignature,
    /// The body is as it was sent, but no signature matches.
    #[error(
        "the body is as it was sent, but no signature matches: the secret is another endpoint's, or no longer used"
    )]
    WrongSecret,
    /// The body is not byte for byte as it was sent.
    #[error("the body is not byte for byte as it was sent: give the raw bytes, as they come before any parsing")]
    BodyChanged,
    /// One of these two: there is no `Content-Digest` to tell them apart.
    #[error("no signature matches: another secret, or a body that is not byte for byte as sent")]
    Mismatch,
    /// The signature is good, and the body is not the message that was expected.
    #[error("the message is genuine, but its body cannot be read: {0}")]
    InvalidBody(#[source] serde_json::Error),
}

impl WebhookVerifier {
    /// A verifier for an endpoint's secret (`whsec_…`).
    ///
    /// # Errors
    /// [`WebhookError::InvalidSecret`].
    pub fn new(secret: &str) -> Result<Self, WebhookError> {
        Ok(Self { keys: vec![key(secret)?], tolerance: TOLERANCE })
    }

    /// Takes a second secret as well, while an endpoint's secret is being rotated.
    ///
    /// # Errors
    /// [`WebhookError::InvalidSecret`].
    pub fn also(mut self, secret: &str) -> Result<Self, WebhookError> {
        self.keys.push(key(secret)?);
        Ok(self)
    }

    /// Allows another distance between the message's time and ours than 300 s.
    #[must_use]
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Checks a message and reads it. `body` must be the bytes as they came.
    ///
    /// # Errors
    /// Names the cause; answer 400 then.
    pub fn verify<T: DeserializeOwned>(
        &self,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<WebhookEvent<T>, WebhookError> {
        let id = self.check(headers, body)?;
        let mut event: WebhookEvent<T> = serde_json::from_slice(body).map_err(WebhookError::InvalidBody)?;
        id.clone_into(&mut event.id);
        Ok(event)
    }

    /// Checks a message and reads it as a type of its own: [`Event`](crate::events::Event) knows all that the API sends.
    ///
    /// # Errors
    /// Names the cause; answer 400 then.
    pub fn unwrap<E: DeserializeOwned>(&self, headers: &HeaderMap, body: &[u8]) -> Result<E, WebhookError> {
        self.check(headers, body)?;
        serde_json::from_slice(body).map_err(WebhookError::InvalidBody)
    }

    /// The headers of a message as its sender makes them: for tests of a receiver.
    ///
    /// # Errors
    /// `id` is no value of a header.
    pub fn signed_headers(
        &self,
        id: &str,
        body: &[u8],
        at: SystemTime,
    ) -> Result<HeaderMap, reqwest::header::InvalidHeaderValue> {
        let at = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs().to_string();
        let one = |key| format!("v1,{}", STANDARD.encode(signature(key, id, &at, body)));
        let signatures = self.keys.iter().map(one).collect::<Vec<_>>().join(" ");
        let digest = format!("sha-256=:{}:", digest_of(body));
        let all = [
            ("webhook-id", id),
            ("webhook-timestamp", at.as_str()),
            ("webhook-signature", signatures.as_str()),
            (DIGEST, digest.as_str()),
        ];
        let header = |(name, value)| HeaderValue::from_str(value).map(|value| (HeaderName::from_static(name), value));
        all.into_iter().map(header).collect()
    }

    /// Checks a message by its headers, and answers its id.
    fn check<'h>(&self, headers: &'h HeaderMap, body: &[u8]) -> Result<&'h str, WebhookError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let header =
            |name: &'static str| text(name).filter(|value| !value.is_empty()).ok_or(WebhookError::MissingHeader(name));
        let (id, at, signatures) = (header("webhook-id")?, header("webhook-timestamp")?, header("webhook-signature")?);
        match self.verify_parts(id, at, signatures, body, crate::auth::now()) {
            Err(WebhookError::Mismatch) => Err(mismatch(text(DIGEST).unwrap_or_default(), body)),
            Err(other) => Err(other),
            Ok(()) => Ok(id),
        }
    }

    /// Checks the three header values and the body against a clock. Without the digest it cannot tell
    /// [`WebhookError::WrongSecret`] from [`WebhookError::BodyChanged`].
    ///
    /// # Errors
    /// Names the cause.
    pub fn verify_parts(
        &self,
        id: &str,
        at: &str,
        signatures: &str,
        body: &[u8],
        now: SystemTime,
    ) -> Result<(), WebhookError> {
        let sent: u64 = at.parse().map_err(|_| WebhookError::InvalidTimestamp)?;
        self.check_age(sent, now)?;
        let mut known = false;
        for signature in signatures
            .split_ascii_whitespace()
            .filter_map(|each| each.strip_prefix("v1,"))
            .filter(|each| !each.is_empty())
        {
            known = true;
            let Ok(signature) = STANDARD.decode(signature) else { continue };
            if self.keys.iter().any(|key| matches(key, id, at, body, &signature)) {
                return Ok(());
            }
        }
        Err(if known { WebhookError::Mismatch } else { WebhookError::NoSignature })
    }

    fn check_age(&self, sent: u64, now: SystemTime) -> Result<(), WebhookError> {
        let now = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let allowed = self.tolerance.as_secs();
        match now.checked_sub(sent) {
            Some(age) if age > allowed => Err(WebhookError::TooOld(age, allowed)),
            None if sent - now > allowed => Err(WebhookError::TooNew(sent - now, allowed)),
            _ => Ok(()),
        }
    }
}

impl std::fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WebhookVerifier").field("tolerance", &self.tolerance).finish_non_exhaustive()
    }
}

fn key(secret: &str) -> Result<hmac::Key, WebhookError> {
    let encoded = secret.trim().strip_prefix("whsec_").ok_or(WebhookError::InvalidSecret)?;
    let bytes = STANDARD.decode(encoded).map_err(|_| WebhookError::InvalidSecret)?;
    if bytes.is_empty() {
        return Err(WebhookError::InvalidSecret);
    }
    Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
}

fn matches(key: &hmac::Key, id: &str, at: &str, body: &[u8], given: &[u8]) -> bool {
    constant_time::verify_slices_are_equal(&signature(key, id, at, body), given).is_ok()
}

fn signature(key: &hmac::Key, id: &str, at: &str, body: &[u8]) -> Vec<u8> {
    let mut signing = hmac::Context::with_key(key);
    for part in [id.as_bytes(), b".", at.as_bytes(), b".", body] {
        signing.update(part);
    }
    signing.sign().as_ref().to_vec()
}

fn digest_of(body: &[u8]) -> String {
    STANDARD.encode(digest::digest(&digest::SHA256, body))
}

/// Which of the two it is.
fn mismatch(given: &str, body: &[u8]) -> WebhookError {
    let sent = given.split(',').find_map(|each| each.trim().strip_prefix("sha-256=:")?.strip_suffix(':'));
    match sent {
        None => WebhookError::Mismatch,
        Some(sent) if sent == digest_of(body) => WebhookError::WrongSecret,
        Some(_) => WebhookError::BodyChanged,
    }
}

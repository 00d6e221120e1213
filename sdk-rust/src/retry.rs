//! When to try again, and how long to wait first. Pure: no clock, no network.

use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Method, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use crate::operation::Operation;

/// How often to try again, and how long to wait.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    /// Tries after the first.
    pub max_retries: u32,
    /// Upper bound of the first wait; doubled each time.
    pub base: Duration,
    /// Upper bound of any wait of our own choosing.
    pub cap: Duration,
    /// The longest wait that the API may ask for; if it asks for more, the caller gets the error at once.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_retries: 2,
            base: Duration::from_millis(500),
            cap: Duration::from_secs(8),
            longest: Duration::from_secs(60),
        }
    }
}

/// How an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing reached the API.
    NotSent,
    /// The request may have reached the API and may have worked.
    Lost,
    /// The API answered with this status.
    Status(StatusCode),
}

impl RetryPolicy {
    /// How long to wait before the next try, or `None` to give up. `tried` counts the retries so far, `asked` is the
    /// API's `Retry-After`, `jitter` is uniform in 0..1.
    pub(crate) fn wait(&self, tried: u32, asked: Option<Duration>, jitter: f64) -> Option<Duration> {
        if tried >= self.max_retries {
            return None;
        }
        let bound = self.base.saturating_mul(2u32.saturating_pow(tried)).min(self.cap);
        let own = bound.mul_f64(jitter.clamp(0.0, 1.0));
        match asked {
            Some(asked) if asked > self.longest => None,
            // On top of the API's word: all who were told the same do not come back at the same moment.
            Some(asked) => Some(asked.saturating_add(own.min(Duration::from_millis(250)))),
            None => Some(own),
        }
    }
}

/// Whether trying again can help and cannot do the thing twice.
pub(crate) fn may_retry(failure: Failure, method: &Method, operation: &Operation, keyed: bool) -> bool {
    let repeatable = method != Method::POST || keyed || operation.is_repeatable();
    match failure {
        Failure::NotSent => true,
        Failure::Lost => repeatable,
        Failure::Status(StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS) => true,
        Failure::Status(status) => status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED && repeatable,
    }
}

/// `Retry-After`: seconds or a date (RFC 9110, 10.2.3).
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    // An HTTP date is an RFC 2822 date that says GMT.
    let date = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    Some(SystemTime::from(date).duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CREATE: Operation =
        Operation { idempotency_header: Some("Idempotency-Key"), ..Operation::named("createItem") };
    const VERIFY: Operation = Operation::named("verifyKey");

    #[test]
    fn waits_double_up_to_the_cap_and_never_exceed_it() {
        let policy = RetryPolicy { max_retries: 10, ..RetryPolicy::default() };
        let waits: Vec<_> =
            (0..7).filter_map(|tried| policy.wait(tried, None, 1.0)).map(|wait| wait.as_millis()).collect();
        assert_eq!(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
        assert_eq!(policy.wait(3, None, 0.0), Some(Duration::ZERO), "full jitter reaches down to nothing");
    }

    #[test]
    fn gives_up_after_the_last_retry_or_when_the_api_asks_for_too_long() {
        let policy = RetryPolicy::default();
        assert_eq!(policy.wait(2, None, 0.5), None);
        assert_eq!(policy.wait(0, Some(Duration::from_secs(900)), 0.5), None);
        assert!(policy.wait(0, Some(Duration::from_secs(3)), 0.5).is_some_and(|wait| wait >= Duration::from_secs(3)));
    }

    #[test]
    fn a_post_without_a_key_is_repeated_only_when_it_did_not_happen() {
        let post = Method::POST;
        assert!(may_retry(Failure::NotSent, &post, &VERIFY, false));
        assert!(may_retry(Failure::Status(StatusCode::TOO_MANY_REQUESTS), &post, &VERIFY, false));
        assert!(!may_retry(Failure::Lost, &post, &VERIFY, false));
        assert!(!may_retry(Failure::Status(StatusCode::BAD_GATEWAY), &post, &VERIFY, false));
        assert!(may_retry(Failure::Lost, &post, &CREATE, true));
        assert!(may_retry(Failure::Status(StatusCode::BAD_GATEWAY), &Method::GET, &VERIFY, false));
        assert!(!may_retry(Failure::Status(StatusCode::CONFLICT), &Method::GET, &VERIFY, false));
    }

    #[test]
    fn retry_after_reads_seconds_and_dates() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        let headers = |value: &'static str| {
            HeaderMap::from_iter([(RETRY_AFTER, reqwest::header::HeaderValue::from_static(value))])
        };
        assert_eq!(retry_after(&headers("7"), now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after(&headers("Sun, 06 Nov 1994 08:49:37 GMT"), now), Some(Duration::from_secs(30)));
        assert_eq!(retry_after(&headers("soon"), now), None);
    }
}

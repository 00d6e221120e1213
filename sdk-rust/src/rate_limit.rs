//! What is left of a limit, as the last answer said.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// What is left of the tightest window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimit {
    /// Calls allowed in the window.
    pub limit: u64,
    /// Calls left in it.
    pub remaining: u64,
    /// Time until it opens again, counted from the answer.
    pub reset: Duration,
}

/// Above this, `X-RateLimit-Reset` cannot be a number of seconds to wait: it is a moment (Unix seconds).
const MOMENT: u64 = 1_000_000_000;

impl RateLimit {
    /// Reads `X-RateLimit-…`, and the time from the IETF draft's `RateLimit` (`t=`) where it is there.
    pub(crate) fn read(headers: &HeaderMap, now_seconds: u64) -> Option<Self> {
        let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<u64>().ok();
        let reset = match drafted_reset(headers) {
            Some(seconds) => seconds,
            None => {
                number("x-ratelimit-reset").map(|at| if at > MOMENT { at.saturating_sub(now_seconds) } else { at })?
            }
        };
        Some(Self {
            limit: number("x-ratelimit-limit")?,
            remaining: number("x-ratelimit-remaining")?,
            reset: Duration::from_secs(reset),
        })
    }
}

/// The `t` of a `RateLimit` header that names one window.
fn drafted_reset(headers: &HeaderMap) -> Option<u64> {
    let value = headers.get("ratelimit")?.to_str().ok()?;
    if value.contains(',') {
        return None;
    }
    value.split(';').find_map(|part| part.trim().strip_prefix("t=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn reads_what_is_left_and_when_it_opens_again() {
        let plain = [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "59"), ("x-ratelimit-reset", "30")];
        let wanted = RateLimit { limit: 60, remaining: 59, reset: Duration::from_secs(30) };
        assert_eq!(RateLimit::read(&headers(&plain), 0), Some(wanted));

        let moment =
            [("x-ratelimit-limit", "60"), ("x-ratelimit-remaining", "59"), ("x-ratelimit-reset", "1700000030")];
        assert_eq!(RateLimit::read(&headers(&moment), 1_700_000_000), Some(wanted));

        let mut drafted = plain.to_vec();
        drafted.push(("ratelimit", "\"minute\";r=59;t=12"));
        assert_eq!(RateLimit::read(&headers(&drafted), 0).map(|limit| limit.reset.as_secs()), Some(12));

        assert_eq!(RateLimit::read(&HeaderMap::new(), 0), None);
    }
}

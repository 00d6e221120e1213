//! The headers that tell a caller where the limits stand: the IETF draft's two and the three that came before it.

use poem::http::{HeaderMap, HeaderName, HeaderValue, header};

use super::{Decision, WindowState};
use crate::domain::time::Time;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");
const LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

impl Decision {
    /// Writes `RateLimit-Policy` and `RateLimit` for every window, `X-RateLimit-*` for the tightest (its reset in seconds
    /// since 1970), and `Retry-After` for a refusal. Writes nothing for a caller without limits.
    pub fn write_headers(&self, headers: &mut HeaderMap, now: Time) {
        let Some(tightest) = self.tightest() else { return };
        let mut text = Vec::with_capacity(128);
        self.put_list(headers, POLICY, &mut text, |w| [(";q=", w.limit), (";w=", u64::from(w.window_seconds))]);
        self.put_list(headers, STATE, &mut text, |w| [(";r=", w.remaining), (";t=", u64::from(w.reset_seconds))]);
        headers.insert(LIMIT, tightest.limit.into());
        headers.insert(REMAINING, tightest.remaining.into());
        // Rounded up, so that it is never earlier than `t`.
        let now_seconds = u64::try_from(now.ms().saturating_add(999) / 1_000).unwrap_or(0);
        headers.insert(RESET, (now_seconds + u64::from(tightest.reset_seconds)).into());
        if self.refused.is_some() {
            headers.insert(header::RETRY_AFTER, self.retry_after_seconds.into());
        }
    }

    /// A structured-field list: `"minute";q=60;w=60, "day";q=1000;w=86400`.
    fn put_list(
        &self,
        headers: &mut HeaderMap,
        name: HeaderName,
        text: &mut Vec<u8>,
        parameters: impl Fn(&WindowState) -> [(&'static str, u64); 2],
    ) {
        text.clear();
        for (place, window) in self.windows.iter().enumerate() {
            text.extend_from_slice(if place == 0 { b"\"" } else { b", \"" });
            text.extend_from_slice(window.name.as_bytes());
            text.push(b'"');
            for (name, value) in parameters(window) {
                text.extend_from_slice(name.as_bytes());
                text.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
            }
        }
        if let Ok(value) = HeaderValue::from_bytes(text) {
            headers.insert(name, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::windows::Span;
    use crate::limits::{Charge, Memory, Subject, Window};

    fn charges() -> Vec<Charge> {
        let subject = Subject::new("account", "usr_1");
        let charge = |name, span, limit| Charge { subject, window: Window { name, span, limit }, cost: 1 };
        vec![charge("minute", Span::MINUTE, 2), charge("day", Span::UtcDay, 1_000)]
    }

    fn headers(decision: &Decision, now: Time) -> Vec<String> {
        let mut map = HeaderMap::new();
        decision.write_headers(&mut map, now);
        map.iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect()
    }

    #[test]
    fn s75_the_headers_are_the_drafts_lists_and_the_old_three_for_the_tightest_window() {
        let now = Time::from_ms(86_400_000 - 30_500);
        let decision = Memory::default().take(&charges(), now);

        assert_eq!(
            headers(&decision, now),
            [
                "ratelimit-policy: \"minute\";q=2;w=60, \"day\";q=1000;w=86400",
                "ratelimit: \"minute\";r=1;t=60, \"day\";r=999;t=31",
                "x-ratelimit-limit: 2",
                "x-ratelimit-remaining: 1",
                "x-ratelimit-reset: 86430",
            ]
        );
    }

    #[test]
    fn s75_a_refusal_says_when_to_come_back_and_then_it_is_admitted() {
        let memory = Memory::default();
        let start = Time::from_ms(1_000);
        assert!(memory.take(&charges(), start).admitted());
        assert!(memory.take(&charges(), Time::from_ms(1_500)).admitted());
        let now = Time::from_ms(31_200);
        let decision = memory.take(&charges(), now);

        assert!(headers(&decision, now).contains(&"retry-after: 30".to_owned()));
        assert!(memory.take(&charges(), Time::from_ms(31_200 + 30_000)).admitted());
    }

    #[test]
    fn a_caller_without_limits_gets_no_headers() {
        assert!(headers(&Decision::default(), Time::from_ms(0)).is_empty());
    }
}

//! What is left of the limits, as an answer said.

use std::cmp::Reverse;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::HeaderMap;

use crate::structured_field::{Item, Member, members};

/// What an answer said of the limits: the tightest window, and all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimit {
    /// Calls that the tightest window allows.
    pub limit: Option<u64>,
    /// Calls left in it.
    pub remaining: Option<u64>,
    /// Time until it has room again, counted from the answer.
    pub reset: Option<Duration>,
    /// Its name, where the server names it.
    pub policy: Option<String>,
    /// How long it is.
    pub window: Option<Duration>,
    /// Every window that the answer spoke of.
    pub windows: Vec<RateLimitWindow>,
}

/// One window of the limits. What the answer did not say is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct RateLimitWindow {
    /// Calls that it allows.
    pub limit: Option<u64>,
    /// Calls left in it.
    pub remaining: Option<u64>,
    /// Time until it has room again, counted from the answer.
    pub reset: Option<Duration>,
    /// Its name, where the server names it.
    pub policy: Option<String>,
    /// How long it is.
    pub window: Option<Duration>,
}

/// From here on, `X-RateLimit-Reset` cannot be a number of seconds to wait: it is a moment, in seconds since 1970.
const MOMENT: u64 = 1_000_000_000;
/// From here on, it is one in milliseconds.
const MOMENT_MS: u64 = 1_000_000_000_000;

impl RateLimit {
    /// Reads `RateLimit` and `RateLimit-Policy` (IETF draft, all windows), else the older `X-RateLimit-…` and
    /// `RateLimit-…`. What cannot be read counts as not sent.
    pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Option<Self> {
        let now_seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let mut windows = drafted(&field(headers, "ratelimit"), &field(headers, "ratelimit-policy"));
        if windows.iter().all(|window| window.remaining.is_none())
            && let Some(plain) = plain(headers, now_seconds)
        {
            windows = vec![plain];
        }
        let RateLimitWindow { limit, remaining, reset, policy, window } =
            windows.iter().min_by_key(|w| room(w))?.clone();
        Some(Self { limit, remaining, reset, policy, window, windows })
    }
}

/// Fewer calls left are tighter; of two with as few, the one that takes longer.
fn room(window: &RateLimitWindow) -> (u64, Reverse<Duration>) {
    (window.remaining.unwrap_or(u64::MAX), Reverse(window.reset.unwrap_or_default()))
}

/// A field that was sent on several lines is one.
fn field(headers: &HeaderMap, name: &str) -> String {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("\u{fffd}")).collect();
    lines.join(", ")
}

fn drafted(state: &str, policy: &str) -> Vec<RateLimitWindow> {
    let mut rules = members(policy);
    let mut windows: Vec<RateLimitWindow> = states(state);
    for window in &mut windows {
        if let Some(at) = rules.iter().position(|rule| is_of(rule, window)) {
            let rule = rules.remove(at);
            window.limit = window.limit.or_else(|| quota(&rule));
            window.window = seconds(&rule, "w");
        }
    }
    let untold = rules.iter().filter(|rule| quota(rule).is_some());
    windows.extend(untold.map(|rule| RateLimitWindow {
        limit: quota(rule),
        policy: rule.name().map(str::to_owned),
        window: seconds(rule, "w"),
        ..RateLimitWindow::default()
    }));
    windows
}

fn is_of(rule: &Member, window: &RateLimitWindow) -> bool {
    match &window.policy {
        Some(name) => rule.name() == Some(name),
        None => quota(rule) == window.limit,
    }
}

/// `"minute";r=50;t=30, …`; or, as drafts before the eighth have it, one window in `limit=60, remaining=50, reset=30`.
fn states(field: &str) -> Vec<RateLimitWindow> {
    let found = members(field);
    let named = |name: &str| found.iter().rev().find(|member| member.key.as_deref() == Some(name))?.item.count();
    if let Some(remaining) = named("remaining") {
        let reset = named("reset").map(Duration::from_secs);
        let remaining = Some(remaining);
        return vec![RateLimitWindow { limit: named("limit"), remaining, reset, ..RateLimitWindow::default() }];
    }
    let window = |member: &Member| {
        Some(RateLimitWindow {
            limit: count(member, "limit"),
            remaining: Some(count(member, "r")?),
            reset: seconds(member, "t"),
            policy: Some(member.name()?.to_owned()),
            window: None,
        })
    };
    found.iter().filter_map(window).collect()
}

/// `"minute";q=60`; before the eighth draft the number was the item itself: `60;w=60`.
fn quota(rule: &Member) -> Option<u64> {
    count(rule, "q").or_else(|| rule.item.count())
}

fn count(member: &Member, name: &str) -> Option<u64> {
    member.parameter(name).and_then(Item::count)
}

fn seconds(member: &Member, name: &str) -> Option<Duration> {
    count(member, name).map(Duration::from_secs)
}

fn plain(headers: &HeaderMap, now_seconds: u64) -> Option<RateLimitWindow> {
    let number = |name: &str| {
        let value = headers.get(format!("x-ratelimit-{name}")).or_else(|| headers.get(format!("ratelimit-{name}")))?;
        leading(value.to_str().ok()?)
    };
    let wait = |at: u64| match at {
        MOMENT_MS.. => at.saturating_sub(now_seconds.saturating_mul(1000)).div_ceil(1000),
        MOMENT.. => at.saturating_sub(now_seconds),
        seconds => seconds,
    };
    let reset = number("reset").map(wait).map(Duration::from_secs);
    let window =
        RateLimitWindow { limit: number("limit"), remaining: number("remaining"), reset, ..RateLimitWindow::default() };
    (window != RateLimitWindow::default()).then_some(window)
}

/// Some servers add the rules behind the number, `100, 100;w=60`, or a fraction.
fn leading(text: &str) -> Option<u64> {
    let first = text.split([',', ';']).next()?.trim();
    let (whole, fraction) = first.split_once('.').unwrap_or((first, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    (digits(whole) && digits(fraction) && whole.len() <= 15).then(|| whole.parse().ok())?
}

#[cfg(test)]
mod tests {
    use reqwest::header::{HeaderName, HeaderValue};

    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn limits(pairs: &[(&'static str, &str)]) -> Option<RateLimit> {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        RateLimit::read(&headers, UNIX_EPOCH + Duration::from_secs(NOW))
    }

    fn windows(pairs: &[(&'static str, &str)]) -> Vec<RateLimitWindow> {
        limits(pairs).unwrap().windows
    }

    fn window(limit: u64, remaining: u64, reset: u64, policy: &str, window: u64) -> RateLimitWindow {
        // 0 stands for "not said".
        let said = |number: u64| Some(number).filter(|number| *number > 0);
        RateLimitWindow {
            limit: said(limit),
            remaining: said(remaining),
            reset: said(reset).map(Duration::from_secs),
            policy: Some(policy).filter(|name| !name.is_empty()).map(str::to_owned),
            window: said(window).map(Duration::from_secs),
        }
    }

    #[test]
    fn every_window_of_the_draft_is_read_and_the_tightest_is_the_state() {
        let policy = ("ratelimit-policy", "\"minute\";q=60;w=60, \"day\";q=1000;w=86400");
        let state = ("ratelimit", "\"minute\";r=50;t=30, \"day\";r=4;t=4000");
        let found = limits(&[policy, state, ("x-ratelimit-remaining", "7")]).unwrap();
        assert_eq!((found.limit, found.remaining, found.policy.as_deref()), (Some(1000), Some(4), Some("day")));
        let all = [window(60, 50, 30, "minute", 60), window(1000, 4, 4000, "day", 86_400)];
        assert_eq!(found.windows, all);
        let lines = [policy, ("ratelimit", "\"minute\";r=50;t=30"), ("ratelimit", "\"day\";r=4;t=4000")];
        assert_eq!(windows(&lines), all, "on two lines");
    }

    #[test]
    fn of_two_windows_with_as_many_calls_left_the_later_is_the_tightest() {
        for state in ["\"minute\";r=0;t=30, \"day\";r=0;t=4000", "\"day\";r=0;t=4000, \"minute\";r=0;t=30"] {
            assert_eq!(limits(&[("ratelimit", state)]).unwrap().policy.as_deref(), Some("day"));
        }
    }

    #[test]
    fn structured_fields_are_read_as_such() {
        let state = ("ratelimit", r#""a, \"b\";r=9";r=3; t=2;pk=:cHl0aG9u:;x"#);
        let policy = ("ratelimit-policy", r#""a, \"b\";r=9"; q=5; w=60;qu="requests""#);
        assert_eq!(windows(&[state, policy]), [window(5, 3, 2, r#"a, "b";r=9"#, 60)]);
        assert_eq!(windows(&[("ratelimit", "default;r=3")]), [window(0, 3, 0, "default", 0)]);
        let untold = [("ratelimit", "\"a\";r=3"), ("ratelimit-policy", "\"b\";q=5;w=60, \"a\";q=4;w=1")];
        assert_eq!(windows(&untold), [window(4, 3, 0, "a", 1), window(5, 0, 0, "b", 60)]);
    }

    #[test]
    fn the_earlier_draft_with_its_one_window_is_read_too() {
        let headers = [("ratelimit", "limit=100, remaining=50, reset=5"), ("ratelimit-policy", "10;w=1, 100;w=60")];
        assert_eq!(windows(&headers), [window(100, 50, 5, "", 60), window(10, 0, 0, "", 1)]);
    }

    #[test]
    fn the_older_headers_fill_in_with_seconds_or_a_moment() {
        for reset in ["60", "1700000060", "1700000060000"] {
            let older = [("x-ratelimit-limit", "20"), ("x-ratelimit-remaining", "3"), ("x-ratelimit-reset", reset)];
            assert_eq!(windows(&older), [window(20, 3, 60, "", 0)], "{reset}");
        }
        let past = limits(&[("x-ratelimit-reset", "1600000000")]).unwrap();
        assert_eq!(past.reset, Some(Duration::ZERO));
        let ruled = [("ratelimit-limit", "100, 100;w=60"), ("ratelimit-remaining", "9")];
        assert_eq!(windows(&ruled), [window(100, 9, 0, "", 0)]);
        let half = [("ratelimit-policy", "\"a\";q=5;w=60"), ("x-ratelimit-remaining", "2")];
        assert_eq!(windows(&half), [window(0, 2, 0, "", 0)]);
    }

    #[test]
    fn garbage_counts_as_not_sent() {
        let garbage = [
            "\"a\";r=-1",
            "\"a\";r=1.5",
            "\"a\";r=1e3",
            "\"a\";r=0x10",
            "\"a;r=1",
            "\"a\";r=1,,\"b\";r=2",
            "\"a\";r=1 \"b\"",
            "(\"a\");r=1",
            "\"a\"",
            ";r=1",
            "=",
            "\"a\";r=1234567890123456",
            "\u{ff}",
            "\"a\";R=1",
        ];
        for state in garbage {
            assert_eq!(limits(&[("ratelimit", state)]), None, "{state}");
            let older = limits(&[("ratelimit", state), ("x-ratelimit-remaining", "4")]).unwrap();
            assert_eq!(older.remaining, Some(4), "{state}");
        }
        for number in ["", "many", "-1", "NaN", "inf", "0x10", "1e3", "+1"] {
            assert_eq!(limits(&[("x-ratelimit-limit", number)]), None, "{number}");
        }
        assert_eq!(limits(&[]), None);
    }
}

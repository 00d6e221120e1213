//! Requests as the log keeps them: which headers are kept, what is masked, and how a list is narrowed.

use std::borrow::Cow;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use thiserror::Error;

use crate::domain::ids::{KeyId, RequestId, SessionId, UserId};
use crate::domain::time::Time;

/// The longest path and the longest query that are kept, in bytes.
pub const LONGEST: usize = 1_024;
/// The longest value of a header that is kept, in bytes.
const LONGEST_VALUE: usize = 512;
/// The most headers of one request that are kept.
const MOST_HEADERS: usize = 64;
/// What stands where a secret stood.
const MASK: &str = "[masked]";

/// What the secrets of this house, and tokens of the world, begin with.
const SECRETS: [&str; 7] = ["gp_live_", "gp_test_", "gp_pub_", "gpr_", "gpm_", "whsec_", "eyJ"];

/// Headers whose values tell no secret and help whoever looks for a fault.
const IN_CLEAR: [&str; 26] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "dnt",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "origin",
    "priority",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "x-forwarded-proto",
];
/// Headers that are named, and whose values are not kept.
const WITHOUT_VALUE: [&str; 5] = ["authorization", "cookie", "idempotency-key", "proxy-authorization", "x-api-key"];

/// What a client sent, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sent {
    /// The path; long ones are cut.
    pub path: String,
    /// The parameters that the operation knows.
    pub query: Option<String>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// A JSON array of `[name, value]`.
    pub headers: String,
}

/// A request that was answered.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its id, which grows with its time.
    pub id: RequestId,
    /// When it came.
    pub at: Time,
    /// Whose credential it carried.
    pub owner: Option<UserId>,
    /// The key, if it carried one.
    pub key: Option<KeyId>,
    /// The session, if it carried a token of one.
    pub session: Option<SessionId>,
    /// The operationId.
    pub operation: &'static str,
    /// The method.
    pub method: &'static str,
    /// What the client sent.
    pub sent: Arc<Sent>,
    /// The status of the answer.
    pub status: u16,
    /// The code of the problem.
    pub code: Option<&'static str>,
    /// Microseconds from its first byte to its answer.
    pub latency_us: i64,
    /// Where it came from.
    pub address: IpAddr,
}

/// The headers of a request as they are kept: a JSON array of `[name, value]`. The value is null where it is a
/// credential; a header that is not known here is left out, name and all.
pub fn headers<'a>(all: impl Iterator<Item = (&'a str, &'a [u8])>) -> String {
    let kept: Vec<(&str, Option<Cow<'_, str>>)> =
        all.filter_map(|(name, value)| header(name, value)).take(MOST_HEADERS).collect();
    // Text alone: this cannot fail.
    serde_json::to_string(&kept).unwrap_or_default()
}

fn header<'a>(name: &'a str, value: &'a [u8]) -> Option<(&'a str, Option<Cow<'a, str>>)> {
    if WITHOUT_VALUE.contains(&name) {
        return Some((name, None));
    }
    if !IN_CLEAR.contains(&name) {
        return None;
    }
    let text = String::from_utf8_lossy(value);
    let text = match text {
        // Where a browser came from may have said something in its query.
        Cow::Borrowed(text) if name == "referer" => Cow::Borrowed(text.split(['?', '#']).next().unwrap_or_default()),
        Cow::Borrowed(text) => Cow::Borrowed(text),
        Cow::Owned(_) => Cow::Borrowed(MASK),
    };
    Some((
        name,
        Some(match text {
            Cow::Borrowed(text) => masked(cut(text, LONGEST_VALUE)),
            Cow::Owned(text) => Cow::Owned(text),
        }),
    ))
}

/// The text without what looks like a secret: from its known beginning to the end of its word.
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let Some(first) = secret_in(text) else { return Cow::Borrowed(text) };
    let (mut clean, mut rest, mut next) = (String::with_capacity(text.len()), text, Some(first));
    while let Some(at) = next {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        clean.push_str(before);
        clean.push_str(MASK);
        let end = from.find(|letter: char| !is_of_secret(letter)).unwrap_or(from.len());
        rest = from.get(end..).unwrap_or_default();
        next = secret_in(rest);
    }
    clean.push_str(rest);
    Cow::Owned(clean)
}

fn secret_in(text: &str) -> Option<usize> {
    SECRETS.iter().filter_map(|start| text.find(start)).min()
}

const fn is_of_secret(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '=' | '+' | '/' | '~')
}

/// As much of the text as fits.
#[must_use]
pub fn cut(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Which statuses a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statuses {
    /// One.
    One(u16),
    /// A hundred, by its first digit.
    Class(u16),
}

/// The text is neither a status nor a class of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("must be a status, or a class such as 4xx")]
pub struct NotAStatus;

impl FromStr for Statuses {
    type Err = NotAStatus;

    fn from_str(text: &str) -> Result<Self, NotAStatus> {
        let number = |text: &str| match text.bytes().all(|letter| letter.is_ascii_digit()) {
            true => text.parse::<u16>().map_err(|_| NotAStatus),
            false => Err(NotAStatus),
        };
        let found = match text.strip_suffix("xx") {
            Some(class) => Self::Class(number(class)?),
            None => Self::One(number(text)?),
        };
        match found {
            Self::One(100..=599) | Self::Class(1..=5) => Ok(found),
            Self::One(_) | Self::Class(_) => Err(NotAStatus),
        }
    }
}

impl Statuses {
    /// The first status that passes, and the first after it that does not.
    #[must_use]
    pub const fn range(self) -> (u16, u16) {
        match self {
            Self::One(status) => (status, status.saturating_add(1)),
            Self::Class(class) => (class.saturating_mul(100), class.saturating_mul(100).saturating_add(100)),
        }
    }
}

#[cfg(test)]
#[path = "requests_tests.rs"]
mod tests;

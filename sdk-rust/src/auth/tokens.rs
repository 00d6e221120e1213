//! A pair of tokens, and how fresh it is.

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What a sign-in gives: an access token and what renews it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Tokens {
    /// Sent with each call.
    pub access_token: String,
    /// Trades for the next pair; without it the access token cannot be renewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
    /// When the pair was got, in milliseconds since 1970.
    #[serde(default)]
    pub issued_at_ms: u64,
    /// When the access token ends, in milliseconds since 1970; `None` is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at_ms: Option<u64>,
    /// Whether an API key was sent along at sign-in: the tokens are bound to it then, and renewals must send it too.
    #[serde(default)]
    pub with_key: bool,
    /// Whose tokens they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

/// How far an access token is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Freshness {
    /// Good.
    Fresh,
    /// Good, and soon to be renewed.
    Aging,
    /// Ended, or so near to it that a call could arrive too late.
    Stale,
}

/// Renewal begins this long before the end, or after three quarters of a shorter life.
const ADVISORY: Duration = Duration::from_secs(120);
/// Calls wait for the renewal this long before the end, or after nine tenths of a shorter life.
const MANDATORY: Duration = Duration::from_secs(30);

impl Tokens {
    /// Tokens got just now. `expires_in` is the access token's life.
    #[must_use]
    pub fn new(access_token: impl Into<String>, refresh_token: Option<String>, expires_in: Option<Duration>) -> Self {
        Self::issued(access_token.into(), refresh_token, expires_in, super::now())
    }

    pub(crate) fn issued(
        access_token: String,
        refresh_token: Option<String>,
        life: Option<Duration>,
        at: SystemTime,
    ) -> Self {
        let issued_at_ms = milliseconds(at);
        let expires_at_ms = life.map(|life| issued_at_ms.saturating_add(as_ms(life)));
        Self { access_token, refresh_token, issued_at_ms, expires_at_ms, with_key: false, user_id: None }
    }

    /// Reads a token answer; `None` when it holds no access token.
    pub(crate) fn read(body: &[u8], at: SystemTime) -> Option<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            access_token: String,
            refresh_token: Option<String>,
            expires_in: Option<u64>,
            user_id: Option<String>,
        }
        let answer: Answer = serde_json::from_slice(body).ok()?;
        let life = answer.expires_in.map(Duration::from_secs);
        let tokens = Self::issued(answer.access_token, answer.refresh_token, life, at);
        Some(Self { user_id: answer.user_id, ..tokens })
    }

    /// Which session they belong to: the claim `sid` of the access token, as OpenID Connect names it.
    pub(crate) fn session_id(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Claims {
            sid: String,
        }
        let claims = URL_SAFE_NO_PAD.decode(self.access_token.split('.').nth(1)?).ok()?;
        serde_json::from_slice(&claims).ok().map(|claims: Claims| claims.sid).filter(|sid| !sid.is_empty())
    }

    pub(crate) fn freshness(&self, now: SystemTime) -> Freshness {
        let Some(end) = self.expires_at_ms else { return Freshness::Fresh };
        let life = end.saturating_sub(self.issued_at_ms);
        let left = end.saturating_sub(milliseconds(now));
        if left <= as_ms(MANDATORY).min(life / 10) {
            Freshness::Stale
        } else if left <= as_ms(ADVISORY).min(life / 4) {
            Freshness::Aging
        } else {
            Freshness::Fresh
        }
    }
}

fn milliseconds(at: SystemTime) -> u64 {
    as_ms(at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default())
}

fn as_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The tokens themselves stay out.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("user_id", &self.user_id)
            .field("expires_at_ms", &self.expires_at_ms)
            .field("renewable", &self.refresh_token.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_token_is_renewed_before_its_end() {
        let tokens = Tokens::issued("a".into(), None, Some(Duration::from_secs(900)), at(1000));
        assert_eq!(tokens.freshness(at(1000)), Freshness::Fresh);
        assert_eq!(tokens.freshness(at(1800)), Freshness::Aging);
        assert_eq!(tokens.freshness(at(1875)), Freshness::Stale);
        assert_eq!(tokens.freshness(at(9999)), Freshness::Stale);
    }

    #[test]
    fn a_short_life_is_not_eaten_by_the_margins() {
        let tokens = Tokens::issued("a".into(), None, Some(Duration::from_secs(20)), at(1000));
        assert_eq!(tokens.freshness(at(1001)), Freshness::Fresh);
        assert_eq!(tokens.freshness(at(1016)), Freshness::Aging);
        assert_eq!(tokens.freshness(at(1018)), Freshness::Stale);
    }

    #[test]
    fn debug_output_holds_no_token() {
        let tokens = Tokens::issued("secret-a".into(), Some("secret-r".into()), None, at(0));
        assert!(!format!("{tokens:?}").contains("secret"));
    }
}

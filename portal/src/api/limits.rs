//! `getRateLimit`: what is left of the visitor's limits. Asking is free.

use super::{Calls, Failure};

/// One window of a limit.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub name: String,
    pub limit: i64,
    pub remaining: i64,
    pub reset_seconds: i64,
}

impl Window {
    pub const fn used(&self) -> i64 {
        self.limit - self.remaining
    }

    pub fn used_percent(&self) -> i64 {
        (self.used() * 100 / self.limit.max(1)).clamp(0, 100)
    }

    /// Where a bar turns to its warning colour.
    pub fn is_nearly_used(&self) -> bool {
        self.used_percent() >= 80
    }

    pub fn reset_words(&self) -> String {
        match self.reset_seconds {
            ..120 => format!("{} s", self.reset_seconds.max(0)),
            120..7_200 => format!("{} min", self.reset_seconds / 60),
            _ => format!("{} h", self.reset_seconds / 3_600),
        }
    }
}

impl Calls {
    /// Every window that counts the visitor's requests.
    pub async fn limits(&self) -> Result<Vec<Window>, Failure> {
        let answer = self.client.get_rate_limit().send().await?.into_inner();
        let windows = answer.windows.into_iter().map(|window| Window {
            name: window.name,
            limit: window.limit,
            remaining: window.remaining,
            reset_seconds: window.reset_seconds,
        });
        Ok(windows.collect())
    }
}

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

    /// What the window counts, for people.
    pub fn label(&self) -> String {
        match self.name.as_str() {
            "minute" => "Calls a minute".to_owned(),
            "day" => "Calls a day (UTC)".to_owned(),
            "write" => "Changes a minute".to_owned(),
            "session" => "Calls a minute, signed in".to_owned(),
            other => other.to_owned(),
        }
    }

    /// What is left, in words that need no bar beside them.
    pub fn words(&self) -> String {
        let left = format!("{} of {} left", self.remaining, self.limit);
        if self.used() > 0 { format!("{left}, more in {}", self.reset_words()) } else { left }
    }

    /// What the warning colour says, in words.
    pub fn warning(&self) -> Option<&'static str> {
        match self.remaining {
            ..=0 => Some("used up"),
            _ if self.is_nearly_used() => Some("nearly used up"),
            _ => None,
        }
    }

    /// What a screen reader says in place of the bar.
    pub fn bar_words(&self) -> String {
        format!("{}: {} of {} used", self.label(), self.used(), self.limit)
    }

    fn reset_words(&self) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn window(limit: i64, remaining: i64, reset_seconds: i64) -> Window {
        Window { name: "minute".to_owned(), limit, remaining, reset_seconds }
    }

    #[test]
    fn a_window_says_in_words_what_its_bar_shows() {
        let fresh = window(60, 60, 60);
        assert_eq!((fresh.words().as_str(), fresh.warning(), fresh.used_percent()), ("60 of 60 left", None, 0));
        let some = window(60, 48, 12);
        assert_eq!((some.words().as_str(), some.warning()), ("48 of 60 left, more in 12 s", None));
        assert_eq!(some.bar_words(), "Calls a minute: 12 of 60 used");
        assert_eq!(window(60, 12, 200).warning(), Some("nearly used up"));
        let full = window(60, 0, 7_300);
        assert_eq!((full.words().as_str(), full.warning()), ("0 of 60 left, more in 2 h", Some("used up")));
        assert_eq!(window(0, 0, 5).used_percent(), 0, "a limit of nothing divides nothing");
    }
}

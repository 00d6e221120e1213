//! How it went: whether a request fits, and what is left.

use arrayvec::ArrayVec;

use super::charge::{Charge, MOST_CHARGES};

/// One window after a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WindowState {
    /// Its name.
    pub name: &'static str,
    /// Requests that fit into it.
    pub limit: u64,
    /// Requests that still fit.
    pub remaining: u64,
    /// Its length.
    pub window_seconds: u32,
    /// Seconds until at least one more request fits (for a refused one: until that one fits), rounded up; until
    /// midnight UTC for the day.
    pub reset_seconds: u32,
    /// Whether this window refused.
    pub refused: bool,
}

impl WindowState {
    /// The state of the charge's window when `used` of it is used, whether it refused, and when that changes.
    pub(super) fn new(charge: &Charge, used: u64, refused: bool, wait_ms: i64) -> Self {
        let window = &charge.window;
        let seconds = u32::try_from(wait_ms.max(0).saturating_add(999) / 1_000).unwrap_or(u32::MAX);
        Self {
            name: window.name,
            limit: window.limit,
            remaining: window.limit.saturating_sub(used),
            window_seconds: window.span.seconds(),
            reset_seconds: if refused { seconds.max(1) } else { seconds },
            refused,
        }
    }
}

/// How it went.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Decision {
    /// Every window that counts, in the order of the charges. Empty for a caller without limits.
    pub windows: ArrayVec<WindowState, MOST_CHARGES>,
    /// The window that refuses for the longest time; `None` when the request was admitted.
    pub refused: Option<&'static str>,
    /// Seconds until the request would be admitted; 0 when it was.
    pub retry_after_seconds: u32,
}

impl Decision {
    pub(super) fn new(windows: impl IntoIterator<Item = WindowState>) -> Self {
        let windows: ArrayVec<_, MOST_CHARGES> = windows.into_iter().take(MOST_CHARGES).collect();
        let longest = windows.iter().filter(|w| w.refused).max_by_key(|w| w.reset_seconds);
        let (refused, retry_after_seconds) = longest.map_or((None, 0), |w| (Some(w.name), w.reset_seconds));
        Self { windows, refused, retry_after_seconds }
    }

    /// Whether the request fits.
    #[must_use]
    pub const fn admitted(&self) -> bool {
        self.refused.is_none()
    }

    /// The names of all windows that refused.
    pub fn violated(&self) -> impl Iterator<Item = &'static str> {
        self.windows.iter().filter(|w| w.refused).map(|w| w.name)
    }

    /// The window that says how long it takes: the one named in [`Decision::refused`].
    #[must_use]
    pub fn refusing(&self) -> Option<&WindowState> {
        self.windows.iter().find(|w| w.refused && Some(w.name) == self.refused)
    }

    /// The tightest window: the one with the least left, the longer one of two.
    #[must_use]
    pub fn tightest(&self) -> Option<&WindowState> {
        self.refusing().or_else(|| self.windows.iter().min_by_key(|w| (w.remaining, u32::MAX - w.reset_seconds)))
    }
}

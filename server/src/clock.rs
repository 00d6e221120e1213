//! The one place that reads a clock. `App` owns it, so that a test can set the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::domain::time::Time;

/// Where the time comes from.
#[derive(Debug, Clone, Default)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// A clock that stands still until [`Clock::advance`] moves it; milliseconds since 1970.
    Test(Arc<AtomicI64>),
}

impl Clock {
    /// A clock for tests that begins at the machine's time.
    #[must_use]
    pub fn stopped_now() -> Self {
        Self::Test(Arc::new(AtomicI64::new(system_ms())))
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Time {
        Time::from_ms(match self {
            Self::System => system_ms(),
            Self::Test(ms) => ms.load(Ordering::SeqCst),
        })
    }

    /// Moves a test clock forward; the machine's clock stays as it is.
    pub fn advance(&self, by: Duration) {
        if let Self::Test(ms) = self {
            ms.fetch_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX), Ordering::SeqCst);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the clock that all others ask")]
fn system_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

//! The arithmetic of limit windows: how much was used in the last minute, and when there is room again.
//!
//! A sliding window is kept exactly, to the millisecond: requests of one millisecond share a mark, and a mark leaves the
//! window when it is as old as the window is long. So no window of that length, wherever it begins, holds more than the
//! limit (there is no burst at an edge), and who stays under the limit is never refused. The price is a mark for each
//! millisecond in which something was counted, at most as many as the limit.

use std::collections::VecDeque;

use crate::domain::time::Time;

const DAY_MS: i64 = 86_400_000;

/// How long a window is, and what it moves with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Span {
    /// The last so many seconds, whenever one looks.
    Sliding {
        /// Its length; at least 1.
        seconds: u32,
    },
    /// The calendar day in UTC.
    UtcDay,
}

impl Span {
    /// The last minute.
    pub const MINUTE: Self = Self::Sliding { seconds: 60 };

    /// Its length in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Sliding { seconds } => seconds,
            Self::UtcDay => 86_400,
        }
    }

    /// Its length in milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.seconds() as i64 * 1_000
    }

    /// The moment under which something that happens at `now` is marked: it counts until then plus the length.
    #[must_use]
    pub const fn mark(self, now: Time) -> i64 {
        match self {
            Self::Sliding { .. } => now.ms(),
            Self::UtcDay => now.ms() - now.ms().rem_euclid(DAY_MS),
        }
    }
}

/// What was counted in one window of one subject.
#[derive(Debug, Clone, Default)]
pub struct Counter {
    /// Moments, oldest first, and how much was counted at each.
    marks: VecDeque<(i64, u64)>,
    used: u64,
}

impl Counter {
    /// Drops what has left the window by `now`.
    ///
    /// A clock that was set back by more than the window begins anew; one that was set back by less keeps what it has,
    /// so that setting it back never lets more through than waiting would.
    pub fn forget(&mut self, span: Span, now: Time) {
        if self.marks.back().is_some_and(|(at, _)| *at > span.mark(now) + span.ms()) {
            *self = Self::default();
        }
        while let Some((at, count)) = self.marks.front().copied() {
            if at + span.ms() > now.ms() {
                break;
            }
            self.used = self.used.saturating_sub(count);
            self.marks.pop_front();
        }
    }

    /// How much is counted, as of the last [`Counter::forget`].
    #[must_use]
    pub const fn used(&self) -> u64 {
        self.used
    }

    /// The latest moment at which something was counted; for a day, when it began.
    #[must_use]
    pub fn latest(&self) -> Option<Time> {
        self.marks.back().map(|(at, _)| Time::from_ms(*at))
    }

    /// Whether `cost` more stays within `limit`.
    #[must_use]
    pub const fn fits(&self, cost: u64, limit: u64) -> bool {
        match self.used.checked_add(cost) {
            Some(sum) => sum <= limit,
            None => false,
        }
    }

    /// Counts `cost` at `now`.
    pub fn add(&mut self, span: Span, now: Time, cost: u64) {
        if cost == 0 {
            return;
        }
        self.used = self.used.saturating_add(cost);
        let mark = span.mark(now);
        match self.marks.back_mut() {
            Some((at, count)) if *at >= mark => *count = count.saturating_add(cost),
            _ => self.marks.push_back((mark, cost)),
        }
    }

    /// Takes out everything that is counted: its moments, oldest first, and how much at each.
    pub fn take(&mut self) -> Vec<(i64, u64)> {
        std::mem::take(self).marks.into()
    }

    /// Counts again what [`Counter::take`] took out.
    pub fn put_back(&mut self, marks: &[(i64, u64)]) {
        self.marks.extend(marks);
        self.marks.make_contiguous().sort_unstable_by_key(|(at, _)| *at);
        self.used = self.marks.iter().fold(0, |used, (_, count)| used.saturating_add(*count));
    }

    /// Milliseconds until `freed` of what is counted has left the window; all of it where there is less. For the day,
    /// until midnight in any case.
    #[must_use]
    pub fn wait_ms(&self, span: Span, now: Time, freed: u64) -> i64 {
        let ends = |mark: i64| (mark + span.ms() - now.ms()).max(0);
        if span == Span::UtcDay {
            return ends(span.mark(now));
        }
        let mut left = 0_u64;
        let enough = self.marks.iter().find(|(_, count)| {
            left = left.saturating_add(*count);
            left >= freed
        });
        enough.or_else(|| self.marks.back()).map_or(0, |(at, _)| ends(*at))
    }

    /// Whether nothing is left that could count at `now`: the counter may be dropped.
    #[must_use]
    pub fn is_idle(&self, span: Span, now: Time) -> bool {
        self.marks.back().is_none_or(|(at, _)| at + span.ms() <= now.ms())
    }
}

#[cfg(test)]
#[path = "windows_tests.rs"]
mod tests;

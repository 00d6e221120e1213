//! Usage: how calls are counted by time, and how long they took.

use std::collections::BTreeMap;
use std::time::Duration;

use thiserror::Error;

use crate::domain::time::Time;

/// Length of a bucket of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// 60 s.
    Minute,
    /// 60 minutes.
    Hour,
    /// A UTC day.
    Day,
}

impl Interval {
    /// Its length in milliseconds.
    #[must_use]
    pub const fn ms(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// The beginning of the interval that `time` is in.
    #[must_use]
    pub const fn start(self, time: Time) -> Time {
        Time::from_ms(time.ms() - time.ms().rem_euclid(self.ms()))
    }
}

/// Whole intervals from a moment to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its beginning, the beginning of an interval.
    pub from: Time,
    /// Its end, not in it any more; the beginning of an interval.
    pub to: Time,
}

/// A span that cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SpanError {
    /// It ends before it begins.
    #[error("must not be after `to`")]
    Backwards,
    /// It has too many intervals.
    #[error("the span may have 1,440 intervals at most; choose a longer interval or a shorter span")]
    TooLong,
}

impl Span {
    /// The span over all, by the shortest intervals that tell it: minutes for a day at most while they are kept, hours
    /// for [`Span::MOST_INTERVALS`] of them while they are, else days.
    ///
    /// # Errors
    /// [`SpanError`] as its variants say.
    pub fn over(
        (from, to): (Option<Time>, Option<Time>),
        (minutes_from, hours_from): (Time, Time),
        now: Time,
    ) -> Result<(Self, Interval), SpanError> {
        let finer = [(Interval::Minute, minutes_from), (Interval::Hour, hours_from)];
        for (interval, kept_from) in finer {
            match Self::new(from, to, interval, now) {
                Ok(span) if span.from >= kept_from => return Ok((span, interval)),
                Ok(_) | Err(SpanError::TooLong) => {}
                Err(error @ SpanError::Backwards) => return Err(error),
            }
        }
        Ok((Self::new(from, to, Interval::Day, now)?, Interval::Day))
    }

    /// Intervals in a span at most.
    pub const MOST_INTERVALS: u64 = 1_440;

    /// From `from` (24 hours before `to`, or as much of that as may be asked) to `to` (now), widened to whole intervals.
    ///
    /// # Errors
    /// [`SpanError`] as its variants say.
    pub fn new(from: Option<Time>, to: Option<Time>, interval: Interval, now: Time) -> Result<Self, SpanError> {
        let asked = to.unwrap_or(now);
        let end = interval.start(asked);
        let to = if end == asked { end } else { Time::from_ms(end.ms() + interval.ms()) };
        let longest = Duration::from_millis(Self::MOST_INTERVALS * interval.ms().unsigned_abs());
        let Some(from) = from else {
            let day = interval.start(asked.minus(Duration::from_secs(86_400)));
            return Ok(Self { from: day.max(to.minus(longest)), to });
        };
        if from > asked {
            return Err(SpanError::Backwards);
        }
        let from = interval.start(from);
        if from < to.minus(longest) {
            return Err(SpanError::TooLong);
        }
        Ok(Self { from, to })
    }
}

/// Steps of the latency scale between a number and its double; a step is at most 6.25 % wide, and what is read from it at
/// most half of that off.
const STEPS: u64 = 16;
const STEP_BITS: u32 = STEPS.trailing_zeros();

/// The step of the latency scale that a duration falls into: exact below 16 µs, then 16 steps to each doubling.
#[must_use]
pub fn latency_step(latency: Duration) -> i64 {
    let us = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
    let exponent = u64::from(us.max(1).ilog2());
    let step = match exponent.checked_sub(u64::from(STEP_BITS)) {
        None => us,
        Some(shift) => (shift + 1) * STEPS + ((us >> shift) - STEPS),
    };
    i64::try_from(step).unwrap_or(i64::MAX)
}

/// Where a step begins, and how wide it is, in microseconds.
fn step_bounds(step: i64) -> (f64, f64) {
    let step = u32::try_from(step.max(0)).unwrap_or(u32::MAX);
    let steps = 1_u32 << STEP_BITS;
    match (step / steps).checked_sub(1) {
        None => (f64::from(step), 1.0),
        Some(shift) => {
            let width = 2.0_f64.powi(i32::try_from(shift).unwrap_or(i32::MAX));
            (f64::from(steps + step % steps) * width, width)
        }
    }
}

/// Calls, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: i64,
    /// How many of them were answered with 400 or above.
    pub errors: i64,
    /// How many took how long, by step of the latency scale.
    latencies: BTreeMap<i64, i64>,
}

impl Tally {
    /// Counts calls of one latency step.
    pub fn add(&mut self, step: i64, count: i64, errors: i64) {
        self.count = self.count.saturating_add(count);
        self.errors = self.errors.saturating_add(errors);
        let calls = self.latencies.entry(step).or_default();
        *calls = calls.saturating_add(count);
    }

    /// The time in milliseconds that this share of the calls stayed within, to the microsecond; `None` without a call.
    #[must_use]
    pub fn latency_ms(&self, share: f64) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 is no matter for a percentile")]
        let as_f64 = |count: i64| count as f64;
        let rank = share * as_f64(self.count);
        let mut below = 0.0;
        for (step, count) in &self.latencies {
            let calls = as_f64(*count);
            if below + calls >= rank && calls > 0.0 {
                let (begin, width) = step_bounds(*step);
                let us = begin + width * ((rank - below) / calls).clamp(0.0, 1.0);
                return Some(us.round() / 1_000.0);
            }
            below += calls;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn time(text: &str) -> Time {
        Time::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn a_span_is_widened_to_whole_intervals() {
        let span = Span::new(
            Some(time("2026-11-21T12:34:56.789Z")),
            Some(time("2026-11-22T12:00:00.001Z")),
            Interval::Hour,
            time("2027-01-01T00:00:00Z"),
        );
        assert_eq!(span, Ok(Span { from: time("2026-11-21T12:00:00Z"), to: time("2026-11-22T13:00:00Z") }));
    }

    #[test]
    fn without_bounds_it_is_the_last_24_hours() {
        let span = Span::new(None, None, Interval::Hour, time("2026-11-22T12:30:00Z"));
        assert_eq!(span, Ok(Span { from: time("2026-11-21T12:00:00Z"), to: time("2026-11-22T13:00:00Z") }));
    }

    #[test]
    fn the_last_24_hours_can_be_asked_for_by_any_interval() {
        let now = time("2026-11-22T12:30:15Z");
        let minutes = Span::new(None, None, Interval::Minute, now).unwrap();
        assert_eq!(minutes, Span { from: time("2026-11-21T12:31:00Z"), to: time("2026-11-22T12:31:00Z") });
        let days = Span::new(None, None, Interval::Day, now).unwrap();
        assert_eq!(days, Span { from: time("2026-11-21T00:00:00Z"), to: time("2026-11-23T00:00:00Z") });
    }

    #[test]
    fn a_span_over_all_is_told_by_the_shortest_intervals_that_are_kept() {
        let now = time("2026-11-22T12:30:15Z");
        let kept = (time("2026-11-15T12:30:15Z"), time("2026-08-24T12:30:15Z"));
        let by = |from: Option<&str>| Span::over((from.map(time), None), kept, now).map(|(_, interval)| interval);
        assert_eq!(by(None), Ok(Interval::Minute));
        assert_eq!(by(Some("2026-11-20T00:00:00Z")), Ok(Interval::Hour));
        assert_eq!(by(Some("2026-09-01T00:00:00Z")), Ok(Interval::Day));
        assert_eq!(by(Some("2027-09-01T00:00:00Z")), Err(SpanError::Backwards));
        assert_eq!(by(Some("2001-09-01T00:00:00Z")), Err(SpanError::TooLong));
        let old = (Some(time("2026-11-01T00:00:00Z")), Some(time("2026-11-01T01:00:00Z")));
        assert_eq!(Span::over(old, kept, now).map(|(_, interval)| interval), Ok(Interval::Hour));
        let older = (Some(time("2026-08-01T00:00:00Z")), Some(time("2026-08-01T01:00:00Z")));
        assert_eq!(Span::over(older, kept, now).map(|(_, interval)| interval), Ok(Interval::Day));
    }

    #[test]
    fn a_span_has_1440_intervals_at_most_and_does_not_run_backwards() {
        let (from, now) = (time("2026-11-21T00:00:00Z"), time("2026-11-22T00:00:00Z"));
        assert!(Span::new(Some(from), Some(now), Interval::Minute, now).is_ok());
        let later = Time::from_ms(now.ms() + 1);
        assert_eq!(Span::new(Some(from), Some(later), Interval::Minute, now), Err(SpanError::TooLong));
        assert_eq!(Span::new(Some(now), Some(from), Interval::Hour, now), Err(SpanError::Backwards));
    }

    proptest! {
        #[test]
        fn a_latency_reads_back_within_a_few_per_cent(us in 0..86_400_000_000_u64) {
            let step = latency_step(Duration::from_micros(us));
            let (begin, width) = step_bounds(step);
            let us = us as f64;
            prop_assert!(begin <= us && us < begin + width, "{us} in {begin} + {width}");
            prop_assert!(width <= (begin / 16.0).max(1.0));
        }

        #[test]
        fn percentiles_are_those_of_the_calls_within_a_few_per_cent(mut calls in proptest::collection::vec(20..5_000_000_u64, 1..300)) {
            let mut tally = Tally::default();
            for us in &calls {
                tally.add(latency_step(Duration::from_micros(*us)), 1, 0);
            }
            calls.sort_unstable();
            for share in [0.5, 0.95] {
                let rank = ((share * calls.len() as f64).ceil() as usize).max(1);
                let exact = calls[rank - 1] as f64 / 1_000.0;
                let told = tally.latency_ms(share).unwrap();
                prop_assert!((told - exact).abs() <= exact * 0.0626 + 0.002, "{told} for {exact}");
            }
        }
    }

    #[test]
    fn without_a_call_there_is_no_latency() {
        assert_eq!(Tally::default().latency_ms(0.5), None);
    }
}

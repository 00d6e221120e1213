//! When a delivery is tried again, and when an endpoint is given up (S88, S89).

use std::time::Duration;

use time::PrimitiveDateTime;
use time::macros::format_description;

use crate::domain::time::Time;

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const HOUR: u64 = 3_600;

/// How long to wait after each try that failed; the first is made at once. Ten tries over 76 hours.
const WAITS: [Duration; 9] = [
    seconds(5),
    seconds(5 * 60),
    seconds(30 * 60),
    seconds(2 * HOUR),
    seconds(5 * HOUR),
    seconds(10 * HOUR),
    seconds(14 * HOUR),
    seconds(20 * HOUR),
    seconds(24 * HOUR),
];

/// An endpoint that only failed for so long is disabled.
pub const GIVEN_UP_AFTER: Duration = seconds(120 * HOUR);

/// How long to wait after the `tries`th try (from 1 on) failed; `None` after the last. `dice` is any random number: the
/// wait lies within 20 % of the schedule's. What the receiver asks for by `Retry-After` is kept to, from the wait on and up
/// to twice the schedule's.
#[must_use]
pub fn wait(tries: i64, retry_after: Option<Duration>, dice: u32) -> Option<Duration> {
    let scheduled = *WAITS.get(usize::try_from(tries.checked_sub(1)?).ok()?)?;
    // From 80 % on, up to 40 % more.
    let more = f64::from(dice) / f64::from(u32::MAX) * 0.4;
    let jittered = scheduled.mul_f64(0.8 + more);
    Some(retry_after.map_or(jittered, |asked| asked.clamp(jittered, scheduled * 2)))
}

/// What a `Retry-After` says at `now`: seconds, or a date; nothing where it is neither.
#[must_use]
pub fn retry_after(text: &str, now: Time) -> Option<Duration> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // More digits than fit are a long time.
        return Some(Duration::from_secs(text.parse().unwrap_or(u64::from(u32::MAX))));
    }
    let form =
        format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");
    let date = PrimitiveDateTime::parse(text, form).ok()?;
    Some(Time::from_seconds(date.assume_utc().unix_timestamp()).since(now))
}

/// Whether an endpoint that has only failed since then is given up.
#[must_use]
pub fn is_given_up(failing_since: Time, now: Time) -> bool {
    now.since(failing_since) >= GIVEN_UP_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As the standard's reference says.
    const MINUTES: [(i64, f64); 9] = [
        (1, 5.0 / 60.0),
        (2, 5.0),
        (3, 30.0),
        (4, 120.0),
        (5, 300.0),
        (6, 600.0),
        (7, 840.0),
        (8, 1_200.0),
        (9, 1_440.0),
    ];

    #[test]
    fn s88_there_are_ten_tries_over_76_hours() {
        let middle = u32::MAX / 2;
        let all: Duration = (1..=9).map(|tries| wait(tries, None, middle).unwrap()).sum();
        assert_eq!(all.as_secs() / 60, 75 * 60 + 35);
        for tries in [-1, 0, 10, 11, i64::MAX, i64::MIN] {
            assert_eq!(wait(tries, None, middle), None, "{tries}");
        }
    }

    proptest! {
        #[test]
        fn s88_each_wait_is_within_a_fifth_of_its_schedule(dice in any::<u32>()) {
            for (tries, minutes) in MINUTES {
                let waited = wait(tries, None, dice).unwrap().as_secs_f64() / 60.0;
                prop_assert!(waited >= 0.799 * minutes && waited <= 1.201 * minutes, "{tries}: {waited}");
            }
        }

        #[test]
        fn s88_retry_after_is_kept_to_between_the_schedule_and_its_double(asked in 0..10_000_000_u64, dice in any::<u32>()) {
            for (tries, _) in MINUTES {
                let (plain, scheduled) = (wait(tries, None, dice).unwrap(), WAITS[usize::try_from(tries).unwrap() - 1]);
                let waited = wait(tries, Some(Duration::from_secs(asked)), dice).unwrap();
                prop_assert!(waited >= plain && waited <= scheduled * 2);
                let within = plain <= Duration::from_secs(asked) && Duration::from_secs(asked) <= scheduled * 2;
                prop_assert!(!within || waited == Duration::from_secs(asked));
            }
        }

        #[test]
        fn no_retry_after_breaks_anything(text in ".{0,40}") {
            let _ = retry_after(&text, Time::from_ms(0));
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Time::parse_rfc3339("2026-11-22T12:00:00Z").unwrap();
        assert_eq!(retry_after("120", now), Some(seconds(120)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 12:01:00 GMT", now), Some(seconds(60)));
        assert_eq!(retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now), Some(Duration::ZERO));
        assert!(retry_after("99999999999999999999999", now).unwrap() > seconds(1_000_000));
        for junk in ["", "soon", "-1", "+1", "1.5", "Sun, 31 Feb 2026 12:00:00 GMT", "2026-11-22T12:00:00Z"] {
            assert_eq!(retry_after(junk, now), None, "{junk}");
        }
    }

    #[test]
    fn s89_an_endpoint_is_given_up_after_five_days_of_failures() {
        let since = Time::from_ms(0);
        assert!(!is_given_up(since, since.plus(seconds(120 * HOUR - 1))));
        assert!(is_given_up(since, since.plus(seconds(120 * HOUR))));
    }
}

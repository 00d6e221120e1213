//! How fast an endpoint may be sent to.

use std::time::Duration;

use crate::domain::time::Time;

/// Attempts a second at most. They are spaced evenly, so that no second holds more of them, wherever it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(i32);

impl Rate {
    /// So many a second; the contract bounds them to 1 to 1,000.
    #[must_use]
    pub const fn per_second(attempts: i32) -> Self {
        Self(if attempts < 1 { 1 } else { attempts })
    }

    /// How many a second.
    #[must_use]
    pub const fn get(self) -> i32 {
        self.0
    }

    /// Milliseconds between two attempts, rounded up: never faster than asked for.
    fn space(self) -> Duration {
        Duration::from_millis(1_000_u64.div_ceil(u64::from(self.0.unsigned_abs())))
    }

    /// Moments for the next attempts, up to `most` of them: from `free` on, none before `now`, all before `end`.
    pub fn moments(self, free: Option<Time>, now: Time, end: Time, most: usize) -> Vec<Time> {
        let first = free.map_or(now, |free| free.max(now));
        let each = std::iter::successors(Some(first), |last| Some(self.after(*last)));
        each.take_while(|moment| *moment < end).take(most).collect()
    }

    /// When the next one may follow an attempt.
    #[must_use]
    pub fn after(self, attempt: Time) -> Time {
        attempt.plus(self.space())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_second_holds_more_attempts_than_the_rate(rate in 1..=1_000_i32, looks in proptest::collection::vec((0..400_u64, 0..50_usize), 1..60)) {
            let (rate, ahead) = (Rate::per_second(rate), Duration::from_millis(200));
            let (mut now, mut free, mut all) = (Time::from_ms(0), None, Vec::new());
            for (later, most) in looks {
                now = now.plus(Duration::from_millis(later));
                let moments = rate.moments(free, now, now.plus(ahead), most);
                prop_assert!(moments.len() <= most);
                free = moments.last().map(|last| rate.after(*last)).or(free);
                all.extend(moments);
            }
            for (place, begin) in all.iter().enumerate() {
                let within = all.iter().skip(place).filter(|one| one.since(*begin) < Duration::from_secs(1)).count();
                prop_assert!(within <= usize::try_from(rate.get()).unwrap(), "{within} from {begin:?}");
            }
        }
    }

    #[test]
    fn who_waited_gets_its_attempt_at_once() {
        let (now, end) = (Time::from_ms(1_000), Time::from_ms(1_200));
        let two = Rate::per_second(20).moments(None, now, end, 2);
        assert_eq!(two, [now, Time::from_ms(1_050)]);
        assert_eq!(Rate::per_second(20).moments(Some(Time::from_ms(1_150)), now, end, 9), [Time::from_ms(1_150)]);
        assert_eq!(Rate::per_second(3).moments(Some(Time::from_ms(1_200)), now, end, 9), []);
    }
}

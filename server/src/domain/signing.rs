//! When a key that signs access tokens is published, when it signs, and when it goes (S30).
//!
//! A key's life follows from the moments from which keys sign, newest first; nothing else is written down of it.

use std::time::Duration;

use crate::domain::time::Time;

/// How long a key is published before it signs. Longer than anybody may keep the set (its `max-age` is 5 minutes), the
/// clocks of two machines may be apart, and a process takes to notice, together.
pub const PUBLISHED_BEFORE: Duration = Duration::from_secs(15 * 60);
/// How long a key stays published after the next one signs: longer than a token lives (15 minutes), with the same margin.
pub const PUBLISHED_AFTER: Duration = Duration::from_secs(30 * 60);

/// Which of the keys signs at `now`: the newest whose time has come. Where none has come, a clock was set back: the oldest.
#[must_use]
pub fn signer(from: &[Time], now: Time) -> Option<usize> {
    from.iter().position(|from| *from <= now).or_else(|| from.len().checked_sub(1))
}

/// Whether a new key is to be published at `now`, so that it signs once the newest has signed for `every`.
#[must_use]
pub fn is_due(from: &[Time], every: Duration, now: Time) -> bool {
    from.first().is_none_or(|newest| newest.plus(every) <= now.plus(PUBLISHED_BEFORE))
}

/// Whether the key at `place` has had its time: a newer one signs for so long that no token of it can be alive.
#[must_use]
pub fn is_over(from: &[Time], place: usize, now: Time) -> bool {
    from.iter().take(place).any(|newer| newer.plus(PUBLISHED_AFTER) <= now)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn at(minutes: u32) -> Time {
        Time::from_ms(1_000_000).plus(MINUTE * minutes)
    }

    #[test]
    fn s30_the_newest_signs_from_its_moment_on_and_not_before() {
        let keys = [at(100), at(0)];
        assert_eq!(signer(&keys, at(99)), Some(1));
        assert_eq!(signer(&keys, at(100)), Some(0));
        assert_eq!(signer(&[], at(0)), None);
        assert_eq!(signer(&keys, Time::from_ms(0)), Some(1), "a clock that was set back still finds a key");
    }

    #[test]
    fn s30_a_key_goes_only_when_no_token_of_it_can_be_alive() {
        let keys = [at(100), at(0)];
        let gone = at(100).plus(PUBLISHED_AFTER);
        assert!(!is_over(&keys, 1, gone.minus(Duration::from_millis(1))));
        assert!(is_over(&keys, 1, gone));
        assert!(!is_over(&keys, 0, gone.plus(MINUTE * 1_000_000)), "the newest never goes");
    }

    #[test]
    fn s30_the_next_key_is_published_before_the_newest_has_signed_its_time() {
        let every = MINUTE * 1000;
        let due = at(1000).minus(PUBLISHED_BEFORE);
        assert!(!is_due(&[at(0)], every, due.minus(Duration::from_millis(1))));
        assert!(is_due(&[at(0)], every, due));
        assert!(!is_due(&[due.plus(PUBLISHED_BEFORE), at(0)], every, due), "one waits already");
    }
}

//! What each subject used of its UTC day, as far as this process saw. The store keeps it, so that a day survives a restart
//! of this process; beside Redis each question carries it too, so that a day survives a Redis that comes back empty.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;

use super::Subject;
use crate::domain::time::Time;
use crate::domain::windows::Span;

const SHARDS: usize = 16;

/// How much of a UTC day a subject used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCount {
    /// Whose day.
    pub subject: Subject,
    /// When the day began.
    pub day: Time,
    /// How much was counted.
    pub used: u64,
}

/// The days that this process saw.
#[derive(Debug)]
pub(super) struct Days {
    hasher: RandomState,
    shards: Box<[Mutex<HashMap<Subject, Seen, RandomState>>]>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    day: i64,
    used: u64,
    unwritten: bool,
}

impl Default for Days {
    fn default() -> Self {
        Self { hasher: RandomState::default(), shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Days {
    /// Notes that so much of the day that began at `day` is used. What was seen never becomes less within a day.
    pub fn note(&self, subject: Subject, day: i64, used: u64) {
        self.keep(subject, Seen { day, used, unwritten: true });
    }

    /// Notes what the store knows.
    pub fn restore(&self, count: &DayCount) {
        self.keep(count.subject, Seen { day: count.day.ms(), used: count.used, unwritten: false });
    }

    /// When the last day that was seen of a subject began, and how much of it was used.
    pub fn seen(&self, subject: Subject) -> (i64, u64) {
        self.shard(&subject).get(&subject).map_or((0, 0), |seen| (seen.day, seen.used))
    }

    /// What has changed since it was asked the last time.
    pub fn unwritten(&self) -> Vec<DayCount> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            for (subject, seen) in shard.iter_mut().filter(|(_, seen)| seen.unwritten) {
                seen.unwritten = false;
                all.push(DayCount { subject: *subject, day: Time::from_ms(seen.day), used: seen.used });
            }
        }
        all
    }

    /// Has these written again: the store did not take them.
    pub fn not_written(&self, counts: &[DayCount]) {
        for count in counts {
            if let Some(seen) = self.shard(&count.subject).get_mut(&count.subject) {
                seen.unwritten = true;
            }
        }
    }

    /// Forgets days that are over, those that still wait to be written a day later.
    pub fn sweep(&self, now: Time) {
        let today = Span::UtcDay.mark(now);
        let kept = |seen: &Seen| seen.day >= today || (seen.unwritten && seen.day + Span::UtcDay.ms() >= today);
        for shard in &self.shards {
            let mut shard = shard.lock().unwrap_or_else(PoisonError::into_inner);
            shard.retain(|_, seen| kept(seen));
        }
    }

    fn keep(&self, subject: Subject, new: Seen) {
        let mut shard = self.shard(&subject);
        let seen = shard.entry(subject).or_insert(new);
        if new.day > seen.day || (new.day == seen.day && new.used > seen.used) {
            *seen = new;
        }
    }

    #[expect(clippy::indexing_slicing, reason = "a remainder of SHARDS is below it")]
    fn shard(&self, subject: &Subject) -> MutexGuard<'_, HashMap<Subject, Seen, RandomState>> {
        let place = usize::try_from(self.hasher.hash_one(subject)).unwrap_or(usize::MAX) % SHARDS;
        self.shards[place].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    #[test]
    fn what_was_seen_of_a_day_never_becomes_less_and_a_new_day_begins_anew() {
        let (days, subject) = (Days::default(), Subject::new("account", "usr_1"));
        days.note(subject, DAY, 5);
        days.note(subject, DAY, 3);
        assert_eq!(days.seen(subject), (DAY, 5));
        days.note(subject, 2 * DAY, 1);
        assert_eq!(days.seen(subject), (2 * DAY, 1));
        days.note(subject, DAY, 9);
        assert_eq!(days.seen(subject), (2 * DAY, 1));
    }

    #[test]
    fn each_change_is_written_once_and_again_where_the_store_did_not_take_it() {
        let (days, subject) = (Days::default(), Subject::new("account", "usr_1"));
        days.note(subject, DAY, 5);
        let first = days.unwritten();
        assert_eq!((first.len(), days.unwritten().len()), (1, 0));
        days.not_written(&first);
        assert_eq!(days.unwritten(), first);
        days.sweep(Time::from_ms(2 * DAY));
        assert_eq!(days.seen(subject), (0, 0));
        days.note(subject, DAY, 5);
        days.sweep(Time::from_ms(2 * DAY));
        assert_eq!(days.unwritten().len(), 1);
    }
}

//! Counting in this process: sharded, one short lock a subject, nothing held while anything waits.

use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrayvec::ArrayVec;
use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::charge::{Charge, MOST_CHARGES, Window};
use super::days::DayCount;
use super::{Decision, Subject, WindowState};
use crate::domain::time::Time;
use crate::domain::windows::{Counter, Span};

const SHARDS: usize = 64;
/// Subjects a shard holds at most, 2^20 in all: an attacker with a whole IPv6 provider cannot fill the memory. Beyond
/// that, somebody's count is forgotten.
const MOST_SUBJECTS: usize = (1 << 20) / SHARDS;
const SWEEP_EVERY_MS: i64 = 60_000;

/// Counts in this process.
#[derive(Debug)]
pub struct Memory {
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
}

#[derive(Debug, Default)]
struct Shard {
    subjects: IndexMap<Subject, Counters, RandomState>,
    /// Whose day has changed since it was told of the last time.
    changed_days: Vec<Subject>,
    sweep_at_ms: i64,
}

/// The counters of one subject.
#[derive(Debug, Clone, Default)]
struct Counters {
    /// Few, so that a list is faster than a map.
    each: Vec<(&'static str, Span, Counter)>,
    /// Whether the subject is among [`Shard::changed_days`].
    day_changed: bool,
}

type Guards<'a> = ArrayVec<(usize, MutexGuard<'a, Shard>), MOST_CHARGES>;

impl Default for Memory {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { hasher: RandomState::default(), shards }
    }
}

impl Memory {
    /// See [`super::Limits::take`].
    #[must_use]
    pub fn take(&self, charges: &[Charge], now: Time) -> Decision {
        let groups = self.groups(charges);
        let mut guards = self.lock(&groups);
        for (_, shard) in &mut guards {
            shard.make_room(now);
        }
        let mut admitted = true;
        // Where in its shard each subject is.
        let mut places = ArrayVec::<usize, MOST_CHARGES>::new();
        for (index, group) in &groups {
            let Some(shard) = held(&mut guards, *index) else { continue };
            let entry = shard.subjects.entry(subject(group));
            places.push(entry.index());
            admitted &= fit(entry.or_default(), group, now);
        }
        let mut states = ArrayVec::<_, MOST_CHARGES>::new();
        for ((index, group), place) in groups.iter().zip(places) {
            let Some(shard) = held(&mut guards, *index) else { continue };
            let Some((_, counters)) = shard.subjects.get_index_mut(place) else { continue };
            states.extend(group.iter().map(|charge| settle(counters.of(charge), charge, now, admitted)));
            if admitted && !counters.day_changed && group.iter().any(|charge| charge.window.span == Span::UtcDay) {
                counters.day_changed = true;
                shard.changed_days.push(subject(group));
            }
        }
        Decision::new(states)
    }

    /// Counts what was counted of a day before this process began.
    pub(super) fn restore(&self, count: &DayCount) {
        let window = Window { name: "day", span: Span::UtcDay, limit: 0 };
        let charge = Charge { subject: count.subject, window, cost: count.used };
        self.with(&charge, |counter| counter.add(Span::UtcDay, count.day, count.used));
    }

    /// See [`super::Limits::unwritten_days`].
    pub(super) fn changed_days(&self) -> Vec<DayCount> {
        self.shards.iter().flat_map(|shard| locked(shard).take_changed_days()).collect()
    }

    /// See [`super::Limits::days_not_written`].
    pub(super) fn days_changed(&self, counts: &[DayCount]) {
        for count in counts {
            if let Some(shard) = self.shards.get(self.shard(&count.subject)) {
                locked(shard).day_changed(count.subject);
            }
        }
    }

    /// Takes out what is counted in the charge's window at `now`: moments, and how much at each.
    pub(super) fn take_out(&self, charge: &Charge, now: Time) -> Vec<(i64, u64)> {
        let groups = self.groups(std::slice::from_ref(charge));
        let mut guards = self.lock(&groups);
        let counters = guards.first_mut().and_then(|(_, shard)| shard.subjects.get_mut(&charge.subject));
        let Some(counters) = counters else { return Vec::new() };
        let counter = counters.of(charge);
        counter.forget(charge.window.span, now);
        counter.take()
    }

    /// Counts again what was taken out.
    pub(super) fn put_back(&self, charge: &Charge, marks: &[(i64, u64)]) {
        if !marks.is_empty() {
            self.with(charge, |counter| counter.put_back(marks));
        }
    }

    fn with(&self, charge: &Charge, change: impl FnOnce(&mut Counter)) {
        let groups = self.groups(std::slice::from_ref(charge));
        if let Some((_, shard)) = self.lock(&groups).first_mut() {
            change(shard.subjects.entry(charge.subject).or_default().of(charge));
        }
    }

    /// See [`super::Limits::peek`].
    #[must_use]
    pub fn peek(&self, charges: &[Charge], now: Time) -> Decision {
        let groups = self.groups(charges);
        let mut guards = self.lock(&groups);
        let mut states = ArrayVec::<_, MOST_CHARGES>::new();
        for (index, group) in &groups {
            let known = held(&mut guards, *index).and_then(|shard| shard.subjects.get(&subject(group)).cloned());
            let mut counters = known.unwrap_or_default();
            states.extend(group.iter().map(|charge| settle(counters.of(charge), charge, now, false)));
        }
        Decision::new(states)
    }

    /// See [`super::Limits::sweep`].
    pub fn sweep(&self, now: Time) {
        for shard in &self.shards {
            locked(shard).sweep(now);
        }
    }

    /// How many subjects are remembered.
    #[must_use]
    pub fn subjects(&self) -> usize {
        self.shards.iter().map(|shard| locked(shard).subjects.len()).sum()
    }

    /// The charges of each subject, and its shard.
    fn groups<'c>(&self, charges: &'c [Charge]) -> ArrayVec<(usize, &'c [Charge]), MOST_CHARGES> {
        let charges = charges.get(..MOST_CHARGES).unwrap_or(charges);
        charges
            .chunk_by(|a, b| a.subject == b.subject)
            .filter_map(|group| Some((self.shard(&group.first()?.subject), group)))
            .collect()
    }

    fn shard(&self, subject: &Subject) -> usize {
        usize::try_from(self.hasher.hash_one(subject)).unwrap_or(usize::MAX) % SHARDS
    }

    /// Locks the shards of all subjects, in one order for everybody, so that two callers never wait for each other.
    fn lock(&self, groups: &[(usize, &[Charge])]) -> Guards<'_> {
        let mut wanted: ArrayVec<usize, MOST_CHARGES> = groups.iter().map(|(index, _)| *index).collect();
        wanted.sort_unstable();
        let mut guards = Guards::new();
        for index in wanted {
            if guards.last().is_none_or(|(last, _)| *last != index)
                && let Some(shard) = self.shards.get(index)
            {
                guards.push((index, locked(shard)));
            }
        }
        guards
    }
}

fn locked(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

fn held<'g>(guards: &'g mut Guards<'_>, index: usize) -> Option<&'g mut Shard> {
    guards.iter_mut().find(|(held, _)| *held == index).map(|(_, shard)| &mut **shard)
}

/// The subject of a group, which all its charges share; a group is never empty.
#[expect(clippy::indexing_slicing, reason = "chunk_by makes no empty group")]
fn subject(group: &[Charge]) -> Subject {
    group[0].subject
}

fn fit(counters: &mut Counters, group: &[Charge], now: Time) -> bool {
    group.iter().all(|charge| {
        let counter = counters.of(charge);
        counter.forget(charge.window.span, now);
        counter.fits(charge.cost, charge.window.limit)
    })
}

impl Counters {
    /// What counts the charge's window.
    fn of(&mut self, charge: &Charge) -> &mut Counter {
        let name = charge.window.counter();
        let place = self.each.iter().position(|(known, ..)| *known == name).unwrap_or_else(|| {
            self.each.push((name, charge.window.span, Counter::default()));
            self.each.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the place was found or made just above")]
        let (_, span, counter) = &mut self.each[place];
        *span = charge.window.span;
        counter
    }

    /// When its day began, and how much of it is used.
    fn day(&self) -> Option<(Time, u64)> {
        let (.., counter) = self.each.iter().find(|(_, span, _)| *span == Span::UtcDay)?;
        Some((counter.latest()?, counter.used()))
    }

    fn is_idle(&self, now: Time) -> bool {
        self.each.iter().all(|(_, span, counter)| counter.is_idle(*span, now))
    }
}

/// Counts the charge if the whole request was admitted, and tells how its window stands.
fn settle(counter: &mut Counter, charge: &Charge, now: Time, admitted: bool) -> WindowState {
    let (span, limit) = (charge.window.span, charge.window.limit);
    counter.forget(span, now);
    let refused = !admitted && !counter.fits(charge.cost, limit);
    if admitted {
        counter.add(span, now, charge.cost);
    }
    let wait_ms = match refused {
        true if charge.cost > limit => span.ms(),
        true => counter.wait_ms(span, now, counter.used().saturating_add(charge.cost) - limit),
        false => counter.wait_ms(span, now, 1),
    };
    WindowState::new(charge, counter.used(), refused, wait_ms)
}

impl Shard {
    /// Sweeps when it is time; when the shard is full even so, forgets somebody.
    fn make_room(&mut self, now: Time) {
        if now.ms() >= self.sweep_at_ms {
            self.sweep(now);
        }
        if self.subjects.len() >= MOST_SUBJECTS
            && let Some(unlucky) = self.subjects.keys().next().copied()
        {
            self.subjects.swap_remove(&unlucky);
        }
    }

    fn sweep(&mut self, now: Time) {
        self.sweep_at_ms = now.ms() + SWEEP_EVERY_MS;
        self.subjects.retain(|_, counters| !counters.is_idle(now));
        self.changed_days.retain(|subject| self.subjects.contains_key(subject));
        if self.subjects.len() < self.subjects.capacity() / 4 {
            self.subjects.shrink_to_fit();
        }
    }

    fn take_changed_days(&mut self) -> Vec<DayCount> {
        let subjects = &mut self.subjects;
        let told = |subject| {
            let counters = subjects.get_mut(&subject)?;
            counters.day_changed = false;
            let (day, used) = counters.day()?;
            Some(DayCount { subject, day, used })
        };
        std::mem::take(&mut self.changed_days).into_iter().filter_map(told).collect()
    }

    fn day_changed(&mut self, subject: Subject) {
        if let Some(counters) = self.subjects.get_mut(&subject)
            && !counters.day_changed
        {
            counters.day_changed = true;
            self.changed_days.push(subject);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 86_400_000;

    fn charge(cost: u64) -> Charge {
        let window = Window { name: "day", span: Span::UtcDay, limit: 1_000 };
        Charge { subject: Subject::new("account", "usr_1"), window, cost }
    }

    #[test]
    fn each_change_of_a_day_is_told_once_and_again_where_it_could_not_be_kept() {
        let (memory, now) = (Memory::default(), Time::from_ms(DAY_MS + 5));
        assert!(memory.take(&[charge(2)], now).admitted() && memory.take(&[charge(3)], now).admitted());
        let told = memory.changed_days();
        assert_eq!(told, [DayCount { subject: charge(1).subject, day: Time::from_ms(DAY_MS), used: 5 }]);
        assert_eq!(memory.changed_days(), []);
        memory.days_changed(&told);
        memory.days_changed(&told);
        assert_eq!(memory.changed_days(), told);
    }

    #[test]
    fn what_is_refused_or_restored_is_no_change_and_a_new_day_begins_anew() {
        let memory = Memory::default();
        memory.restore(&DayCount { subject: charge(1).subject, day: Time::from_ms(DAY_MS), used: 999 });
        assert!(!memory.take(&[charge(2)], Time::from_ms(DAY_MS + 5)).admitted());
        assert_eq!(memory.changed_days(), []);
        assert!(memory.take(&[charge(1)], Time::from_ms(DAY_MS + 6)).admitted());
        assert_eq!(memory.changed_days().first().map(|count| count.used), Some(1_000));
        assert!(memory.take(&[charge(4)], Time::from_ms(2 * DAY_MS)).admitted());
        memory.sweep(Time::from_ms(2 * DAY_MS));
        assert_eq!(
            memory.changed_days(),
            [DayCount { subject: charge(1).subject, day: Time::from_ms(2 * DAY_MS), used: 4 }]
        );
    }
}

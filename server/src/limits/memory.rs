//! Counting in this process: sharded, one short lock a subject, nothing held while anything waits.

use std::collections::HashMap;
use std::hash::BuildHasher as _;
use std::sync::{Mutex, MutexGuard, PoisonError};

use arrayvec::ArrayVec;
use foldhash::fast::RandomState;

use super::charge::{Charge, MOST_CHARGES, Window};
use super::days::{DayCount, Days};
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
    pub(super) days: Days,
}

#[derive(Debug, Default)]
struct Shard {
    subjects: HashMap<Subject, Counters, RandomState>,
    sweep_at_ms: i64,
}

/// The counters of one subject: few, so that a list is faster than a map.
type Counters = Vec<(&'static str, Span, Counter)>;
type Guards<'a> = ArrayVec<(usize, MutexGuard<'a, Shard>), MOST_CHARGES>;

impl Default for Memory {
    fn default() -> Self {
        let shards = (0..SHARDS).map(|_| Mutex::default()).collect();
        Self { hasher: RandomState::default(), shards, days: Days::default() }
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
        for (index, group) in &groups {
            let counters = held(&mut guards, *index).map(|shard| shard.subjects.entry(subject(group)).or_default());
            admitted &= counters.is_some_and(|counters| fit(counters, group, now));
        }
        let mut states = ArrayVec::<_, MOST_CHARGES>::new();
        for (index, group) in &groups {
            if let Some(counters) = held(&mut guards, *index).and_then(|shard| shard.subjects.get_mut(&subject(group)))
            {
                states.extend(group.iter().map(|charge| settle(counter(counters, charge), charge, now, admitted)));
                if admitted {
                    self.note_days(counters, group, now);
                }
            }
        }
        Decision::new(states)
    }

    fn note_days(&self, counters: &mut Counters, group: &[Charge], now: Time) {
        for charge in group.iter().filter(|charge| charge.window.span == Span::UtcDay) {
            self.days.note(charge.subject, Span::UtcDay.mark(now), counter(counters, charge).used());
        }
    }

    /// Counts what was counted of a day before this process began.
    pub(super) fn restore(&self, count: &DayCount) {
        let window = Window { name: "day", span: Span::UtcDay, limit: 0 };
        let charge = Charge { subject: count.subject, window, cost: count.used };
        self.with(&charge, |counter| counter.add(Span::UtcDay, count.day, count.used));
        self.days.restore(count);
    }

    /// Takes out what is counted in the charge's window at `now`: moments, and how much at each.
    pub(super) fn take_out(&self, charge: &Charge, now: Time) -> Vec<(i64, u64)> {
        let groups = self.groups(std::slice::from_ref(charge));
        let mut guards = self.lock(&groups);
        let counters = guards.first_mut().and_then(|(_, shard)| shard.subjects.get_mut(&charge.subject));
        let Some(counters) = counters else { return Vec::new() };
        let counter = counter(counters, charge);
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
            change(counter(shard.subjects.entry(charge.subject).or_default(), charge));
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
            states.extend(group.iter().map(|charge| settle(counter(&mut counters, charge), charge, now, false)));
        }
        Decision::new(states)
    }

    /// See [`super::Limits::sweep`].
    pub fn sweep(&self, now: Time) {
        for shard in &self.shards {
            shard.lock().unwrap_or_else(PoisonError::into_inner).sweep(now);
        }
        self.days.sweep(now);
    }

    /// How many subjects are remembered.
    #[must_use]
    pub fn subjects(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).subjects.len()).sum()
    }

    /// The charges of each subject, and its shard.
    fn groups<'c>(&self, charges: &'c [Charge]) -> ArrayVec<(usize, &'c [Charge]), MOST_CHARGES> {
        let charges = charges.get(..MOST_CHARGES).unwrap_or(charges);
        let shard = |subject: &Subject| usize::try_from(self.hasher.hash_one(subject)).unwrap_or(usize::MAX) % SHARDS;
        charges
            .chunk_by(|a, b| a.subject == b.subject)
            .filter_map(|group| Some((shard(&group.first()?.subject), group)))
            .collect()
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
                guards.push((index, shard.lock().unwrap_or_else(PoisonError::into_inner)));
            }
        }
        guards
    }
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
        let counter = counter(counters, charge);
        counter.forget(charge.window.span, now);
        counter.fits(charge.cost, charge.window.limit)
    })
}

fn counter<'c>(counters: &'c mut Counters, charge: &Charge) -> &'c mut Counter {
    let place = counters.iter().position(|(name, ..)| *name == charge.window.counter()).unwrap_or_else(|| {
        counters.push((charge.window.counter(), charge.window.span, Counter::default()));
        counters.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "the place was found or made just above")]
    let (_, span, counter) = &mut counters[place];
    *span = charge.window.span;
    counter
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
            self.subjects.remove(&unlucky);
        }
    }

    fn sweep(&mut self, now: Time) {
        self.sweep_at_ms = now.ms() + SWEEP_EVERY_MS;
        self.subjects.retain(|_, counters| !counters.iter().all(|(_, span, counter)| counter.is_idle(*span, now)));
        if self.subjects.len() < self.subjects.capacity() / 4 {
            self.subjects.shrink_to_fit();
        }
    }
}

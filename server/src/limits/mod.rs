//! Limits: who may ask how often, counted atomically before any work is done.
//!
//! What it is for: [`Policy`] says what a request is charged to (the table of OPERATIONS.md, as settings), [`Limits`]
//! counts it in memory or in Redis, [`Decision`] says how it went and writes the headers. It must not know operations,
//! credentials or answers: the gate (`http`) tells it who pays, and makes the 429.
//!
//! A decision is all or nothing over all windows that it is charged to: a refused request takes nothing from any of
//! them, so that a steady drip never locks anyone out. To add a setting, a line in `settings.rs`; to add a window, a
//! charge in `policy.rs`.

mod charge;
mod days;
mod decision;
mod headers;
mod memory;
mod policy;
mod redis;
mod settings;
mod subject;

pub use charge::{Charge, Charges, Window};
pub use days::DayCount;
pub use decision::{Decision, WindowState};
pub use memory::Memory;
pub use policy::{LimitClass, Payer, Policy, Via};
pub use redis::{Redis, RedisTime};
pub use settings::{LimitSetting, LimitSettings};
pub use subject::Subject;

use crate::domain::time::Time;
use crate::domain::windows::Span;

/// Where requests are counted.
#[derive(Debug)]
pub enum Limits {
    /// In this process: exact for one instance.
    Memory(Memory),
    /// In Redis: exact for all instances together; in this process while Redis is away.
    Redis(Box<Redis>),
}

impl Limits {
    /// Counts `charges` if every one of them fits, and none otherwise.
    pub async fn take(&self, charges: &[Charge], now: Time) -> Decision {
        match self {
            Self::Memory(memory) => memory.take(charges, now),
            Self::Redis(redis) => Box::pin(redis.take(charges, now)).await,
        }
    }

    /// Tells what [`Limits::take`] would, and counts nothing.
    pub async fn peek(&self, charges: &[Charge], now: Time) -> Decision {
        match self {
            Self::Memory(memory) => memory.peek(charges, now),
            Self::Redis(redis) => redis.peek(charges, now).await,
        }
    }

    /// Whether limits are counted where they should be; `false` while Redis is away and each instance counts alone.
    /// It asks, so that readiness knows also when nobody else asks.
    pub async fn is_whole(&self) -> bool {
        match self {
            Self::Memory(_) => true,
            Self::Redis(redis) => redis.is_there().await,
        }
    }

    /// Whether each instance counts alone, as far as the last requests saw; asks nobody.
    #[must_use]
    pub fn is_alone(&self) -> bool {
        match self {
            Self::Memory(_) => false,
            Self::Redis(redis) => redis.is_away(),
        }
    }

    /// Counts on from what was kept of this UTC day.
    pub fn restore(&self, counts: &[DayCount], now: Time) {
        let today = Span::UtcDay.mark(now);
        for count in counts.iter().filter(|count| count.day.ms() == today) {
            match self {
                Self::Memory(memory) => memory.restore(count),
                Self::Redis(redis) => redis.days.restore(count),
            }
        }
    }

    /// What changed in the days since this was asked the last time, to be kept.
    #[must_use]
    pub fn unwritten_days(&self) -> Vec<DayCount> {
        match self {
            Self::Memory(memory) => memory.changed_days(),
            Self::Redis(redis) => redis.days.unwritten(),
        }
    }

    /// These could not be kept, and are to be told again.
    pub fn days_not_written(&self, counts: &[DayCount]) {
        match self {
            Self::Memory(memory) => memory.days_changed(counts),
            Self::Redis(redis) => redis.days.not_written(counts),
        }
    }

    /// Forgets subjects whose windows have all passed.
    pub fn sweep(&self, now: Time) {
        match self {
            Self::Memory(memory) => memory.sweep(now),
            Self::Redis(redis) => redis.sweep(now),
        }
    }
}

#[cfg(test)]
mod conformance_tests;
#[cfg(test)]
mod model_tests;

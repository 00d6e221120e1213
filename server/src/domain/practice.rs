//! Practice: who practises from when to when, in whole seconds, and how much that is in a day, a week or a month.

use thiserror::Error;

pub use super::zones::{Day, Zone, ZoneError};
use crate::domain::ids::{PracticeId, UserId};
use crate::domain::time::Time;

/// Practice from a moment on, until another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    /// Its id.
    pub id: PracticeId,
    /// Who practises.
    pub owner: UserId,
    /// What is practised.
    pub notes: Option<String>,
    /// When it began, on a full second.
    pub started_at: Time,
    /// When it ended, on a full second; `None` while it is under way.
    pub ended_at: Option<Time>,
}

/// The span of statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A calendar day.
    Daily,
    /// From a Monday to the Sunday after it.
    Weekly,
    /// A calendar month.
    Monthly,
}

/// The span of leaderboards and sums: from the beginning of the current one until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Range {
    Day,
    Week,
    Month,
    Year,
    All,
}

/// What practice does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PracticeError {
    /// The account practises already.
    #[error("{id} is under way")]
    UnderWay {
        /// What is under way.
        id: PracticeId,
        /// Since when.
        since: Time,
    },
    /// The account does not practise.
    #[error("no practice is under way")]
    NotUnderWay,
    /// Somebody signed in names another account.
    #[error("you practise for yourself alone")]
    Another,
    /// An account that is not there.
    #[error("is no account")]
    UnknownUser,
    /// Somebody on Discord whom no account belongs to.
    #[error("is nobody's account; resolveUser opens one")]
    UnknownDiscord,
    /// Two ways to say who.
    #[error("goes without userId: one of them says who")]
    NamedTwice,
}

/// A moment without its milliseconds, so that parts of a span add up to the whole.
#[must_use]
pub const fn second(time: Time) -> Time {
    Time::from_seconds(time.seconds())
}

impl Practice {
    /// Practice that begins at `now`.
    #[must_use]
    pub const fn started(id: PracticeId, owner: UserId, notes: Option<String>, now: Time) -> Self {
        Self { id, owner, notes, started_at: second(now), ended_at: None }
    }

    /// It, ended at `now`, with these notes in place of its own, if there are any.
    #[must_use]
    pub fn completed(self, notes: Option<String>, now: Time) -> Self {
        let ended_at = second(now).max(self.started_at);
        Self { ended_at: Some(ended_at), notes: notes.or(self.notes), ..self }
    }

    /// How long it took, or has taken at `now`, in seconds.
    #[must_use]
    pub fn seconds(&self, now: Time) -> i64 {
        let end = self.ended_at.unwrap_or_else(|| second(now));
        end.seconds().saturating_sub(self.started_at.seconds()).max(0)
    }
}

/// Practice as statistics see it: its beginning, and its end or now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// When it began.
    pub from: Time,
    /// When it ended.
    pub to: Time,
}

impl Stretch {
    /// How many of its seconds lie in a day; `None` where it does not touch the day. One that has no length touches the day
    /// that it began on, and one that ends at midnight does not touch the next day.
    fn part(&self, day: &Day) -> Option<i64> {
        let touches = self.from < day.to && (self.to > day.from || self.from >= day.from);
        let seconds = self.to.min(day.to).seconds().saturating_sub(self.from.max(day.from).seconds());
        touches.then_some(seconds.max(0))
    }
}

/// How much, and how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// How long, in seconds.
    pub seconds: i64,
    /// How often.
    pub sessions: i64,
}

impl Tally {
    fn add(&mut self, seconds: i64) {
        self.seconds = self.seconds.saturating_add(seconds);
        self.sessions = self.sessions.saturating_add(1);
    }
}

/// How much of these stretches lies in each day, and in all of them: a stretch over midnight is split between its days, and
/// counts as one in the whole.
#[must_use]
pub fn tally(days: &[Day], stretches: &[Stretch]) -> (Vec<Tally>, Tally) {
    let (mut each, mut whole) = (vec![Tally::default(); days.len()], Tally::default());
    for stretch in stretches {
        let mut sum = None;
        for (day, tally) in days.iter().zip(&mut each) {
            if let Some(seconds) = stretch.part(day) {
                tally.add(seconds);
                sum = Some(sum.unwrap_or(0_i64).saturating_add(seconds));
            }
        }
        if let Some(sum) = sum {
            whole.add(sum);
        }
    }
    (each, whole)
}

/// Seconds in hours, to a hundredth.
#[must_use]
pub fn hours(seconds: i64) -> f64 {
    let hundredths = seconds.saturating_add(18) / 36;
    f64::from(i32::try_from(hundredths).unwrap_or(i32::MAX)) / 100.0
}

/// The places of leaders whose seconds these are, most first: equal ones share a place, and leave the next free.
#[must_use]
pub fn ranks(seconds: &[i64]) -> Vec<i64> {
    let mut rank = (0, None);
    let place = |(before, seconds): (usize, &i64)| {
        if rank.1 != Some(*seconds) {
            rank = (i64::try_from(before).unwrap_or(i64::MAX).saturating_add(1), Some(*seconds));
        }
        rank.0
    };
    seconds.iter().enumerate().map(place).collect()
}

#[cfg(test)]
#[path = "practice_tests.rs"]
mod tests;

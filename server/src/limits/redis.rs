//! Counting in Redis, for all instances together, in one round trip.
//!
//! While Redis is away each instance counts alone, in memory, and allows its part of each limit (`LIMITS_INSTANCES`): of a
//! day, its part of what was left when it was last seen. Signing in is held to half of that. It is said in the log, in
//! readiness and in the metrics, and no caller gets an error.
//!
//! When Redis is back it counts again for the next request. What an instance counted alone is charged to it with its
//! moments, at the subject's next request there: so the windows are right again, the outage's requests in them, and a
//! Redis that comes and goes is no way around a limit. A Redis that comes back empty has lost the sliding windows, which is
//! 15 minutes at most; days are put back from what the instances saw.

mod link;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use deadpool_redis::redis::aio::MultiplexedConnection;
use deadpool_redis::redis::{RedisError, Script, ScriptInvocation};
use secrecy::SecretString;

use super::charge::{Charge, Charges};
use super::days::Days;
use super::{Decision, LimitSettings, Memory, WindowState};
use crate::domain::time::Time;
use crate::domain::windows::Span;
use link::Link;

/// Whose clock says what is within a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedisTime {
    /// Redis's own: one clock for all instances.
    Server,
    /// The one that each decision is given; for tests.
    Given,
}

/// Counts in Redis.
#[derive(Debug)]
pub struct Redis {
    link: Arc<Link>,
    script: Script,
    time: RedisTime,
    /// Counts while Redis is away.
    local: Memory,
    /// Whether `local` may hold something that Redis was not told.
    owing: AtomicBool,
    pub(super) days: Days,
    instances: u64,
    decide_within: Duration,
}

/// Moments and what was counted at each, for each charge.
type Owed = Vec<Vec<(i64, u64)>>;

impl Redis {
    /// Counts in the Redis at `url`, for `LIMITS_INSTANCES` of us. A Redis that is away is no error: then this instance
    /// counts alone until it comes.
    ///
    /// # Errors
    /// When the address cannot be read.
    pub async fn open(url: &SecretString, time: RedisTime, settings: &LimitSettings) -> Result<Self, RedisError> {
        let redis = Self {
            link: Link::new(url)?,
            script: Script::new(include_str!("take.lua")),
            time,
            local: Memory::default(),
            owing: AtomicBool::new(false),
            days: Days::default(),
            instances: u64::from(settings.instances.unwrap_or(1).max(1)),
            decide_within: Duration::from_millis(settings.redis_ms.unwrap_or(u32::MAX).into()),
        };
        redis.is_there().await;
        Ok(redis)
    }

    /// See [`super::Limits::take`].
    pub async fn take(&self, charges: &[Charge], now: Time) -> Decision {
        match self.ask(charges, now, true).await {
            Some(decision) => decision,
            None => {
                self.owing.store(true, Ordering::Relaxed);
                self.local.take(&self.part(charges, now), now)
            }
        }
    }

    /// See [`super::Limits::peek`].
    pub async fn peek(&self, charges: &[Charge], now: Time) -> Decision {
        match self.ask(charges, now, false).await {
            Some(decision) => decision,
            None => self.local.peek(&self.part(charges, now), now),
        }
    }

    /// See [`super::Limits::sweep`].
    pub fn sweep(&self, now: Time) {
        self.local.sweep(now);
        self.days.sweep(now);
        if self.local.subjects() == 0 {
            self.owing.store(false, Ordering::Relaxed);
        }
    }

    /// Asks Redis whether it is there.
    pub async fn is_there(&self) -> bool {
        self.link.is_there().await
    }

    /// Whether it was away when it was last asked.
    pub fn is_away(&self) -> bool {
        self.link.is_away()
    }

    async fn ask(&self, charges: &[Charge], now: Time, count: bool) -> Option<Decision> {
        if charges.is_empty() {
            return Some(Decision::default());
        }
        let connection = self.link.connection()?;
        let owed = self.owed(charges, now);
        let asked = self.run(connection, charges, &owed, now, count);
        match tokio::time::timeout(self.decide_within, asked).await {
            Ok(Ok(answer)) => return Some(self.decision(charges, &answer, now)),
            Ok(Err(error)) => self.link.lost(&error.to_string()),
            Err(_) => self.link.lost("no answer in time"),
        }
        for (charge, marks) in charges.iter().zip(&owed) {
            self.local.put_back(charge, marks);
        }
        None
    }

    /// What was counted alone and Redis is to be told now.
    fn owed(&self, charges: &[Charge], now: Time) -> Owed {
        if !self.owing.load(Ordering::Relaxed) {
            return Owed::new();
        }
        charges.iter().map(|charge| self.local.take_out(charge, now)).collect()
    }

    async fn run(
        &self,
        mut connection: MultiplexedConnection,
        charges: &[Charge],
        owed: &[Vec<(i64, u64)>],
        now: Time,
        count: bool,
    ) -> Result<Vec<i64>, RedisError> {
        let mut call = self.script.prepare_invoke();
        call.arg(if self.time == RedisTime::Given { now.ms() } else { -1 }).arg(i32::from(count));
        for (place, charge) in charges.iter().enumerate() {
            self.tell(&mut call, charge, owed.get(place).map_or(&[], Vec::as_slice));
        }
        call.invoke_async(&mut connection).await
    }

    fn tell(&self, call: &mut ScriptInvocation<'_>, charge: &Charge, owed: &[(i64, u64)]) {
        let Charge { subject, window, cost } = charge;
        // The braces keep one subject's windows together on a cluster.
        let mut key = format!("gatepost:limit:{}:{{{}:", window.counter(), subject.kind()).into_bytes();
        key.extend_from_slice(subject.id());
        key.push(b'}');
        call.key(key);
        let is_day = window.span == Span::UtcDay;
        let (day, used) = if is_day { self.days.seen(*subject) } else { (0, 0) };
        call.arg(*cost).arg(window.limit).arg(window.span.ms()).arg(i32::from(is_day));
        call.arg(day).arg(used).arg(owed.len());
        for (at, counted) in owed {
            call.arg(*at).arg(*counted);
        }
    }

    /// This instance's part of each limit while it counts alone.
    fn part(&self, charges: &[Charge], now: Time) -> Charges {
        let mut part: Charges = charges.iter().copied().collect();
        for charge in &mut part {
            let share = if charge.window.name == "auth" { self.instances * 2 } else { self.instances };
            let used = match (charge.window.span, self.days.seen(charge.subject)) {
                (Span::UtcDay, (day, used)) if day == Span::UtcDay.mark(now) => used,
                _ => 0,
            };
            charge.window.limit = charge.window.limit.saturating_sub(used).div_ceil(share);
        }
        part
    }

    fn decision(&self, charges: &[Charge], answer: &[i64], now: Time) -> Decision {
        let states = charges.iter().zip(answer.chunks_exact(3)).filter_map(|(charge, state)| match state {
            [used, refused, wait_ms] => {
                let used = u64::try_from(*used).unwrap_or(0);
                // Where a request is too large for any day, the wait is none to the end of this one.
                if charge.window.span == Span::UtcDay && *refused == 0 {
                    self.days.note(charge.subject, day_that_ends_in(*wait_ms, now), used);
                }
                Some(WindowState::new(charge, used, *refused == 1, *wait_ms))
            }
            _ => None,
        });
        Decision::new(states)
    }
}

/// Which day Redis counted, by its own clock: the one whose end is nearest to what it says.
fn day_that_ends_in(wait_ms: i64, now: Time) -> i64 {
    let half = Span::UtcDay.ms() / 2;
    Span::UtcDay.mark(Time::from_ms(now.ms() + wait_ms - half))
}

#[cfg(test)]
#[path = "redis_tests.rs"]
mod tests;

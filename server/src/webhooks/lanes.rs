//! Who is sent to next: each endpoint has a lane of its own, and a slow or dead one fills no more than that (S90).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::keeping::Kept;
use super::run::{Job, Queue};
use super::settling::Done;
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::store::deliveries::due::Taken;

/// Deliveries under way at once, of one process.
const MOST: usize = 1_024;
/// The same of one endpoint; and of one that failed last.
const OF_ONE: usize = 8;
const OF_FAILING: usize = 1;
/// How many of an endpoint that is quick are here, on their way or waiting for it; and of all endpoints.
const OF_QUICK: usize = 2_048;
const HERE: usize = 8_192;
/// With no more than that part of them left, more is looked for.
const LOW: usize = 4;
/// Who takes less for one is quick.
const QUICK: Duration = Duration::from_millis(100);
/// How long one that failed is left alone before its next delivery is tried: what waits for it is much, and as futile.
const PAUSE: Duration = Duration::from_millis(50);
/// How long one that fails stays ours with nothing to send: its deliveries have time, and giving it back and taking it again
/// for each would hold up those of others.
const STAY: Duration = Duration::from_secs(2);

/// What is under way.
#[derive(Debug, Default)]
pub struct Lanes {
    lanes: HashMap<WebhookId, Lane>,
    senders: usize,
    here: usize,
}

/// What is wanted of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Which one.
    pub webhook: WebhookId,
    /// So many of its deliveries.
    pub room: usize,
    /// So many are here, but due still as far as the store knows.
    here: usize,
}

impl Wanted {
    /// As many as have to be read for that.
    pub fn to_read(self) -> (WebhookId, u64) {
        (self.webhook, u64::try_from(self.room.saturating_add(self.here)).unwrap_or(u64::MAX))
    }
}

/// How an endpoint did last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Speed {
    /// It took what it was sent at once.
    Quick,
    /// It took it, or nobody knows yet.
    #[default]
    Steady,
    /// It did not.
    Failing,
}

#[derive(Debug, Default)]
struct Lane {
    queue: Arc<Queue>,
    senders: usize,
    /// What waits or is on its way, and what is not written down yet.
    here: HashSet<DeliveryId>,
    /// How many of them wait or are on their way, and how many did when it got some last.
    unsent: usize,
    given: usize,
    speed: Speed,
    /// Nothing before then: its rate says so, or it just failed.
    rests: Option<Time>,
    pauses: Option<Instant>,
    held: Held,
    /// Since when there was nothing to send.
    idle_from: Option<Instant>,
}

/// Whose an endpoint is, as far as we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Held {
    /// Anybody's.
    #[default]
    Not,
    /// Ours.
    Ours,
    /// Ours until it is written down that we give it back.
    Leaving,
}

impl Lane {
    /// How many are sent at once.
    const fn at_once(&self) -> usize {
        if matches!(self.speed, Speed::Failing) { OF_FAILING } else { OF_ONE }
    }

    /// How many more may come.
    const fn room(&self) -> usize {
        let most = if matches!(self.speed, Speed::Quick) { OF_QUICK } else { self.at_once() };
        most.saturating_sub(self.unsent)
    }

    fn is_full(&self) -> bool {
        self.room() == 0
            || self.rests.is_some()
            || self.pauses.is_some()
            || self.held == Held::Leaving
            || (matches!(self.speed, Speed::Quick) && self.unsent > self.low())
    }

    /// With so many left, more is looked for: at least as many as may be on their way.
    fn low(&self) -> usize {
        (self.given / LOW).max(OF_ONE)
    }

    /// Whether there is nothing to remember of it.
    fn is_plain(&self) -> bool {
        self.senders == 0
            && self.here.is_empty()
            && self.held == Held::Not
            && !matches!(self.speed, Speed::Failing)
            && self.rests.is_none()
    }

    /// Whether it is ours for nothing.
    fn is_idle(&mut self, now: Instant) -> bool {
        if self.held != Held::Ours || self.unsent > 0 {
            self.idle_from = None;
            return false;
        }
        let idle_from = *self.idle_from.get_or_insert(now);
        !matches!(self.speed, Speed::Failing) || now - idle_from >= STAY
    }

    fn forget(&mut self, id: &DeliveryId) -> usize {
        usize::from(self.here.remove(id))
    }
}

impl Lanes {
    /// Endpoints that take no more for now; and how many others are owed something that is here already.
    pub fn full(&mut self, now: Time) -> (Vec<WebhookId>, usize) {
        for lane in self.lanes.values_mut() {
            lane.rests = lane.rests.filter(|until| *until > now);
            lane.pauses = lane.pauses.filter(|until| *until > Instant::now());
        }
        self.lanes.retain(|_, lane| !lane.is_plain());
        let (full, others): (Vec<_>, Vec<_>) = self.lanes.iter().partition(|(_, lane)| lane.is_full());
        let known = others.into_iter().filter(|(_, lane)| !lane.here.is_empty()).count();
        (full.into_iter().map(|(id, _)| *id).collect(), known)
    }

    /// Whether anything may begin.
    pub const fn has_room(&self) -> bool {
        self.senders < MOST && self.here < HERE
    }

    /// Nothing is sent to it before then.
    pub fn rest(&mut self, webhook: WebhookId, until: Time) {
        self.lanes.entry(webhook).or_default().rests = Some(until);
    }

    /// Of endpoints to which something is due, those with room, and for how much: a fair share for each.
    pub fn choose(&self, owed: &[WebhookId]) -> Vec<Wanted> {
        let unknown = Lane::default();
        let share = HERE.saturating_sub(self.here).checked_div(owed.len()).unwrap_or(0).max(OF_ONE);
        let wanted = owed.iter().map(|webhook| {
            let lane = self.lanes.get(webhook).unwrap_or(&unknown);
            Wanted { webhook: *webhook, room: lane.room().min(share), here: lane.here.len() }
        });
        wanted.filter(|wanted| wanted.room > 0).collect()
    }

    /// Of what was read of these endpoints, in its order, what is not here yet and there is room for.
    pub fn new_ones(&self, chosen: &[Wanted], read: Vec<Taken>) -> Vec<Taken> {
        let unknown = Lane::default();
        let mut rooms: HashMap<WebhookId, (usize, usize)> = HashMap::new();
        for wanted in chosen {
            let begun = self.lanes.get(&wanted.webhook).map_or(0, |lane| lane.senders);
            rooms.insert(wanted.webhook, (wanted.room, begun));
        }
        let (mut senders, mut here) = (MOST.saturating_sub(self.senders), HERE.saturating_sub(self.here));
        let mut is_new = |one: &Taken| {
            let lane = self.lanes.get(&one.webhook).unwrap_or(&unknown);
            let Some((room, begun)) = rooms.get_mut(&one.webhook) else { return false };
            if lane.here.contains(&one.id) || *room == 0 || here == 0 {
                return false;
            }
            if *begun < lane.at_once() && senders > 0 {
                (*begun, senders) = (*begun + 1, senders - 1);
            } else if *begun == 0 {
                // Nobody would come to send it.
                return false;
            }
            (*room, here) = (*room - 1, here - 1);
            true
        };
        read.into_iter().filter(|one| is_new(one)).collect()
    }

    /// These wait for a sender of theirs from now on; the endpoint is ours.
    pub fn put(&mut self, webhook: WebhookId, jobs: Vec<Job>) {
        let lane = self.lanes.entry(webhook).or_default();
        let before = lane.here.len();
        lane.here.extend(jobs.iter().map(|job| job.taken.id));
        self.here += lane.here.len() - before;
        lane.unsent += jobs.len();
        lane.given = lane.unsent;
        lane.queue.put(jobs);
    }

    /// We hold it.
    pub fn hold(&mut self, webhook: WebhookId) {
        self.lanes.entry(webhook).or_default().held = Held::Ours;
    }

    /// Whether we hold it.
    pub fn is_held(&self, webhook: &WebhookId) -> bool {
        self.lanes.get(webhook).is_some_and(|lane| lane.held == Held::Ours)
    }

    /// We hold nothing any more, and nothing waits.
    pub fn hold_nothing(&mut self) {
        self.drop_all_waiting();
        for lane in self.lanes.values_mut().filter(|lane| lane.held == Held::Ours) {
            lane.held = Held::Not;
        }
    }

    /// Senders of it begin, as many as so many deliveries need and may; says how many, and from which queue they take.
    pub fn begin(&mut self, webhook: &WebhookId, wanted: usize) -> Option<(usize, Arc<Queue>)> {
        // Whose queue is halted comes to its end first: one more sender would only keep it from that.
        let lane = self.lanes.get_mut(webhook).filter(|lane| !lane.queue.is_halted())?;
        let free = lane.at_once().saturating_sub(lane.senders).min(MOST.saturating_sub(self.senders));
        let many = free.min(wanted).min(lane.queue.len());
        lane.senders += many;
        self.senders += many;
        (many > 0).then(|| (many, Arc::clone(&lane.queue)))
    }

    /// A sender of it came to its end. Where it broke down, nobody knows what it was about: all is looked at anew.
    pub fn end(&mut self, webhook: &WebhookId, broke_down: bool) {
        self.senders = self.senders.saturating_sub(1);
        let Some(lane) = self.lanes.get_mut(webhook) else { return };
        lane.senders = lane.senders.saturating_sub(1);
        if broke_down {
            lane.queue.clear();
            self.here = self.here.saturating_sub(lane.here.len());
            lane.here.clear();
            lane.unsent = 0;
        } else if lane.senders == 0 && lane.queue.is_halted() {
            self.drop_waiting(webhook);
        }
    }

    /// Something was sent. Says whether more is to be looked for.
    pub fn sent(&mut self, done: &Done) -> bool {
        let Some(lane) = self.lanes.get_mut(&done.taken.webhook) else { return true };
        lane.unsent = lane.unsent.saturating_sub(1);
        lane.pauses = done.arrived().is_none().then(|| Instant::now() + PAUSE);
        lane.speed = match done.arrived() {
            None => Speed::Failing,
            Some(_) if done.answer.duration < QUICK && lane.rests.is_none() => Speed::Quick,
            Some(_) => Speed::Steady,
        };
        if matches!(lane.speed, Speed::Failing) {
            self.drop_waiting(&done.taken.webhook);
            return false;
        }
        lane.unsent == lane.low()
    }

    /// What waits for it is as due as it was.
    fn drop_waiting(&mut self, webhook: &WebhookId) {
        let Some(lane) = self.lanes.get_mut(webhook) else { return };
        let waiting = lane.queue.clear();
        lane.unsent = lane.unsent.saturating_sub(waiting.len());
        self.here -= waiting.iter().map(|id| lane.forget(id)).sum::<usize>();
    }

    /// Nothing waits any more, for any endpoint.
    pub fn drop_all_waiting(&mut self) {
        for webhook in self.lanes.keys().copied().collect::<Vec<_>>() {
            self.drop_waiting(&webhook);
        }
    }

    /// It is written down what came of these. Says whether there is room again.
    pub fn kept(&mut self, kept: &Kept) -> bool {
        let had_room = self.has_room();
        for done in &kept.sent {
            if let Some(lane) = self.lanes.get_mut(&done.taken.webhook) {
                self.here -= lane.forget(&done.taken.id);
            }
        }
        for id in &kept.idle {
            if let Some(lane) = self.lanes.get_mut(id) {
                lane.held = Held::Not;
            }
        }
        !kept.idle.is_empty() || !had_room
    }

    /// Endpoints that we hold although nothing waits for them or is on its way; they are given back from now on.
    pub fn leave_idle(&mut self, now: Instant) -> Vec<WebhookId> {
        let idle = self.lanes.iter_mut().filter_map(|(id, lane)| lane.is_idle(now).then_some((id, lane)));
        idle.map(|(id, lane)| {
            lane.held = Held::Leaving;
            *id
        })
        .collect()
    }

    /// Whether anything is here at all.
    pub const fn are_empty(&self) -> bool {
        self.here == 0
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;

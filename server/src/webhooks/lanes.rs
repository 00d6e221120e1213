//! Who is sent to next: each endpoint has lanes of its own, and a slow or dead one fills no more than these (S90).

use std::collections::HashMap;

use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::store::deliveries::sending::Due;

/// Deliveries under way at once, of one process.
const MOST: usize = 1_024;
/// The same of one endpoint; and of one that failed last.
const OF_ONE: usize = 8;
const OF_FAILING: usize = 1;
/// How many go down one lane, one after another, where the endpoint is quick and has more to come than lanes.
const RUN: usize = 8;

/// What is under way.
#[derive(Debug, Default)]
pub struct Lanes {
    lanes: HashMap<WebhookId, Lane>,
    under_way: usize,
}

/// How an endpoint did last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Speed {
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
    under_way: usize,
    speed: Speed,
    /// Nothing before then: its rate says so.
    rests: Option<Time>,
}

impl Lane {
    const fn room(&self) -> usize {
        let most = if matches!(self.speed, Speed::Failing) { OF_FAILING } else { OF_ONE };
        most.saturating_sub(self.under_way)
    }

    /// Whether there is nothing to remember of it.
    const fn is_plain(&self) -> bool {
        self.under_way == 0 && !matches!(self.speed, Speed::Failing) && self.rests.is_none()
    }

    /// How many may wait behind those that go at once.
    const fn behind(&self) -> usize {
        if matches!(self.speed, Speed::Quick) { self.room() * (RUN - 1) } else { 0 }
    }
}

impl Lanes {
    /// How many more may be sent at once.
    pub const fn room(&self) -> usize {
        MOST.saturating_sub(self.under_way)
    }

    /// Endpoints that take no more for now.
    pub fn full(&mut self, now: Time) -> Vec<WebhookId> {
        for lane in self.lanes.values_mut() {
            lane.rests = lane.rests.filter(|until| *until > now);
        }
        self.lanes.retain(|_, lane| !lane.is_plain());
        self.lanes.iter().filter(|(_, lane)| lane.room() == 0 || lane.rests.is_some()).map(|(id, _)| *id).collect()
    }

    /// Nothing is sent to it before then.
    pub fn rest(&mut self, webhook: WebhookId, until: Time) {
        self.lanes.entry(webhook).or_default().rests = Some(until);
    }

    /// Of what is due, in its order, what there is room for.
    pub fn choose(&self, due: impl IntoIterator<Item = Due>) -> Vec<Due> {
        let unknown = Lane::default();
        let mut rooms: HashMap<WebhookId, (usize, usize)> = HashMap::new();
        let (mut free, mut chosen) = (self.room(), Vec::new());
        for due in due {
            let (room, behind) = rooms.entry(due.webhook).or_insert_with(|| {
                let lane = self.lanes.get(&due.webhook).unwrap_or(&unknown);
                (lane.room(), lane.behind())
            });
            if *room > 0 && free > 0 {
                (*room, free) = (*room - 1, free - 1);
            } else if *room == 0 && *behind > 0 {
                *behind -= 1;
            } else {
                continue;
            }
            chosen.push(due);
        }
        chosen
    }

    /// What goes to an endpoint, shared among its free lanes: the first ones go first.
    pub fn share<T>(&self, webhook: &WebhookId, jobs: Vec<T>) -> Vec<Vec<T>> {
        let lanes = self.lanes.get(webhook).map_or(OF_ONE, Lane::room).min(jobs.len()).max(1);
        let mut shares: Vec<Vec<T>> = (0..lanes).map(|_| Vec::new()).collect();
        for (number, job) in jobs.into_iter().enumerate() {
            if let Some(share) = shares.get_mut(number % lanes) {
                share.push(job);
            }
        }
        shares
    }

    /// Something is on its way.
    pub fn begin(&mut self, webhook: WebhookId) {
        self.lanes.entry(webhook).or_default().under_way += 1;
        self.under_way += 1;
    }

    /// It came to its end, well or not.
    pub fn end(&mut self, webhook: WebhookId, speed: Speed) {
        self.under_way = self.under_way.saturating_sub(1);
        let Some(lane) = self.lanes.get_mut(&webhook) else { return };
        lane.under_way = lane.under_way.saturating_sub(1);
        lane.speed = speed;
        if lane.is_plain() {
            self.lanes.remove(&webhook);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::ids::DeliveryId;
    use crate::random::Random;

    const NOW: Time = Time::from_ms(1);

    fn webhook() -> WebhookId {
        WebhookId::new(NOW, &Random::default()).unwrap()
    }

    fn due(webhook: WebhookId, many: usize) -> Vec<Due> {
        let id = || DeliveryId::new(NOW, &Random::default()).unwrap();
        (0..many).map(|_| Due { id: id(), webhook, next_at: NOW }).collect()
    }

    #[test]
    fn s90_one_endpoint_never_fills_more_than_its_lanes() {
        let (mut lanes, busy, other) = (Lanes::default(), webhook(), webhook());
        let waiting = [due(busy, 500), due(other, 2)].concat();
        let chosen = lanes.choose(waiting.clone());
        assert_eq!(chosen.len(), OF_ONE + 2);
        assert_eq!(chosen[OF_ONE..], waiting[500..]);

        (0..OF_ONE).for_each(|_| lanes.begin(busy));
        assert_eq!((lanes.full(NOW), lanes.choose(due(busy, 5)).len()), (vec![busy], 0));
        lanes.end(busy, Speed::Steady);
        assert_eq!((lanes.full(NOW), lanes.choose(due(busy, 5)).len()), (vec![], 1));
    }

    #[test]
    fn to_a_quick_endpoint_some_go_down_each_free_lane_and_the_first_ones_first() {
        let (mut lanes, quick) = (Lanes::default(), webhook());
        (0..OF_ONE).for_each(|_| lanes.begin(quick));
        (0..2).for_each(|_| lanes.end(quick, Speed::Quick));
        assert_eq!(lanes.choose(due(quick, 500)).len(), 2 * RUN);
        assert_eq!(lanes.share(&quick, vec![1, 2, 3]), [vec![1, 3], vec![2]]);
        assert_eq!(lanes.share(&quick, vec![1]), [vec![1]]);
        lanes.end(quick, Speed::Failing);
        assert_eq!(lanes.choose(due(quick, 500)).len(), 0);
    }

    #[test]
    fn s90_an_endpoint_that_fails_is_tried_one_by_one_until_it_takes_something() {
        let (mut lanes, dead) = (Lanes::default(), webhook());
        lanes.begin(dead);
        lanes.end(dead, Speed::Failing);
        assert_eq!(lanes.choose(due(dead, 5)).len(), OF_FAILING);
        lanes.begin(dead);
        lanes.end(dead, Speed::Quick);
        assert_eq!(lanes.choose(due(dead, 50)).len(), OF_ONE);
        assert!(lanes.lanes.is_empty(), "nothing is remembered of an endpoint that is well");
    }

    #[test]
    fn an_endpoint_with_a_rate_rests_and_is_then_forgotten() {
        let (mut lanes, slow) = (Lanes::default(), webhook());
        lanes.begin(slow);
        lanes.rest(slow, NOW.plus(Duration::from_secs(1)));
        assert_eq!(lanes.full(NOW), [slow]);
        lanes.end(slow, Speed::Steady);
        assert_eq!(lanes.full(NOW), [slow], "it rests although nothing is under way");
        assert!(lanes.full(NOW.plus(Duration::from_secs(1))).is_empty());
        assert!(lanes.lanes.is_empty(), "nothing is remembered of it");
    }

    #[test]
    fn s90_all_together_are_bounded() {
        let mut lanes = Lanes::default();
        let many: Vec<_> = (0..MOST).flat_map(|_| due(webhook(), 2)).collect();
        let chosen = lanes.choose(many.clone());
        assert_eq!(chosen.len(), MOST);
        many.iter().take(MOST).for_each(|one| lanes.begin(one.webhook));
        assert_eq!((lanes.room(), lanes.choose(many).len()), (0, 0));
    }
}

//! Who is sent to next: each endpoint has a lane of its own, and a slow or dead one fills no more than that (S90).

use std::collections::HashMap;

use crate::domain::ids::{DeliveryId, WebhookId};

/// Deliveries under way at once, of one process.
const MOST: usize = 1_024;
/// The same of one endpoint; and of one that failed last.
const OF_ONE: usize = 8;
const OF_FAILING: usize = 1;

/// What is under way.
#[derive(Debug, Default)]
pub struct Lanes {
    lanes: HashMap<WebhookId, Lane>,
    under_way: usize,
}

#[derive(Debug, Default)]
struct Lane {
    under_way: usize,
    failing: bool,
}

impl Lane {
    const fn room(&self) -> usize {
        let most = if self.failing { OF_FAILING } else { OF_ONE };
        most.saturating_sub(self.under_way)
    }
}

impl Lanes {
    /// How many more may be sent.
    pub const fn room(&self) -> usize {
        MOST.saturating_sub(self.under_way)
    }

    /// Endpoints that take no more for now.
    pub fn full(&self) -> Vec<WebhookId> {
        self.lanes.iter().filter(|(_, lane)| lane.room() == 0).map(|(id, _)| *id).collect()
    }

    /// Of what is due, in its order, what there is room for.
    pub fn choose(&self, due: impl IntoIterator<Item = (DeliveryId, WebhookId)>) -> Vec<DeliveryId> {
        let mut rooms: HashMap<WebhookId, usize> = HashMap::new();
        let mut chosen = Vec::new();
        for (delivery, webhook) in due {
            let room = rooms.entry(webhook).or_insert_with(|| self.lanes.get(&webhook).map_or(OF_ONE, Lane::room));
            if *room > 0 && chosen.len() < self.room() {
                *room -= 1;
                chosen.push(delivery);
            }
        }
        chosen
    }

    /// One is on its way.
    pub fn begin(&mut self, webhook: WebhookId) {
        self.lanes.entry(webhook).or_default().under_way += 1;
        self.under_way += 1;
    }

    /// One came to its end, well or not.
    pub fn end(&mut self, webhook: WebhookId, good: bool) {
        self.under_way = self.under_way.saturating_sub(1);
        let Some(lane) = self.lanes.get_mut(&webhook) else { return };
        lane.under_way = lane.under_way.saturating_sub(1);
        lane.failing = !good;
        if lane.under_way == 0 && good {
            self.lanes.remove(&webhook);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Time;
    use crate::random::Random;

    fn webhook() -> WebhookId {
        WebhookId::new(Time::from_ms(1), &Random::default()).unwrap()
    }

    fn due(webhook: WebhookId, many: usize) -> Vec<(DeliveryId, WebhookId)> {
        (0..many).map(|_| (DeliveryId::new(Time::from_ms(1), &Random::default()).unwrap(), webhook)).collect()
    }

    #[test]
    fn s90_one_endpoint_never_fills_more_than_its_lane() {
        let (mut lanes, busy, other) = (Lanes::default(), webhook(), webhook());
        let waiting = [due(busy, 500), due(other, 2)].concat();
        let chosen = lanes.choose(waiting.clone());
        assert_eq!(chosen.len(), OF_ONE + 2);
        assert_eq!(chosen[OF_ONE..], [waiting[500].0, waiting[501].0]);

        (0..OF_ONE).for_each(|_| lanes.begin(busy));
        assert_eq!((lanes.full(), lanes.choose(due(busy, 5)).len()), (vec![busy], 0));
        lanes.end(busy, true);
        assert_eq!((lanes.full(), lanes.choose(due(busy, 5)).len()), (vec![], 1));
    }

    #[test]
    fn s90_an_endpoint_that_fails_is_tried_one_by_one_until_it_takes_something() {
        let (mut lanes, dead) = (Lanes::default(), webhook());
        lanes.begin(dead);
        lanes.end(dead, false);
        assert_eq!(lanes.choose(due(dead, 5)).len(), OF_FAILING);
        lanes.begin(dead);
        lanes.end(dead, true);
        assert_eq!(lanes.choose(due(dead, 50)).len(), OF_ONE);
        assert!(lanes.lanes.is_empty(), "nothing is remembered of an endpoint that is well");
    }

    #[test]
    fn s90_all_together_are_bounded() {
        let mut lanes = Lanes::default();
        let many: Vec<_> = (0..MOST).flat_map(|_| due(webhook(), 2)).collect();
        let chosen = lanes.choose(many.clone());
        assert_eq!(chosen.len(), MOST);
        many.iter().take(MOST).for_each(|(_, webhook)| lanes.begin(*webhook));
        assert_eq!((lanes.room(), lanes.choose(many).len()), (0, 0));
    }
}

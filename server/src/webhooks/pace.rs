//! Keeping to the rates of endpoints that have one: each attempt gets a moment of its own, which the store gives out, so
//! that all dispatchers keep to it together.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Rate;
use crate::store::deliveries::sending::{Due, Taken};
use crate::store::webhooks::pace;
use crate::store::{StoreError, Tx};

/// How far ahead moments are given out; and how much sooner than the next free one to look again.
const AHEAD: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(100);

/// The endpoints with a rate, held until the transaction ends.
pub struct Pace {
    rated: HashMap<WebhookId, (Rate, Option<Time>)>,
    now: Time,
}

/// When what was taken may be sent.
#[derive(Default)]
pub struct Moments {
    /// Of each delivery to such an endpoint; others go at once.
    of: HashMap<DeliveryId, Time>,
    /// When to look again for what such an endpoint gets next.
    pub rests: Vec<(WebhookId, Time)>,
}

impl Moments {
    /// How long a delivery waits for its moment.
    pub fn pause(&self, id: &DeliveryId, now: Time) -> Duration {
        self.of.get(id).map_or(Duration::ZERO, |moment| moment.since(now))
    }
}

impl Pace {
    /// Looks which endpoints have a rate.
    pub async fn lock(tx: &mut Tx, chosen: &[Due], now: Time) -> Result<Self, StoreError> {
        let mut ids: Vec<WebhookId> = chosen.iter().map(|due| due.webhook).collect();
        ids.sort_unstable();
        ids.dedup();
        let rated = if ids.is_empty() { Vec::new() } else { pace::lock(tx, &ids).await? };
        Ok(Self { rated: rated.into_iter().map(|(id, rate, free)| (id, (rate, free))).collect(), now })
    }

    fn moments(&self, webhook: &WebhookId, most: usize) -> Vec<Time> {
        let Some((rate, free)) = self.rated.get(webhook) else { return Vec::new() };
        rate.moments(*free, self.now, self.now.plus(AHEAD), most)
    }

    /// Of what was chosen, that for which there is a moment.
    pub fn allowed(&self, chosen: &[Due]) -> Vec<DeliveryId> {
        let mut left: HashMap<WebhookId, usize> =
            self.rated.keys().map(|id| (*id, self.moments(id, chosen.len()).len())).collect();
        let allowed = chosen.iter().filter(|due| match left.get_mut(&due.webhook) {
            None => true,
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
        });
        allowed.map(|due| due.id).collect()
    }

    /// Gives what was taken its moments, and keeps what is free after them.
    pub async fn give(self, tx: &mut Tx, taken: &[Taken]) -> Result<Moments, StoreError> {
        let mut all = Moments::default();
        for (webhook, (rate, free)) in &self.rated {
            let own: Vec<DeliveryId> = taken.iter().filter(|one| one.webhook == *webhook).map(|one| one.id).collect();
            let moments = self.moments(webhook, own.len());
            let mut next = free.map_or(self.now, |free| free.max(self.now));
            if let Some(last) = moments.last() {
                next = rate.after(*last);
                pace::keep(tx, webhook, next).await?;
            }
            all.of.extend(own.into_iter().zip(moments));
            all.rests.push((*webhook, next.minus(LOOK)));
        }
        Ok(all)
    }
}

//! Keeping to the rates of endpoints that have one: each attempt gets a moment of its own.

use std::collections::HashMap;
use std::time::Duration;

use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::store::deliveries::due::Taken;
use crate::store::webhooks::sending::{self, Sending};
use crate::store::{StoreError, Tx};

/// How far ahead moments are given out; and how much sooner than the next free one to look again.
const AHEAD: Duration = Duration::from_millis(200);
const LOOK: Duration = Duration::from_millis(100);

/// When deliveries may be sent.
#[derive(Default)]
pub struct Moments {
    /// Of each delivery to an endpoint with a rate; others go at once.
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

/// Gives deliveries to endpoints with rates their moments, and leaves those that get none. The endpoints are locked.
pub async fn pace(
    tx: &mut Tx,
    taken: &mut Vec<Taken>,
    there: &HashMap<WebhookId, Sending>,
    now: Time,
) -> Result<Moments, StoreError> {
    let mut all = Moments::default();
    for (id, endpoint) in there {
        let own = || taken.iter().filter(|one| one.webhook == *id).map(|one| one.id);
        let Some(rate) = endpoint.rate().filter(|_| own().next().is_some()) else { continue };
        let free = endpoint.next_attempt_from;
        let moments = rate.moments(free, now, now.plus(AHEAD), own().count());
        let mut next = free.map_or(now, |free| free.max(now));
        if let Some(last) = moments.last() {
            next = rate.after(*last);
            sending::rest(tx, id, next).await?;
        }
        all.of.extend(own().zip(moments));
        all.rests.push((*id, next.minus(LOOK)));
        taken.retain(|one| one.webhook != *id || all.of.contains_key(&one.id));
    }
    Ok(all)
}

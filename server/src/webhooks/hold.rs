//! Whose endpoints are: a dispatcher holds an endpoint while it sends to it, so that nobody else does, and says now and
//! then that it lives. What one held that died is anybody's.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::ids::{DispatcherId, WebhookId};
use crate::domain::time::Time;
use crate::store::webhooks::sending::{self, Sending};
use crate::store::{StoreError, Tx, dispatchers};

/// How long a dispatcher is believed to live after it said so, and how long before the end it says so again: the rest is
/// for a store that is slow, and for clocks that differ.
const LEASE: Duration = Duration::from_secs(15);
const EARLY: Duration = Duration::from_secs(10);

/// What a dispatcher is to the others.
#[derive(Debug, Clone)]
pub struct Hold {
    pub id: DispatcherId,
    /// Until when the others believe that it lives.
    until: Arc<AtomicI64>,
}

impl Hold {
    /// One that holds nothing.
    pub fn new(id: DispatcherId) -> Self {
        Self { id, until: Arc::new(AtomicI64::new(0)) }
    }

    fn until(&self) -> Time {
        Time::from_ms(self.until.load(Ordering::Relaxed))
    }

    /// Whether nobody takes its endpoints for a dead one's yet.
    pub fn lasts(&self, now: Time) -> bool {
        now < self.until()
    }

    /// Whether it is time to say that it lives.
    pub fn is_old(&self, now: Time) -> bool {
        self.until().since(now) < EARLY
    }

    /// Says that it lives, and until when that is believed once the transaction is kept.
    pub async fn renew(&self, tx: &mut Tx, now: Time) -> Result<Time, StoreError> {
        if !self.is_old(now) {
            return Ok(self.until());
        }
        let until = now.plus(LEASE);
        dispatchers::lives(tx, &self.id, until).await?;
        Ok(until)
    }

    /// That transaction is kept.
    pub fn renewed(&self, until: Time) {
        self.until.store(until.ms(), Ordering::Relaxed);
    }

    /// Takes those of these endpoints that nobody else holds. Call it when they are locked.
    pub async fn take(
        &self,
        tx: &mut Tx,
        wanted: BTreeSet<WebhookId>,
        there: &HashMap<WebhookId, Sending>,
        now: Time,
    ) -> Result<BTreeSet<WebhookId>, StoreError> {
        let holder = |id: &WebhookId| there.get(id).and_then(|endpoint| endpoint.dispatcher);
        let (mut ours, free): (BTreeSet<_>, BTreeSet<_>) =
            wanted.into_iter().partition(|id| holder(id) == Some(self.id));
        if free.is_empty() {
            return Ok(ours);
        }
        // Asked after the lock: who took one before us was kept by then, and so was the word that it lives.
        let others = dispatchers::others(tx, &self.id, now).await?;
        let free: Vec<_> =
            free.into_iter().filter(|id| holder(id).is_none_or(|holder| !others.contains(&holder))).collect();
        sending::hold(tx, &free, Some(&self.id)).await?;
        ours.extend(free);
        Ok(ours)
    }

    /// Gives back those of these endpoints that are still ours.
    pub async fn give_back(
        &self,
        tx: &mut Tx,
        idle: &[WebhookId],
        there: &HashMap<WebhookId, Sending>,
    ) -> Result<(), StoreError> {
        let is_ours = |id: &&WebhookId| there.get(*id).is_some_and(|endpoint| endpoint.dispatcher == Some(self.id));
        let ours: Vec<_> = idle.iter().filter(is_ours).copied().collect();
        sending::hold(tx, &ours, None).await
    }
}

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
    /// Until when the others believe that it lives; none where there can be no others.
    until: Option<Arc<AtomicI64>>,
}

impl Hold {
    /// One that holds nothing.
    pub fn new(id: DispatcherId) -> Self {
        Self { id, until: Some(Arc::default()) }
    }

    /// One that holds everything, since there can be no other.
    pub const fn of_all(id: DispatcherId) -> Self {
        Self { id, until: None }
    }

    pub const fn is_of_all(&self) -> bool {
        self.until.is_none()
    }

    fn until(&self) -> Option<Time> {
        self.until.as_ref().map(|until| Time::from_ms(until.load(Ordering::Relaxed)))
    }

    /// Whether nobody takes its endpoints for a dead one's yet.
    pub fn lasts(&self, now: Time) -> bool {
        self.until().is_none_or(|until| now < until)
    }

    /// Whether it is time to say that it lives.
    pub fn is_old(&self, now: Time) -> bool {
        self.until().is_some_and(|until| until.since(now) < EARLY)
    }

    /// Says that it lives, if it is time to; until when that is believed once the transaction is kept.
    pub async fn renew(&self, tx: &mut Tx, now: Time) -> Result<Option<Time>, StoreError> {
        if !self.is_old(now) {
            return Ok(None);
        }
        let until = now.plus(LEASE);
        dispatchers::lives(tx, &self.id, until).await?;
        Ok(Some(until))
    }

    /// That transaction is kept.
    pub fn renewed(&self, until: Time) {
        if let Some(old) = &self.until {
            old.store(until.ms(), Ordering::Relaxed);
        }
    }

    /// Takes those of these endpoints that nobody else holds. They are locked.
    pub async fn take(
        &self,
        tx: &mut Tx,
        there: &HashMap<WebhookId, Sending>,
        now: Time,
    ) -> Result<BTreeSet<WebhookId>, StoreError> {
        if self.is_of_all() {
            return Ok(there.keys().copied().collect());
        }
        // Asked after the lock: who took one before us was kept by then, and so was the word that it lives.
        let others = dispatchers::others(tx, &self.id, now).await?;
        let is_free = |endpoint: &Sending| endpoint.dispatcher.is_none_or(|holder| !others.contains(&holder));
        let ours: BTreeSet<_> = there.iter().filter(|(_, endpoint)| is_free(endpoint)).map(|(id, _)| *id).collect();
        let is_new = |id: &&WebhookId| there.get(*id).is_some_and(|endpoint| endpoint.dispatcher != Some(self.id));
        let new: Vec<_> = ours.iter().filter(is_new).copied().collect();
        sending::hold(tx, &new, Some(&self.id)).await?;
        Ok(ours)
    }
}

/// Gives back those of these endpoints that this dispatcher still holds. They are locked.
pub async fn give_back(
    tx: &mut Tx,
    dispatcher: &DispatcherId,
    endpoints: &BTreeSet<WebhookId>,
    there: &HashMap<WebhookId, Sending>,
) -> Result<(), StoreError> {
    let is_its = |id: &&WebhookId| there.get(*id).is_some_and(|endpoint| endpoint.dispatcher == Some(*dispatcher));
    let its: Vec<_> = endpoints.iter().filter(is_its).copied().collect();
    sending::hold(tx, &its, None).await
}

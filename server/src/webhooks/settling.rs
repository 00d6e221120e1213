//! What came of deliveries, written down: those that arrived many at once, in few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::client::Answer;
use super::schedule::{self, is_given_up};
use crate::app::App;
use crate::domain::deliveries::Attempt;
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::domain::webhooks::Cause;
use crate::store::deliveries::due::Taken;
use crate::store::deliveries::sending;
use crate::store::webhooks::sending::Sending;
use crate::store::{StoreError, Tx, webhooks};

/// What came of a delivery.
#[derive(Debug)]
pub struct Done {
    /// What was sent.
    pub taken: Taken,
    /// When.
    pub at: Time,
    /// What came back.
    pub answer: Answer,
}

impl Done {
    /// The status with which it was taken, if it was.
    pub fn arrived(&self) -> Option<u16> {
        self.answer.outcome.ok().filter(|status| (200..300).contains(status))
    }

    fn is_gone(&self) -> bool {
        self.answer.outcome == Ok(410)
    }

    fn attempt(&self) -> Attempt {
        Attempt {
            number: self.taken.attempts.saturating_add(1),
            at: self.at,
            duration: self.answer.duration,
            status: self.answer.outcome.ok().map(i64::from),
            failure: self.answer.outcome.err(),
            answer: self.answer.text.clone(),
        }
    }
}

/// Writes down what came of deliveries, each of which is there once. Their endpoints are locked: whoever changes or removes
/// one has it first, too, so that nobody waits for who waits for him.
///
/// # Errors
/// The store's failure.
pub async fn settle(app: &App, tx: &mut Tx, all: &[Done]) -> Result<(), StoreError> {
    let is_plain = |done: &&Done| done.arrived().is_some() && done.taken.attempts == 0;
    let (plain, others): (Vec<&Done>, Vec<&Done>) = all.iter().partition(is_plain);
    let mut attempts: Vec<_> = plain.iter().map(|done| (done.taken.id, done.attempt())).collect();
    // As they lie beside each other.
    attempts.sort_by_key(|(id, _)| *id);
    let left: BTreeSet<_> = sending::arrived_at_once(tx, &attempts).await?.into_iter().collect();
    for done in plain.into_iter().filter(|done| left.contains(&done.taken.id)).chain(others) {
        settle_one(app, tx, done).await?;
    }
    Ok(())
}

async fn settle_one(app: &App, tx: &mut Tx, done: &Done) -> Result<(), StoreError> {
    let (taken, attempt) = (&done.taken, done.attempt());
    if done.arrived().is_some() {
        sending::attempted(tx, &taken.id, &attempt).await?;
        return sending::arrived(tx, &taken.id).await;
    }
    let next = next(app, done);
    if taken.attempts == 0 && sending::put_off_at_once(tx, taken, &attempt, next).await? {
        return Ok(());
    }
    sending::attempted(tx, &taken.id, &attempt).await?;
    sending::put_off(tx, taken, next).await
}

/// When it is tried again, if ever.
fn next(app: &App, done: &Done) -> Option<Time> {
    let now = app.clock.now();
    let dice = app.random.bytes().map_or(u32::MAX / 2, u32::from_le_bytes);
    let asked = done.answer.retry_after.as_deref().and_then(|text| schedule::retry_after(text, now));
    let wait = schedule::wait(done.taken.tries.saturating_add(1), asked, dice).filter(|_| !done.is_gone());
    wait.map(|wait| now.plus(wait))
}

/// How an endpoint did.
#[derive(Default)]
struct Health {
    took_something: bool,
    /// When it failed first after that.
    failed_at: Option<Time>,
    is_gone: bool,
}

/// Notes who is well and who fails, and says who is given up. The endpoints are locked.
///
/// # Errors
/// The store's failure.
pub async fn note_health(
    app: &App,
    tx: &mut Tx,
    all: &[Done],
    there: &HashMap<WebhookId, Sending>,
) -> Result<Vec<(WebhookId, Cause)>, StoreError> {
    let mut endpoints: BTreeMap<WebhookId, Health> = BTreeMap::new();
    for done in all {
        let health = endpoints.entry(done.taken.webhook).or_default();
        if done.arrived().is_some() {
            (health.took_something, health.failed_at) = (true, None);
        } else {
            health.failed_at.get_or_insert(done.at);
            health.is_gone |= done.is_gone();
        }
    }
    let mut given_up = Vec::new();
    for (id, health) in endpoints {
        let before = there.get(&id).and_then(|endpoint| endpoint.failing_since);
        if health.took_something && before.is_some() {
            webhooks::is_well(tx, &id).await?;
        }
        let since = match health.failed_at {
            // What is known is not written again.
            Some(_) if before.is_some() && !health.took_something => before,
            Some(at) => webhooks::is_failing(tx, &id, at).await?,
            None => None,
        };
        if health.is_gone {
            given_up.push((id, Cause::Gone));
        } else if since.is_some_and(|since| is_given_up(since, app.clock.now())) {
            given_up.push((id, Cause::Failing));
        }
    }
    Ok(given_up)
}

//! What came of deliveries, written down: many at once, in few statements.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::client::Answer;
use super::schedule::{self, is_given_up};
use crate::app::App;
use crate::domain::deliveries::Attempt;
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::domain::webhooks::Cause;
use crate::store::deliveries::sending::{self, Taken};
use crate::store::{StoreError, Tx, webhooks};

/// Deliveries that one statement writes: each has some values, and a statement holds 32,766 of them.
const ROWS: usize = 1_000;

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

    fn attempt(&self, number: i64) -> Attempt {
        Attempt {
            number,
            at: self.at,
            duration: self.answer.duration,
            status: self.answer.outcome.ok().map(i64::from),
            failure: self.answer.outcome.err(),
            answer: self.answer.text.clone(),
        }
    }
}

/// Writes it all down, in the order in which it ended, and says which endpoints are given up.
///
/// Endpoints come first, as they do for whoever changes or removes one: so nobody waits for who waits for him.
///
/// # Errors
/// The store's failure.
pub async fn settle(app: &App, tx: &mut Tx, all: &[Done]) -> Result<Vec<(WebhookId, Cause)>, StoreError> {
    let given_up = note_health(app, tx, all).await?;
    for some in parts(all) {
        let mut numbers = HashMap::new();
        for (status, ids) in arrived(&some) {
            numbers.extend(sending::arrived(tx, &ids, i64::from(status)).await?);
        }
        for done in some.iter().filter(|done| done.arrived().is_none()) {
            numbers.extend(sending::missed(tx, &done.taken.id, done.answer.outcome).await?);
            sending::put_off(tx, &done.taken, next(app, done)).await?;
        }
        let attempt = |done: &&Done| Some((done.taken.id, done.attempt(*numbers.get(&done.taken.id)?)));
        sending::log(tx, &some.iter().filter_map(attempt).collect::<Vec<_>>()).await?;
    }
    Ok(given_up)
}

/// Parts in which no delivery is twice: what was taken again because the store was away for long ends twice here.
fn parts(all: &[Done]) -> Vec<Vec<&Done>> {
    let (mut parts, mut seen) = (vec![Vec::new()], BTreeSet::new());
    for done in all {
        if seen.len() == ROWS || !seen.insert(done.taken.id) {
            parts.push(Vec::new());
            seen = BTreeSet::from([done.taken.id]);
        }
        if let Some(part) = parts.last_mut() {
            part.push(done);
        }
    }
    parts
}

/// What arrived, by status.
fn arrived(some: &[&Done]) -> BTreeMap<u16, Vec<DeliveryId>> {
    let mut by_status: BTreeMap<u16, Vec<DeliveryId>> = BTreeMap::new();
    for done in some {
        if let Some(status) = done.arrived() {
            by_status.entry(status).or_default().push(done.taken.id);
        }
    }
    by_status
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

/// Notes who is well and who fails, and says who is given up.
async fn note_health(app: &App, tx: &mut Tx, all: &[Done]) -> Result<Vec<(WebhookId, Cause)>, StoreError> {
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
    let well: Vec<_> = endpoints.iter().filter(|(_, health)| health.took_something).map(|(id, _)| *id).collect();
    let failing = webhooks::failing(tx, &well).await?;
    let mut given_up = Vec::new();
    // In one order everywhere, so that no two processes wait for each other.
    for (id, health) in endpoints {
        if failing.contains(&id) {
            webhooks::is_well(tx, &id).await?;
        }
        let since = match health.failed_at {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::ids::EventId;
    use crate::random::Random;

    fn done(id: DeliveryId) -> Done {
        let (at, random) = (Time::from_ms(1), Random::default());
        let (webhook, event) = (WebhookId::new(at, &random).unwrap(), EventId::new(at, &random).unwrap());
        let taken = Taken { id, webhook, event, sequence: None, body: String::new(), tries: 0, next_at: at };
        let answer = Answer { outcome: Ok(204), retry_after: None, text: None, duration: Duration::ZERO };
        Done { taken, at, answer }
    }

    fn ids(many: usize) -> Vec<DeliveryId> {
        (0..many).map(|_| DeliveryId::new(Time::from_ms(1), &Random::default()).unwrap()).collect()
    }

    #[test]
    fn nothing_is_twice_in_a_statement_and_nothing_is_left_out() {
        let some = ids(ROWS + 7);
        let all: Vec<Done> = some.iter().chain(&some[..3]).copied().map(done).collect();
        let parts = parts(&all);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [ROWS, 10]);
        let twice = ids(1);
        let all: Vec<Done> = [twice[0], twice[0], some[0]].map(done).into();
        assert_eq!(super::parts(&all).iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
    }
}

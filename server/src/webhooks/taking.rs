//! Deliveries that are to be sent: where they go, and what signs them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Secret;
use super::pace::Moments;
use super::run::{Endpoint, Job};
use crate::app::App;
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::store::deliveries::sending::{Due, Taken};
use crate::store::deliveries::{self, sending};
use crate::store::webhooks::sending::{Sending, find, lock};
use crate::store::webhooks::{Signing, secrets};
use crate::store::{Connection, StoreError};

/// After so long it is tried again with an endpoint no secret of which opens: that is for the operator to mend.
const MUTE: Duration = Duration::from_secs(30);

/// Endpoints, as far as there are any.
#[derive(Default)]
pub struct Found {
    /// Where something can be sent.
    open: HashMap<WebhookId, (Sending, Arc<Endpoint>)>,
    /// Endpoints to which nothing is sent before then, since no secret of theirs opens.
    pub rests: Vec<(WebhookId, Time)>,
}

impl Found {
    /// Whether attempts to deliver need a moment of their own.
    pub fn has_rate(&self, id: &WebhookId) -> bool {
        self.open.get(id).is_some_and(|(endpoint, _)| endpoint.rate().is_some())
    }
}

/// Finds the endpoints of what was chosen, and leaves of it what can be sent. What goes nowhere any more is put away.
///
/// # Errors
/// The store's failure.
pub async fn look_up(app: &App, chosen: &mut Vec<Due>, now: Time) -> Result<Found, StoreError> {
    let ids: BTreeSet<WebhookId> = chosen.iter().map(|due| due.webhook).collect();
    let mut read = app.db.read().await?;
    let mut there = find(&mut read, &ids).await?;
    let mut opened = open_all(app, &mut read, &ids, now).await?;
    drop(read);
    let mut found = Found::default();
    let mut lost = BTreeSet::new();
    for id in ids {
        let secrets = opened.remove(&id).unwrap_or_default();
        match there.remove(&id).and_then(|endpoint| Some((endpoint.url()?.to_owned(), endpoint))) {
            None => drop(lost.insert(id)),
            Some(_) if secrets.is_empty() => found.rests.push((id, now.plus(MUTE))),
            Some((url, endpoint)) => {
                let target = Arc::new(Endpoint::new(app, &url, secrets));
                drop(found.open.insert(id, (endpoint, target)));
            }
        }
    }
    put_away(app, chosen.iter().filter(|due| lost.contains(&due.webhook))).await?;
    chosen.retain(|due| found.open.contains_key(&due.webhook));
    Ok(found)
}

/// The secrets that sign for these endpoints, as far as they open.
async fn open_all(
    app: &App,
    connection: &mut Connection,
    ids: &BTreeSet<WebhookId>,
    now: Time,
) -> Result<HashMap<WebhookId, Vec<Secret>>, StoreError> {
    let mut opened: HashMap<WebhookId, Vec<Secret>> = HashMap::new();
    for kept in secrets::signing(connection, ids, now).await? {
        opened.entry(kept.webhook).or_default().extend(open(app, &kept));
    }
    Ok(opened)
}

fn open(app: &App, kept: &Signing) -> Option<Secret> {
    let secret = app.webhooks.open(kept);
    secret.inspect_err(|error| tracing::error!(%error, webhook = %kept.webhook, "a secret does not open")).ok()
}

/// Stops what goes to disabled endpoints, and forgets what goes to none.
async fn put_away(app: &App, lost: impl Iterator<Item = &Due>) -> Result<(), StoreError> {
    let mut of: HashMap<WebhookId, Vec<DeliveryId>> = HashMap::new();
    for due in lost {
        of.entry(due.webhook).or_default().push(due.id);
    }
    if of.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let there = lock(&mut tx, &of.keys().copied().collect()).await?;
    for (webhook, ids) in of {
        match there.get(&webhook) {
            Some(endpoint) if endpoint.url().is_none() => deliveries::stop(&mut tx, &webhook).await?,
            Some(_) => {}
            None => {
                for id in ids {
                    sending::forget(&mut tx, &id).await?;
                }
            }
        }
    }
    tx.commit().await
}

/// Reads what was chosen of endpoints that are ours, each one's longest due first.
///
/// # Errors
/// The store's failure.
pub async fn take(
    app: &App,
    chosen: &[Due],
    found: &Found,
    moments: &Moments,
    now: Time,
) -> Result<HashMap<WebhookId, Vec<Job>>, StoreError> {
    let ids: Vec<DeliveryId> = chosen.iter().map(|due| due.id).collect();
    let mut taken = sending::load(&mut *app.db.read().await?, &ids, now).await?;
    taken.sort_by_key(|one| one.next_at);
    let began = Instant::now();
    let mut jobs: HashMap<WebhookId, Vec<Job>> = HashMap::new();
    for one in taken {
        if let Some((_, endpoint)) = found.open.get(&one.webhook) {
            let at = began + moments.pause(&one.id, now);
            jobs.entry(one.webhook).or_default().push(job(endpoint, one, at));
        }
    }
    Ok(jobs)
}

fn job(endpoint: &Arc<Endpoint>, taken: Taken, at: Instant) -> Job {
    Job { endpoint: Arc::clone(endpoint), taken, at }
}

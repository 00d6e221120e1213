//! Deliveries that are to be sent: where they go, and what signs them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Secret;
use super::lanes::Wanted;
use super::pace::Moments;
use super::run::{Endpoint, Job};
use crate::app::App;
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::store::deliveries::{self, due::Taken};
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

    /// What is to be sent to each endpoint.
    pub fn jobs(&self, taken: Vec<Taken>, moments: &Moments, now: Time) -> HashMap<WebhookId, Vec<Job>> {
        let began = Instant::now();
        let mut jobs: HashMap<WebhookId, Vec<Job>> = HashMap::new();
        for taken in taken {
            if let Some((_, endpoint)) = self.open.get(&taken.webhook) {
                let at = began + moments.pause(&taken.id, now);
                let job = Job { endpoint: Arc::clone(endpoint), taken, at };
                jobs.entry(job.taken.webhook).or_default().push(job);
            }
        }
        jobs
    }
}

/// Finds what was chosen, and leaves of it where something can be sent. What goes nowhere any more is put away.
///
/// # Errors
/// The store's failure.
pub async fn look_up(app: &App, chosen: &mut Vec<Wanted>, now: Time) -> Result<Found, StoreError> {
    let ids: BTreeSet<WebhookId> = chosen.iter().map(|wanted| wanted.webhook).collect();
    let mut found = Found::default();
    if ids.is_empty() {
        return Ok(found);
    }
    let mut read = app.db.read().await?;
    let mut there = find(&mut read, &ids).await?;
    let mut opened = open_all(app, &mut read, &ids, now).await?;
    drop(read);
    let mut lost = BTreeSet::new();
    for id in ids {
        let secrets = opened.remove(&id).unwrap_or_default();
        match there.remove(&id).and_then(|endpoint| Some((endpoint.url()?.to_owned(), endpoint))) {
            None => drop(lost.insert(id)),
            Some(_) if secrets.is_empty() => found.rests.push((id, now.plus(MUTE))),
            Some((url, endpoint)) => {
                let target = Arc::new(Endpoint::new(app, &url, secrets));
                found.open.insert(id, (endpoint, target));
            }
        }
    }
    chosen.retain(|wanted| found.open.contains_key(&wanted.webhook));
    put_away(app, &lost).await?;
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
async fn put_away(app: &App, lost: &BTreeSet<WebhookId>) -> Result<(), StoreError> {
    if lost.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    let there = lock(&mut tx, lost).await?;
    for webhook in lost {
        match there.get(webhook) {
            Some(endpoint) if endpoint.url().is_none() => deliveries::stop(&mut tx, webhook).await?,
            Some(_) => {}
            None => deliveries::delete_of(&mut tx, webhook).await?,
        }
    }
    tx.commit().await
}

//! Deliveries that are to be sent: whose they are, where they go, and what signs them.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Secret;
use super::pace::pace;
use super::run::{Endpoint, Job};
use crate::app::App;
use crate::domain::ids::{DeliveryId, WebhookId};
use crate::domain::time::Time;
use crate::store::deliveries::sending::{Due, Taken};
use crate::store::deliveries::{self, sending};
use crate::store::webhooks::sending::Sending;
use crate::store::webhooks::{Signing, secrets};
use crate::store::{StoreError, Tx};

/// After so long it is tried again with an endpoint no secret of which opens: that is for the operator to mend.
const MUTE: Duration = Duration::from_secs(30);

/// What is to be sent.
#[derive(Default)]
pub struct Took {
    /// To each endpoint, longest due first.
    pub jobs: HashMap<WebhookId, Vec<Job>>,
    /// Endpoints to which nothing is sent before then.
    pub rests: Vec<(WebhookId, Time)>,
}

/// Reads what was chosen of these endpoints, which are ours, and puts away what goes nowhere any more.
///
/// # Errors
/// The store's failure.
pub async fn take(
    app: &App,
    tx: &mut Tx,
    (chosen, ours): (&[Due], &BTreeSet<WebhookId>),
    there: &HashMap<WebhookId, Sending>,
    now: Time,
) -> Result<Took, StoreError> {
    let mut took = Took::default();
    let ids: Vec<DeliveryId> = chosen.iter().filter(|due| ours.contains(&due.webhook)).map(|due| due.id).collect();
    if ids.is_empty() {
        return Ok(took);
    }
    let mut taken = sending::load(tx, &ids, now).await?;
    taken.sort_by_key(|one| one.next_at);
    let moments = pace(tx, &mut taken, there, now).await?;
    let endpoints = endpoints(app, tx, there, ours, now).await?;
    for one in taken {
        match endpoints.get(&one.webhook) {
            Some(There::Mute) => took.rests.push((one.webhook, now.plus(MUTE))),
            Some(There::Open(endpoint)) => {
                let at = Instant::now() + moments.pause(&one.id, now);
                took.jobs.entry(one.webhook).or_default().push(job(endpoint, one, at));
            }
            Some(There::Disabled) => deliveries::stop(tx, &one.webhook).await?,
            None => sending::forget(tx, &one.id).await?,
        }
    }
    took.rests.extend(moments.rests);
    Ok(took)
}

fn job(endpoint: &Arc<Endpoint>, taken: Taken, at: Instant) -> Job {
    Job { endpoint: Arc::clone(endpoint), taken, at }
}

/// An endpoint that there is.
enum There {
    Open(Arc<Endpoint>),
    Disabled,
    /// No secret of it opens.
    Mute,
}

async fn endpoints(
    app: &App,
    tx: &mut Tx,
    there: &HashMap<WebhookId, Sending>,
    ours: &BTreeSet<WebhookId>,
    now: Time,
) -> Result<HashMap<WebhookId, There>, StoreError> {
    let ids: Vec<WebhookId> = ours.iter().copied().filter(|id| there.contains_key(id)).collect();
    let mut opened: HashMap<WebhookId, Vec<Secret>> = HashMap::new();
    for kept in secrets::signing(tx, &ids, now).await? {
        opened.entry(kept.webhook).or_default().extend(open(app, &kept));
    }
    let mut of = |id: WebhookId| {
        let secrets = opened.remove(&id).unwrap_or_default();
        let there = match there.get(&id).and_then(Sending::url) {
            None => There::Disabled,
            Some(_) if secrets.is_empty() => There::Mute,
            Some(url) => There::Open(Arc::new(Endpoint::new(app, url, secrets))),
        };
        (id, there)
    };
    Ok(ids.into_iter().map(&mut of).collect())
}

fn open(app: &App, kept: &Signing) -> Option<Secret> {
    let secret = app.webhooks.open(kept);
    secret.inspect_err(|error| tracing::error!(%error, webhook = %kept.webhook, "a secret does not open")).ok()
}

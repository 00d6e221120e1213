//! Deliveries that are taken: whose they are, where they go, and what signs them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::Secret;
use super::pace::Pace;
use super::run::{Endpoint, Job};
use crate::app::App;
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::store::deliveries::sending::Due;
use crate::store::deliveries::{self, sending};
use crate::store::webhooks::{self, Signing, secrets};
use crate::store::{StoreError, Tx};

/// How much longer than sending can take a delivery is ours: for the store to write down what came of it, and for clocks
/// that differ. Where that is not enough, it is sent twice.
const MARGIN: Duration = Duration::from_secs(10);

/// What was taken for each endpoint, and until when such with a rate rest.
type Took = (HashMap<WebhookId, Vec<Job>>, Vec<(WebhookId, Time)>);

/// Takes deliveries, and looks up where they go, endpoint by endpoint. What goes nowhere any more is put away.
///
/// # Errors
/// The store's failure.
pub async fn take(app: &App, tx: &mut Tx, (chosen, pace): (&[Due], Pace), now: Time) -> Result<Took, StoreError> {
    let mut jobs: HashMap<WebhookId, Vec<Job>> = HashMap::new();
    if chosen.is_empty() {
        return Ok((jobs, Vec::new()));
    }
    let until = now.plus(super::run::longest(app).saturating_add(MARGIN));
    let taken = sending::take(tx, &pace.allowed(chosen), now, until).await?;
    let moments = pace.give(tx, &taken).await?;
    let mut ids: Vec<WebhookId> = taken.iter().map(|one| one.webhook).collect();
    ids.sort_unstable();
    ids.dedup();
    let there = endpoints(app, tx, &ids, now).await?;
    for taken in taken {
        match there.get(&taken.webhook) {
            // For the operator to mend: it is tried again when it is nobody's.
            Some(There::Mute) => {}
            Some(There::Open(endpoint)) => {
                let (endpoint, pause) = (Arc::clone(endpoint), moments.pause(&taken.id, now));
                jobs.entry(taken.webhook).or_default().push(Job { endpoint, taken, pause });
            }
            Some(There::Disabled) => deliveries::stop(tx, &taken.webhook).await?,
            None => sending::forget(tx, &taken.id).await?,
        }
    }
    Ok((jobs, moments.rests))
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
    ids: &[WebhookId],
    now: Time,
) -> Result<HashMap<WebhookId, There>, StoreError> {
    let addresses = webhooks::addresses(tx, ids).await?;
    let mut opened: HashMap<WebhookId, Vec<Secret>> = HashMap::new();
    for kept in secrets::signing(tx, ids, now).await? {
        opened.entry(kept.webhook).or_default().extend(open(app, &kept));
    }
    let there = |(id, url): (WebhookId, Option<String>)| {
        let there = match (url, opened.remove(&id).unwrap_or_default()) {
            (None, _) => There::Disabled,
            (Some(_), secrets) if secrets.is_empty() => There::Mute,
            (Some(url), secrets) => There::Open(Arc::new(Endpoint { url, secrets })),
        };
        (id, there)
    };
    Ok(addresses.into_iter().map(there).collect())
}

fn open(app: &App, kept: &Signing) -> Option<Secret> {
    let secret = app.webhooks.open(kept);
    secret.inspect_err(|error| tracing::error!(%error, webhook = %kept.webhook, "a secret does not open")).ok()
}

//! Sending to one endpoint: some do it at once, each takes what waits the longest.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::mpsc::UnboundedSender;
use tokio::time::{Instant, sleep_until};

use super::client::Answer;
use super::hold::Hold;
use super::settling::Done;
use super::target::Target;
use super::{Secret, digest, sign};
use crate::app::App;
use crate::domain::deliveries::Failure;
use crate::domain::ids::DeliveryId;
use crate::domain::time::Time;
use crate::store::deliveries::due::Taken;

/// What waits longer than that is read anew: the endpoint may have another address, another secret, or be disabled.
const FRESH: Duration = Duration::from_secs(1);

/// Where deliveries go, and what signs them.
#[derive(Debug, Default)]
pub struct Endpoint {
    /// None where the operator does not allow the address any more.
    target: Option<Target>,
    secrets: Vec<Secret>,
}

impl Endpoint {
    /// Where that URL leads, which is checked again.
    pub fn new(app: &App, url: &str, secrets: Vec<Secret>) -> Self {
        Self { target: app.webhooks.sender.target(url).ok(), secrets }
    }
}

/// A delivery with all that is needed to send it.
#[derive(Debug)]
pub struct Job {
    pub endpoint: Arc<Endpoint>,
    pub taken: Taken,
    /// Not before then: the endpoint's rate says so.
    pub at: Instant,
}

/// What waits for one endpoint.
#[derive(Debug, Default)]
pub struct Queue(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    /// Nothing more is begun until what waits is cleared.
    halted: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These wait from now on.
    pub fn put(&self, jobs: Vec<Job>) {
        self.lock().jobs.extend(jobs);
    }

    pub fn len(&self) -> usize {
        self.lock().jobs.len()
    }

    /// Nothing waits any more; says what did.
    pub fn clear(&self) -> Vec<DeliveryId> {
        let mut waiting = self.lock();
        waiting.halted = false;
        waiting.jobs.drain(..).map(|job| job.taken.id).collect()
    }

    /// What waits the longest, if it may still be begun.
    pub fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        let next = if waiting.halted { None } else { waiting.jobs.pop_front() }?;
        if next.at.elapsed() < FRESH {
            return Some(next);
        }
        waiting.jobs.push_front(next);
        waiting.halted = true;
        None
    }

    /// Whether nothing more is begun of what waits.
    pub fn is_halted(&self) -> bool {
        self.lock().halted
    }

    fn halt(&self) {
        self.lock().halted = true;
    }
}

/// Sends one after the other, until nothing waits, one fails, or others may believe that we died.
pub async fn run(app: Arc<App>, queue: Arc<Queue>, hold: Hold, done: UnboundedSender<Done>) {
    while let Some(job) = queue.next() {
        sleep_until(job.at).await;
        let at = app.clock.now();
        if !hold.lasts(at) {
            queue.put(vec![job]);
            return queue.halt();
        }
        let one = send(&app, job, at).await;
        let failed = one.arrived().is_none();
        if failed {
            queue.halt();
        }
        if done.send(one).is_err() || failed {
            return;
        }
    }
}

async fn send(app: &App, job: Job, at: Time) -> Done {
    let Job { endpoint, mut taken, .. } = job;
    let answer = match endpoint.target.as_ref().zip(headers(&endpoint, &taken, at)) {
        Some((target, headers)) => app.webhooks.sender.post(target, headers, std::mem::take(&mut taken.body)).await,
        None => Answer::none(Failure::Address),
    };
    app.metrics.webhook_sent(answer.outcome.map_err(Failure::name), answer.duration);
    Done { taken, at, answer }
}

fn headers(endpoint: &Endpoint, taken: &Taken, at: Time) -> Option<HeaderMap> {
    let id = taken.event.as_str();
    let mut headers = HeaderMap::with_capacity(8);
    let mut put = |name: &'static str, value: String| {
        headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).ok()?);
        Some(())
    };
    put("webhook-id", id.to_owned())?;
    put("webhook-timestamp", at.seconds().to_string())?;
    put("webhook-signature", sign(&endpoint.secrets, id, at, taken.body.as_bytes()))?;
    put("content-digest", digest(taken.body.as_bytes()))?;
    if let Some(sequence) = taken.sequence {
        put("webhook-sequence", sequence.to_string())?;
    }
    Some(headers)
}

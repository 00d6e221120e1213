//! What goes down one lane at a time: a delivery, or some one after another to an endpoint that is quick.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::{Instant, sleep_until};

use super::client::Answer;
use super::lanes::Speed;
use super::settling::Done;
use super::{Secret, digest, sign};
use crate::app::App;
use crate::domain::deliveries::Failure;
use crate::domain::time::Time;
use crate::store::deliveries::sending::Taken;

/// After so long nothing more of a run is begun.
const RUN: Duration = Duration::from_secs(1);
/// Who takes less for one is quick.
const QUICK: Duration = Duration::from_millis(100);

/// Where deliveries go, and what signs them.
#[derive(Debug)]
pub struct Endpoint {
    pub url: String,
    pub secrets: Vec<Secret>,
}

/// A delivery with all that is needed to send it.
#[derive(Debug)]
pub struct Job {
    pub endpoint: Arc<Endpoint>,
    pub taken: Taken,
    /// How long to wait first, for the endpoint's rate.
    pub pause: Duration,
}

/// What came of a run.
#[derive(Debug, Default)]
pub struct Ran {
    /// What was sent.
    pub done: Vec<Done>,
    /// What was not.
    pub left: Vec<Taken>,
    /// Whether something waited for its moment.
    paused: bool,
}

impl Ran {
    /// How the endpoint did.
    pub fn speed(&self) -> Speed {
        match self.done.last() {
            Some(last) if last.arrived().is_none() => Speed::Failing,
            Some(last) if self.left.is_empty() && !self.paused && last.answer.duration < QUICK => Speed::Quick,
            Some(_) => Speed::Steady,
            None => Speed::Failing,
        }
    }
}

/// How long a delivery can be on its way from when it was taken.
pub fn longest(app: &App) -> Duration {
    RUN.saturating_add(app.webhooks.sender.longest())
}

/// Sends one after the other, until one fails or it takes too long.
pub async fn run(app: Arc<App>, jobs: Vec<Job>) -> Ran {
    let began = Instant::now();
    let mut ran = Ran::default();
    for job in jobs {
        let is_well = ran.done.last().is_none_or(|done| done.arrived().is_some());
        if is_well && began.elapsed() < RUN {
            ran.paused |= !job.pause.is_zero();
            sleep_until(began + job.pause).await;
            ran.done.push(send(&app, job).await);
        } else {
            ran.left.push(job.taken);
        }
    }
    ran
}

async fn send(app: &App, job: Job) -> Done {
    let at = app.clock.now();
    let Job { endpoint, mut taken, .. } = job;
    let answer = match headers(&endpoint, &taken, at) {
        Some(headers) => app.webhooks.sender.post(&endpoint.url, headers, std::mem::take(&mut taken.body)).await,
        None => Answer::none(Failure::Connection),
    };
    app.metrics.webhook_sent(answer.outcome.map_err(Failure::name), answer.duration);
    Done { taken, at, answer }
}

fn headers(endpoint: &Endpoint, taken: &Taken, at: Time) -> Option<HeaderMap> {
    let id = taken.event.as_str();
    let mut headers = HeaderMap::new();
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

//! The dispatcher: takes what is due, sends it, and settles what came of it. Any number of them, in any number of
//! processes, share the work: what one has taken is its own for a while, and when it dies the next one takes it up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};

use super::client::Answer;
use super::lanes::Lanes;
use super::pace::Pace;
use super::schedule::{self, is_given_up};
use super::{Secret, disable, sign};
use crate::app::App;
use crate::domain::deliveries::{Attempt, Failure};
use crate::domain::ids::WebhookId;
use crate::domain::time::Time;
use crate::domain::webhooks::Cause;
use crate::store::deliveries::sending::{self, Due, Taken};
use crate::store::webhooks::{self, secrets};
use crate::store::{StoreError, Tx, deliveries};

/// How often to look for work where there was none: what other processes put into the outbox, and what becomes due.
const POLL: Duration = Duration::from_millis(100);
/// Deliveries that are looked at at once, and that one transaction takes.
const LOOK: u64 = 1_000;
const TAKE: usize = 200;
/// How much longer than a try may take a delivery is ours.
const MARGIN: Duration = Duration::from_secs(40);

/// A delivery with all that is needed to send it.
struct Job {
    taken: Taken,
    url: String,
    secrets: Vec<Secret>,
    /// How long to wait first, for the endpoint's rate.
    pause: Duration,
}

/// What came of it.
struct Done {
    taken: Taken,
    at: Time,
    answer: Answer,
}

impl Done {
    fn is_good(&self) -> bool {
        self.answer.outcome.is_ok_and(|status| (200..300).contains(&status))
    }
}

/// What is under way in this process.
#[derive(Default)]
struct Work {
    lanes: Lanes,
    sending: JoinSet<Done>,
    /// Whose each task is, also where it panics.
    tasks: HashMap<Id, WebhookId>,
    /// What the store did not take yet.
    unsettled: Vec<Done>,
}

/// Sends until it is told to stop, and then waits for what is under way, `grace` at most.
pub async fn run(app: Arc<App>, mut stopped: watch::Receiver<bool>, grace: Duration) {
    let mut work = Work::default();
    let mut outbox = app.db.outbox();
    while !*stopped.borrow() {
        let begun = match work.begin(&app).await {
            Ok(begun) => begun,
            Err(error) => {
                tracing::warn!(%error, "webhooks wait: the outbox cannot be read");
                0
            }
        };
        let pause = if begun == 0 { POLL } else { Duration::ZERO };
        tokio::select! {
            ended = work.sending.join_next_with_id(), if !work.sending.is_empty() => work.gather(ended),
            () = sleep(pause) => {}
            _ = outbox.changed() => {}
            _ = stopped.changed() => {}
        }
        work.settle(&app).await;
    }
    let end = Instant::now() + grace;
    while !work.sending.is_empty() {
        let Ok(ended) = timeout_at(end, work.sending.join_next_with_id()).await else { break };
        work.gather(ended);
    }
    work.settle(&app).await;
}

impl Work {
    /// Takes what is due and there is room for, and begins to send it; says how much.
    async fn begin(&mut self, app: &Arc<App>) -> Result<usize, StoreError> {
        if self.lanes.room() == 0 || !self.unsettled.is_empty() {
            return Ok(0);
        }
        let now = app.clock.now();
        let due = sending::due(&mut *app.db.read().await?, now, &self.lanes.full(now), LOOK).await?;
        let mut chosen = self.lanes.choose(due);
        chosen.truncate(TAKE);
        if chosen.is_empty() {
            return Ok(0);
        }
        app.metrics.webhooks_waited(chosen.iter().map(|due| now.since(due.next_at)));
        let (jobs, rests) = take(app, &chosen, now).await?;
        for (webhook, until) in rests {
            self.lanes.rest(webhook, until);
        }
        let begun = jobs.len();
        for job in jobs {
            let webhook = job.taken.webhook;
            self.lanes.begin(webhook);
            let task = self.sending.spawn(send(Arc::clone(app), job));
            self.tasks.insert(task.id(), webhook);
        }
        Ok(begun)
    }

    /// Takes in what has ended: the one that was waited for, and all others.
    fn gather(&mut self, ended: Option<Result<(Id, Done), JoinError>>) {
        let mut next = ended;
        while let Some(ended) = next {
            match ended {
                Ok((task, done)) => {
                    self.tasks.remove(&task);
                    self.unsettled.push(done);
                }
                Err(error) => {
                    // Its delivery is taken up again once it is nobody's.
                    tracing::error!(%error, "a delivery broke down");
                    if let Some(webhook) = self.tasks.remove(&error.id()) {
                        self.lanes.end(webhook, false);
                    }
                }
            }
            next = self.sending.try_join_next_with_id();
        }
    }

    /// Writes down what came of deliveries. What the store does not take now waits for the next time.
    async fn settle(&mut self, app: &App) {
        if self.unsettled.is_empty() {
            return;
        }
        // In one order everywhere, so that no two processes wait for each other.
        self.unsettled.sort_by_key(|done| (done.taken.webhook, done.taken.id));
        let given_up = match settled(app, &self.unsettled).await {
            Ok(given_up) => given_up,
            Err(error) => {
                tracing::warn!(%error, "what came of deliveries could not be written, and waits");
                sleep(POLL).await;
                return;
            }
        };
        for done in self.unsettled.drain(..) {
            self.lanes.end(done.taken.webhook, done.is_good());
        }
        for (webhook, cause) in given_up {
            if let Err(error) = disable(app, &webhook, cause).await {
                tracing::warn!(%error, %webhook, "an endpoint could not be disabled; its next failure tries again");
            }
        }
    }
}

/// Takes deliveries, and looks up where they go. What goes nowhere any more is put away.
async fn take(app: &App, chosen: &[Due], now: Time) -> Result<(Vec<Job>, Vec<(WebhookId, Time)>), StoreError> {
    let until = now.plus(app.webhooks.patience.saturating_add(MARGIN));
    let mut tx = app.db.write().await?;
    let pace = Pace::lock(&mut tx, chosen, now).await?;
    let taken = sending::take(&mut tx, &pace.allowed(chosen), now, until).await?;
    let moments = pace.give(&mut tx, &taken).await?;
    let mut ids: Vec<WebhookId> = taken.iter().map(|one| one.webhook).collect();
    ids.sort_unstable();
    ids.dedup();
    let urls: HashMap<WebhookId, Option<String>> = webhooks::addresses(&mut tx, &ids).await?.into_iter().collect();
    let kept = secrets::signing(&mut tx, &ids, now).await?;
    let mut jobs = Vec::new();
    for taken in taken {
        match urls.get(&taken.webhook) {
            Some(Some(url)) => {
                let own = kept.iter().filter(|kept| kept.webhook == taken.webhook);
                let secrets: Vec<Secret> = own.filter_map(|kept| opened(app, kept)).collect();
                if secrets.is_empty() {
                    // For the operator to mend: it is tried again when it is nobody's.
                    continue;
                }
                let pause = moments.pause(&taken.id, now);
                jobs.push(Job { url: url.clone(), secrets, taken, pause });
            }
            Some(None) => deliveries::stop(&mut tx, &taken.webhook).await?,
            None => sending::forget(&mut tx, &taken.id).await?,
        }
    }
    tx.commit().await?;
    Ok((jobs, moments.rests))
}

fn opened(app: &App, kept: &webhooks::Signing) -> Option<Secret> {
    let secret = app.webhooks.open(kept);
    secret.inspect_err(|error| tracing::error!(%error, webhook = %kept.webhook, "a secret does not open")).ok()
}

async fn send(app: Arc<App>, job: Job) -> Done {
    sleep(job.pause).await;
    let at = app.clock.now();
    let answer = match headers(&job, at) {
        Some(headers) => app.webhooks.sender.post(&job.url, headers, job.taken.body.clone()).await,
        None => Answer::none(Failure::Connection),
    };
    app.metrics.webhook_sent(answer.outcome.map_err(Failure::name), answer.duration);
    Done { taken: job.taken, at, answer }
}

fn headers(job: &Job, at: Time) -> Option<HeaderMap> {
    let id = job.taken.event.as_str();
    let mut headers = HeaderMap::new();
    let mut put = |name: &'static str, value: String| {
        headers.insert(HeaderName::from_static(name), HeaderValue::try_from(value).ok()?);
        Some(())
    };
    put("webhook-id", id.to_owned())?;
    put("webhook-timestamp", at.seconds().to_string())?;
    put("webhook-signature", sign(&job.secrets, id, at, job.taken.body.as_bytes()))?;
    if let Some(sequence) = job.taken.sequence {
        put("webhook-sequence", sequence.to_string())?;
    }
    Some(headers)
}

/// Writes it all in one transaction, and says which endpoints are given up.
async fn settled(app: &App, all: &[Done]) -> Result<Vec<(WebhookId, Cause)>, StoreError> {
    let mut given_up = Vec::new();
    let mut tx = app.db.write().await?;
    for done in all {
        let attempt = Attempt {
            number: 0,
            at: done.at,
            duration: done.answer.duration,
            status: done.answer.outcome.ok().map(i64::from),
            failure: done.answer.outcome.err(),
            answer: done.answer.text.clone(),
        };
        sending::note(&mut tx, &done.taken.id, &attempt).await?;
        if done.is_good() {
            sending::arrived(&mut tx, &done.taken.id).await?;
            webhooks::is_well(&mut tx, &done.taken.webhook).await?;
        } else if let Some(cause) = failed(app, &mut tx, done).await? {
            given_up.push((done.taken.webhook, cause));
        }
    }
    tx.commit().await?;
    given_up.dedup();
    Ok(given_up)
}

/// Says when a delivery that failed is tried again, and whether its endpoint is given up.
async fn failed(app: &App, tx: &mut Tx, done: &Done) -> Result<Option<Cause>, StoreError> {
    let now = app.clock.now();
    let dice = app.random.bytes().map_or(u32::MAX / 2, u32::from_le_bytes);
    let asked = done.answer.retry_after.as_deref().and_then(|text| schedule::retry_after(text, now));
    let gone = done.answer.outcome == Ok(410);
    let wait = schedule::wait(done.taken.tries.saturating_add(1), asked, dice).filter(|_| !gone);
    sending::put_off(tx, &done.taken, wait.map(|wait| now.plus(wait))).await?;
    let since = webhooks::is_failing(tx, &done.taken.webhook, done.at).await?;
    let given_up = since.is_some_and(|since| is_given_up(since, now)).then_some(Cause::Failing);
    Ok(if gone { Some(Cause::Gone) } else { given_up })
}

//! The dispatcher: takes what is due, sends it, and settles what came of it. Any number of them, in any number of
//! processes, share the work: what one has taken is its own for a while, and when it dies the next one takes it up.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, timeout_at};

use super::disable;
use super::lanes::Lanes;
use super::pace::Pace;
use super::run::{Job, Ran, run as run_lane};
use super::settling::{Done, settle};
use super::taking::take;
use crate::app::App;
use crate::domain::ids::WebhookId;
use crate::store::StoreError;
use crate::store::deliveries::sending::{self, Due, Taken};

/// How often to look for work where there was none: what other processes put into the outbox, and what becomes due.
const POLL: Duration = Duration::from_millis(100);
/// Deliveries that are looked at, and taken, at once.
const LOOK: u64 = 256;

/// What is under way in this process.
#[derive(Default)]
struct Work {
    lanes: Lanes,
    sending: JoinSet<Ran>,
    /// Whose each task is, also where it panics.
    tasks: HashMap<Id, WebhookId>,
    /// What the store did not take yet: what came of deliveries, and what was taken in vain.
    unsettled: Vec<Done>,
    left: Vec<Taken>,
}

/// Sends until it is told to stop, and then waits for what is under way, `grace` at most.
pub async fn run(app: Arc<App>, mut stopped: watch::Receiver<bool>, grace: Duration) {
    let mut work = Work::default();
    let mut outbox = app.db.outbox();
    while !*stopped.borrow() {
        let there_is_more = work.turn(&app).await;
        let pause = if there_is_more { Duration::ZERO } else { POLL };
        tokio::select! {
            ended = work.sending.join_next_with_id(), if !work.sending.is_empty() => work.gather(ended),
            () = sleep(pause) => {}
            _ = outbox.changed() => {}
            _ = stopped.changed() => {}
        }
    }
    let end = Instant::now() + grace;
    while !work.sending.is_empty() {
        let Ok(ended) = timeout_at(end, work.sending.join_next_with_id()).await else { break };
        work.gather(ended);
    }
    if let Err(error) = work.exchange(&app, &[]).await {
        tracing::warn!(%error, "what came of deliveries could not be written; they are sent again");
    }
}

impl Work {
    /// Settles what has ended, and begins what is due and there is room for; says whether there may be more of it.
    async fn turn(&mut self, app: &Arc<App>) -> bool {
        let turned = async {
            let (chosen, there_is_more) = self.choose(app).await?;
            self.exchange(app, &chosen).await?;
            Ok::<_, StoreError>(there_is_more && !chosen.is_empty())
        };
        match turned.await {
            Ok(there_is_more) => there_is_more,
            Err(error) => {
                tracing::warn!(%error, "webhooks wait: the outbox cannot be read or written");
                sleep(POLL).await;
                false
            }
        }
    }

    /// What is due and there is room for, and whether there may be more.
    async fn choose(&mut self, app: &App) -> Result<(Vec<Due>, bool), StoreError> {
        if self.lanes.room() == 0 {
            return Ok((Vec::new(), false));
        }
        let now = app.clock.now();
        let full = self.lanes.full(now);
        let due = sending::due(&mut *app.db.read().await?, now, &full, LOOK).await?;
        let there_is_more = u64::try_from(due.len()).is_ok_and(|many| many == LOOK);
        Ok((self.lanes.choose(due), there_is_more))
    }

    /// Writes down what came of deliveries and takes others, in one transaction, and begins to send these. What the store
    /// does not take now waits for the next time, and nothing more is taken until then.
    async fn exchange(&mut self, app: &Arc<App>, chosen: &[Due]) -> Result<(), StoreError> {
        if chosen.is_empty() && self.unsettled.is_empty() && self.left.is_empty() {
            return Ok(());
        }
        let now = app.clock.now();
        let mut tx = app.db.write().await?;
        // Endpoints before deliveries, as whoever changes or removes one does.
        let pace = Pace::lock(&mut tx, chosen, now).await?;
        let given_up = settle(app, &mut tx, &self.unsettled).await?;
        sending::give_back(&mut tx, &self.left, now).await?;
        let (jobs, rests) = take(app, &mut tx, (chosen, pace), now).await?;
        tx.commit().await?;
        app.metrics.webhooks_waited(chosen.iter().map(|due| now.since(due.next_at)));
        self.unsettled.clear();
        self.left.clear();
        for (webhook, until) in rests {
            self.lanes.rest(webhook, until);
        }
        self.begin(app, jobs);
        for (webhook, cause) in given_up {
            if let Err(error) = disable(app, &webhook, cause).await {
                tracing::warn!(%error, %webhook, "an endpoint could not be disabled; its next failure tries again");
            }
        }
        Ok(())
    }

    fn begin(&mut self, app: &Arc<App>, jobs: HashMap<WebhookId, Vec<Job>>) {
        for (webhook, jobs) in jobs {
            for jobs in self.lanes.share(&webhook, jobs) {
                self.lanes.begin(webhook);
                let task = self.sending.spawn(run_lane(Arc::clone(app), jobs));
                self.tasks.insert(task.id(), webhook);
            }
        }
    }

    /// Takes in what has ended: the one that was waited for, and all others.
    fn gather(&mut self, ended: Option<Result<(Id, Ran), JoinError>>) {
        let mut next = ended;
        while let Some(ended) = next {
            let (task, ran) = match ended {
                Ok((task, ran)) => (task, ran),
                Err(error) => {
                    // Its deliveries are taken up again once they are nobody's.
                    tracing::error!(%error, "a delivery broke down");
                    (error.id(), Ran::default())
                }
            };
            if let Some(webhook) = self.tasks.remove(&task) {
                self.lanes.end(webhook, ran.speed());
            }
            self.unsettled.extend(ran.done);
            self.left.extend(ran.left);
            next = self.sending.try_join_next_with_id();
        }
    }
}

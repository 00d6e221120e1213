//! The dispatcher: looks what is due, sends it, and settles what came of it. Any number of them, in any number of
//! processes, share the work: each holds the endpoints it sends to, and when it dies the next one takes them over.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::disable;
use super::hold::Hold;
use super::lanes::Lanes;
use super::run::run as run_sender;
use super::settling::{Done, note_health, settle};
use super::taking::{Took, take};
use crate::app::App;
use crate::domain::ids::{DispatcherId, WebhookId};
use crate::store::deliveries::sending::{self, Due};
use crate::store::{StoreError, dispatchers, webhooks};

/// How often to look for work where there was none: what other processes put into the outbox, and what becomes due.
const POLL: Duration = Duration::from_millis(100);
/// Deliveries that are looked at at once.
const LOOK: usize = 1_024;
/// So many that were sent are written down, though nothing else is to be done.
const MANY: usize = 256;

/// What is under way in this process.
struct Work {
    hold: Hold,
    lanes: Lanes,
    senders: JoinSet<()>,
    /// Whose each sender is, also where it panics.
    tasks: HashMap<Id, WebhookId>,
    done: mpsc::UnboundedSender<Done>,
    /// What the store did not take yet.
    unsettled: Vec<Done>,
    /// When to look again at the latest.
    look_at: Instant,
}

/// Sends until it is told to stop, and then waits for what is under way, `grace` at most.
pub async fn run(app: Arc<App>, stopped: watch::Receiver<bool>, grace: Duration) {
    let Ok(id) = DispatcherId::new(app.clock.now(), &app.random) else {
        return tracing::error!("webhooks are not sent: there is no randomness");
    };
    let (done, mut came) = mpsc::unbounded_channel();
    let mut work = Work::new(id, done);
    work.serve(&app, &mut came, stopped).await;
    if let Err(error) = work.leave(&app, came, Instant::now() + grace).await {
        tracing::warn!(%error, "what came of deliveries could not be written; they are sent again");
    }
}

/// Frees what dispatchers held that died, where nobody else can live: with a file, when its process starts.
pub async fn begin_alone(app: &App) {
    let freed = async {
        let mut tx = app.db.write().await?;
        dispatchers::forget_all(&mut tx).await?;
        tx.commit().await
    };
    if let Err(error) = freed.await {
        tracing::warn!(%error, "what a dead process was sending waits a while");
    }
}

impl Work {
    fn new(id: DispatcherId, done: mpsc::UnboundedSender<Done>) -> Self {
        Self {
            hold: Hold::new(id),
            lanes: Lanes::default(),
            senders: JoinSet::new(),
            tasks: HashMap::new(),
            done,
            unsettled: Vec::new(),
            look_at: Instant::now(),
        }
    }

    /// Takes a turn whenever there is something to do.
    async fn serve(
        &mut self,
        app: &Arc<App>,
        came: &mut mpsc::UnboundedReceiver<Done>,
        mut stopped: watch::Receiver<bool>,
    ) {
        let mut outbox = app.db.outbox();
        while !*stopped.borrow() {
            let is_time = tokio::select! {
                Some(done) = came.recv() => self.gather(done, came),
                Some(ended) = self.senders.join_next_with_id() => self.ended(app, ended),
                () = sleep_until(self.look_at) => true,
                _ = outbox.changed() => true,
                _ = stopped.changed() => false,
            };
            if is_time {
                self.turn(app, came).await;
            }
        }
    }

    /// Settles what was sent, and begins what is due and there is room for.
    async fn turn(&mut self, app: &Arc<App>, came: &mut mpsc::UnboundedReceiver<Done>) {
        if let Ok(done) = came.try_recv() {
            self.gather(done, came);
        }
        let turned = async {
            let (chosen, there_is_more) = self.choose(app).await?;
            self.exchange(app, &chosen).await?;
            Ok::<_, StoreError>(there_is_more && !chosen.is_empty())
        };
        let pause = match turned.await {
            Ok(true) => Duration::ZERO,
            Ok(false) => POLL,
            Err(error) => {
                tracing::warn!(%error, "webhooks wait: the outbox cannot be read or written");
                sleep(POLL).await;
                POLL
            }
        };
        self.look_at = Instant::now() + pause;
    }

    /// What is due and there is room for, and whether there may be more.
    async fn choose(&mut self, app: &App) -> Result<(Vec<Due>, bool), StoreError> {
        if !self.lanes.has_room() {
            return Ok((Vec::new(), false));
        }
        let now = app.clock.now();
        let (full, here) = self.lanes.full(now);
        let most = u64::try_from(LOOK.saturating_add(here)).unwrap_or(u64::MAX);
        let due = sending::due(&mut *app.db.read().await?, (&self.hold.id, now), &full, most).await?;
        let there_is_more = u64::try_from(due.len()).is_ok_and(|many| many == most);
        Ok((self.lanes.choose(due), there_is_more))
    }

    /// Writes down what was sent and takes what was chosen, in one transaction, and begins to send that. What the store does
    /// not take now waits for the next time.
    async fn exchange(&mut self, app: &Arc<App>, chosen: &[Due]) -> Result<(), StoreError> {
        let now = app.clock.now();
        if !self.hold.lasts(now) {
            // Whatever waits may be another's by now.
            self.lanes.drop_all_waiting();
        }
        let wanted: BTreeSet<WebhookId> = chosen.iter().map(|due| due.webhook).collect();
        let mut idle = self.lanes.idle(&self.unsettled);
        idle.retain(|id| !wanted.contains(id));
        let is_busy = !(wanted.is_empty() && self.lanes.are_empty());
        if wanted.is_empty() && self.unsettled.is_empty() && idle.is_empty() && !(is_busy && self.hold.is_old(now)) {
            return Ok(());
        }
        let mut tx = app.db.write().await?;
        let until = self.hold.renew(&mut tx, now).await?;
        // Endpoints before deliveries, as whoever changes or removes one does.
        let settled = self.unsettled.iter().map(|done| done.taken.webhook);
        let all: BTreeSet<_> = wanted.iter().copied().chain(settled).chain(idle.iter().copied()).collect();
        let there = webhooks::sending::lock(&mut tx, &all.into_iter().collect::<Vec<_>>()).await?;
        let given_up = note_health(app, &mut tx, &self.unsettled, &there).await?;
        let ours = self.hold.take(&mut tx, wanted, &there, now).await?;
        self.hold.give_back(&mut tx, &idle, &there).await?;
        settle(app, &mut tx, &self.unsettled).await?;
        let took = take(app, &mut tx, (chosen, &ours), &there, now).await?;
        tx.commit().await?;
        self.hold.renewed(until);
        self.exchanged(&idle, &ours);
        app.metrics.webhooks_waited(took.jobs.values().flatten().map(|job| now.since(job.taken.next_at)));
        self.begin(app, took);
        for (webhook, cause) in given_up {
            if let Err(error) = disable(app, &webhook, cause).await {
                tracing::warn!(%error, %webhook, "an endpoint could not be disabled; its next failure tries again");
            }
        }
        Ok(())
    }

    fn exchanged(&mut self, idle: &[WebhookId], ours: &BTreeSet<WebhookId>) {
        for done in self.unsettled.drain(..) {
            self.lanes.settled(&done);
        }
        self.lanes.released(idle);
        for webhook in ours {
            self.lanes.hold(*webhook);
        }
    }

    fn begin(&mut self, app: &Arc<App>, took: Took) {
        for (webhook, until) in took.rests {
            self.lanes.rest(webhook, until);
        }
        for (webhook, jobs) in took.jobs {
            let many = jobs.len();
            self.lanes.put(webhook, jobs);
            self.send(app, webhook, many);
        }
    }

    fn send(&mut self, app: &Arc<App>, webhook: WebhookId, wanted: usize) {
        let Some((many, queue)) = self.lanes.begin(&webhook, wanted) else { return };
        for _ in 0..many {
            let sender = run_sender(Arc::clone(app), Arc::clone(&queue), self.hold.clone(), self.done.clone());
            self.tasks.insert(self.senders.spawn(sender).id(), webhook);
        }
    }

    /// Takes in what was sent: this, and what else there is. Says whether it is time to do something about it.
    fn gather(&mut self, done: Done, came: &mut mpsc::UnboundedReceiver<Done>) -> bool {
        let (mut next, mut is_low) = (Some(done), false);
        while let Some(done) = next {
            is_low |= self.lanes.sent(&done);
            self.unsettled.push(done);
            next = came.try_recv().ok();
        }
        is_low || self.unsettled.len() >= MANY
    }

    /// Takes in senders that ended: there is something to settle, and room.
    fn ended(&mut self, app: &Arc<App>, ended: Result<(Id, ()), JoinError>) -> bool {
        let mut next = Some(ended);
        while let Some(ended) = next {
            let (task, broke_down) = match ended {
                Ok((task, ())) => (task, false),
                Err(error) => {
                    tracing::error!(%error, "a delivery broke down; it is sent again");
                    (error.id(), true)
                }
            };
            if let Some(webhook) = self.tasks.remove(&task) {
                self.lanes.end(&webhook, broke_down);
                self.send(app, webhook, 1);
            }
            next = self.senders.try_join_next_with_id();
        }
        true
    }

    /// Waits for what is under way, settles it, and holds nothing any more.
    async fn leave(
        mut self,
        app: &Arc<App>,
        mut came: mpsc::UnboundedReceiver<Done>,
        end: Instant,
    ) -> Result<(), StoreError> {
        self.lanes.drop_all_waiting();
        while let Ok(Some(_)) = timeout_at(end, self.senders.join_next()).await {}
        if let Ok(done) = came.try_recv() {
            self.gather(done, &mut came);
        }
        self.exchange(app, &[]).await?;
        let mut tx = app.db.write().await?;
        dispatchers::leave(&mut tx, &self.hold.id).await?;
        dispatchers::forget_dead(&mut tx, app.clock.now()).await?;
        tx.commit().await
    }
}

//! The dispatcher: looks what is due, and sends it; what came of it is written down beside that ([`super::keeping`]). Any
//! number of them, in any number of processes, share the work: each holds the endpoints it sends to, and when it dies the
//! next one takes them over.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::{Id, JoinError, JoinHandle, JoinSet};
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::hold::Hold;
use super::keeping::{Kept, Word, keep};
use super::lanes::{Lanes, Wanted};
use super::pace::{Moments, pace};
use super::run::{Job, run as run_sender};
use super::settling::Done;

use super::taking::{Found, look_up};
use crate::app::App;
use crate::domain::ids::{DispatcherId, WebhookId};
use crate::domain::time::Time;
use crate::store::deliveries::due::{self, Taken};
use crate::store::{Connection, StoreError, dispatchers, webhooks};

/// How often to look for work where there was none: what other processes put into the outbox, and what becomes due.
const POLL: Duration = Duration::from_millis(100);
/// Endpoints that are looked at at once, besides those to which something is on its way.
const LOOK: usize = 256;

/// What is under way in this process.
struct Work {
    hold: Hold,
    lanes: Lanes,
    senders: JoinSet<()>,
    /// Whose each sender is, also where it panics.
    tasks: HashMap<Id, WebhookId>,
    done: mpsc::UnboundedSender<Done>,
    /// Writes down what was sent.
    keeper: mpsc::UnboundedSender<Word>,
    /// When to look again at the latest.
    look_at: Instant,
}

/// What the others say: senders, and who writes down what they did.
struct Inbox {
    came: mpsc::UnboundedReceiver<Done>,
    kept: mpsc::UnboundedReceiver<Kept>,
}

/// Sends until it is told to stop, and then waits for what is under way, `grace` at most.
pub async fn run(app: Arc<App>, stopped: watch::Receiver<bool>, grace: Duration) {
    let Ok(id) = DispatcherId::new(app.clock.now(), &app.random) else {
        return tracing::error!("webhooks are not sent: there is no randomness");
    };
    let hold = if app.db.is_embedded() { Hold::of_all(id) } else { Hold::new(id) };
    let ((done, came), (keeper, words), (tell, kept)) =
        (mpsc::unbounded_channel(), mpsc::unbounded_channel(), mpsc::unbounded_channel());
    let keeping = tokio::spawn(keep(Arc::clone(&app), id, words, tell));
    let (mut work, mut inbox) = (Work::new(hold, done, keeper), Inbox { came, kept });
    work.serve(&app, &mut inbox, stopped).await;
    if let Err(error) = work.leave(&app, inbox, keeping, Instant::now() + grace).await {
        tracing::warn!(%error, "others may wait a while with what this process would have sent");
    }
}

impl Work {
    fn new(hold: Hold, done: mpsc::UnboundedSender<Done>, keeper: mpsc::UnboundedSender<Word>) -> Self {
        Self {
            hold,
            lanes: Lanes::default(),
            senders: JoinSet::new(),
            tasks: HashMap::new(),
            done,
            keeper,
            look_at: Instant::now(),
        }
    }

    /// Takes a turn whenever there is something to do.
    async fn serve(&mut self, app: &Arc<App>, inbox: &mut Inbox, mut stopped: watch::Receiver<bool>) {
        let mut outbox = app.db.outbox();
        while !*stopped.borrow() {
            let is_time = tokio::select! {
                Some(done) = inbox.came.recv() => self.gather(done, inbox),
                Some(kept) = inbox.kept.recv() => self.lanes.kept(&kept),
                Some(ended) = self.senders.join_next_with_id() => self.ended(app, ended),
                () = sleep_until(self.look_at) => true,
                _ = outbox.changed() => true,
                _ = stopped.changed() => false,
            };
            if is_time {
                self.turn(app, inbox).await;
            }
        }
    }

    /// Begins what is due and there is room for.
    async fn turn(&mut self, app: &Arc<App>, inbox: &mut Inbox) {
        if let Ok(done) = inbox.came.try_recv() {
            self.gather(done, inbox);
        }
        let turned = async {
            let (chosen, there_is_more) = self.choose(app).await?;
            Ok::<_, StoreError>(self.start(app, chosen).await? && there_is_more)
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
        for idle in self.lanes.leave_idle(Instant::now()) {
            self.write(Word::Idle(idle));
        }
        self.look_at = Instant::now() + pause;
    }

    /// To whom something is due and there is room for it, and whether there may be more.
    async fn choose(&mut self, app: &App) -> Result<(Vec<Wanted>, bool), StoreError> {
        if !self.lanes.has_room() {
            return Ok((Vec::new(), false));
        }
        let now = app.clock.now();
        let (full, known) = self.lanes.full(now);
        let most = u64::try_from(LOOK.saturating_add(known)).unwrap_or(u64::MAX);
        let owed = due::owed(&mut *app.db.read().await?, (&self.hold.id, now), &full, most).await?;
        let there_is_more = u64::try_from(owed.len()).is_ok_and(|many| many == most);
        Ok((self.lanes.choose(&owed), there_is_more))
    }

    /// Takes the endpoints that were chosen, and begins to send to them; says whether there was anything new.
    async fn start(&mut self, app: &Arc<App>, mut chosen: Vec<Wanted>) -> Result<bool, StoreError> {
        let now = app.clock.now();
        let found = look_up(app, &mut chosen, now).await?;
        let (mut taken, moments) = self.claim(app, &mut chosen, &found).await?;
        chosen.retain(|wanted| !found.has_rate(&wanted.webhook));
        if !chosen.is_empty() {
            taken.extend(self.read(&mut *app.db.read().await?, &chosen, now).await?);
        }
        let begins = !taken.is_empty();
        app.metrics.webhooks_waited(taken.iter().map(|taken| now.since(taken.next_at)));
        self.begin(app, found.jobs(taken, &moments, now));
        for (webhook, until) in found.rests.into_iter().chain(moments.rests) {
            self.lanes.rest(webhook, until);
        }
        Ok(begins)
    }

    async fn read(&self, connection: &mut Connection, chosen: &[Wanted], now: Time) -> Result<Vec<Taken>, StoreError> {
        let wanted: Vec<_> = chosen.iter().map(|wanted| wanted.to_read()).collect();
        Ok(self.lanes.new_ones(chosen, due::load(connection, &wanted, now).await?))
    }

    /// Takes the endpoints that are not ours yet, and leaves of what was chosen those that are. What goes to endpoints with
    /// a rate is read here, and gets its moments.
    async fn claim(
        &mut self,
        app: &App,
        chosen: &mut Vec<Wanted>,
        found: &Found,
    ) -> Result<(Vec<Taken>, Moments), StoreError> {
        let now = app.clock.now();
        let is_wanted = |id: &WebhookId| found.has_rate(id) || !self.is_ours(id);
        let wanted: BTreeSet<_> = chosen.iter().map(|wanted| wanted.webhook).filter(is_wanted).collect();
        let is_busy = !(chosen.is_empty() && self.lanes.are_empty());
        if wanted.is_empty() && !(is_busy && self.hold.is_old(now)) {
            return Ok(Default::default());
        }
        let mut tx = app.db.write().await?;
        let until = self.hold.renew(&mut tx, now).await?;
        let there = webhooks::sending::lock(&mut tx, &wanted).await?;
        let ours = self.hold.take(&mut tx, &there, now).await?;
        let is_rated = |wanted: &&Wanted| ours.contains(&wanted.webhook) && found.has_rate(&wanted.webhook);
        let rated: Vec<Wanted> = chosen.iter().filter(is_rated).copied().collect();
        let mut taken = self.read(&mut tx, &rated, now).await?;
        let moments = pace(&mut tx, &mut taken, &there, now).await?;
        tx.commit().await?;
        if !self.hold.lasts(app.clock.now()) {
            // Whatever we held before may be another's by now.
            self.lanes.hold_nothing();
        }
        if let Some(until) = until {
            self.hold.renewed(until);
        }
        for webhook in &ours {
            self.lanes.hold(*webhook);
        }
        chosen.retain(|wanted| self.is_ours(&wanted.webhook));
        Ok((taken, moments))
    }

    fn is_ours(&self, id: &WebhookId) -> bool {
        self.hold.is_of_all() || self.lanes.is_held(id)
    }

    fn begin(&mut self, app: &Arc<App>, jobs: HashMap<WebhookId, Vec<Job>>) {
        for (webhook, jobs) in jobs {
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

    /// Takes in what was sent: this, and what else there is. Says whether it is time to look for more.
    fn gather(&mut self, done: Done, inbox: &mut Inbox) -> bool {
        let (mut next, mut is_low) = (Some(done), false);
        while let Some(done) = next {
            is_low |= self.lanes.sent(&done);
            self.write(Word::Sent(Box::new(done)));
            next = inbox.came.try_recv().ok();
        }
        is_low
    }

    fn write(&self, word: Word) {
        // It listens for as long as we are.
        let _ = self.keeper.send(word);
    }

    /// Takes in senders that ended: there is room.
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

    /// Waits for what is under way until it is written down, and holds nothing any more.
    async fn leave(
        mut self,
        app: &Arc<App>,
        mut inbox: Inbox,
        keeping: JoinHandle<()>,
        end: Instant,
    ) -> Result<(), StoreError> {
        self.lanes.drop_all_waiting();
        while let Ok(Some(_)) = timeout_at(end, self.senders.join_next()).await {}
        if let Ok(done) = inbox.came.try_recv() {
            self.gather(done, &mut inbox);
        }
        let (id, is_of_all, abort) = (self.hold.id, self.hold.is_of_all(), keeping.abort_handle());
        // Without us nothing more comes to it: it ends.
        drop(self);
        if timeout_at(end, keeping).await.is_err() {
            abort.abort();
        }
        if is_of_all {
            return Ok(());
        }
        let mut tx = app.db.write().await?;
        dispatchers::leave(&mut tx, &id).await?;
        tx.commit().await
    }
}

//! Writing down what came of deliveries, beside the sending: nobody waits for the disk before the next delivery goes out.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender};
use tokio::time::{sleep, timeout};

use super::disable;
use super::hold::give_back;
use super::settling::{Done, note_health, settle};
use crate::app::App;
use crate::domain::ids::{DispatcherId, WebhookId};
use crate::domain::webhooks::Cause;
use crate::store::{StoreError, webhooks};

/// How long to wait for more to write with the first; so many are enough; and so many are written at once at most.
const GATHER: Duration = Duration::from_millis(25);
const ENOUGH: usize = 1_024;
const MOST: usize = 4_096;
/// How long after the store took nothing.
const PAUSE: Duration = Duration::from_millis(100);

/// What is to be written down.
#[derive(Debug)]
pub enum Word {
    /// A delivery was sent.
    Sent(Box<Done>),
    /// An endpoint is given back, after what was sent to it.
    Idle(WebhookId),
}

/// What is written down together.
#[derive(Debug, Default)]
pub struct Kept {
    pub sent: Vec<Done>,
    pub idle: BTreeSet<WebhookId>,
}

impl Kept {
    fn put(&mut self, word: Word) {
        match word {
            Word::Sent(done) => self.sent.push(*done),
            Word::Idle(webhook) => drop(self.idle.insert(webhook)),
        }
    }

    fn len(&self) -> usize {
        self.sent.len() + self.idle.len()
    }
}

/// Writes down whatever comes, and says what is kept. What the store does not take is tried again, until nobody listens
/// any more.
pub async fn keep(
    app: Arc<App>,
    dispatcher: DispatcherId,
    mut words: UnboundedReceiver<Word>,
    kept: UnboundedSender<Kept>,
) {
    while let Some(first) = words.recv().await {
        let all = gather(first, &mut words).await;
        let Some(given_up) = write_at_last(&app, &dispatcher, &all, &words).await else {
            return tracing::warn!("what came of deliveries could not be written; they are sent again");
        };
        let _ = kept.send(all);
        for (webhook, cause) in given_up {
            give_up(&app, webhook, cause).await;
        }
    }
}

/// Writes it down as soon as the store takes it; nothing where it does not and nobody listens any more.
async fn write_at_last(
    app: &App,
    dispatcher: &DispatcherId,
    all: &Kept,
    words: &UnboundedReceiver<Word>,
) -> Option<Vec<(WebhookId, Cause)>> {
    loop {
        match write(app, dispatcher, all).await {
            Ok(given_up) => return Some(given_up),
            Err(error) => tracing::warn!(%error, "what came of deliveries waits to be written"),
        }
        if words.is_closed() {
            return None;
        }
        sleep(PAUSE).await;
    }
}

async fn give_up(app: &App, webhook: WebhookId, cause: Cause) {
    if let Err(error) = disable(app, &webhook, cause).await {
        tracing::warn!(%error, %webhook, "an endpoint could not be disabled; its next failure tries again");
    }
}

async fn gather(first: Word, words: &mut UnboundedReceiver<Word>) -> Kept {
    let mut all = Kept::default();
    all.put(first);
    let waiting = async {
        // Others may wait for an endpoint that is given back.
        while all.idle.is_empty()
            && all.len() < ENOUGH
            && let Some(word) = words.recv().await
        {
            all.put(word);
        }
    };
    let _ = timeout(GATHER, waiting).await;
    while all.len() < MOST
        && let Ok(word) = words.try_recv()
    {
        all.put(word);
    }
    all
}

/// In one transaction; says which endpoints are given up.
async fn write(app: &App, dispatcher: &DispatcherId, all: &Kept) -> Result<Vec<(WebhookId, Cause)>, StoreError> {
    let mut tx = app.db.write().await?;
    // Endpoints before deliveries, as whoever changes or removes one does.
    let endpoints: BTreeSet<_> =
        all.sent.iter().map(|done| done.taken.webhook).chain(all.idle.iter().copied()).collect();
    let there = webhooks::sending::lock(&mut tx, &endpoints).await?;
    let given_up = note_health(app, &mut tx, &all.sent, &there).await?;
    settle(app, &mut tx, &all.sent).await?;
    give_back(&mut tx, dispatcher, &all.idle, &there).await?;
    tx.commit().await?;
    Ok(given_up)
}

//! Keeps what should be kept, for as long as the settings say.

use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::app::App;
use crate::domain::guesses::{FORGOTTEN, KNOWN};
use crate::domain::time::Time;
use crate::domain::usage::Interval;
use crate::store::{
    Db, StoreError, Tx, audit, day_counts, deliveries, dispatchers, events, expired, guesses, idempotency, mail_links,
    requests, revoked_tokens, usage, used_nonces, webhooks,
};

/// Rows that one transaction removes, and transactions that one round makes.
const BATCH: u64 = 1_000;
const BATCHES: usize = 100;
/// The same of requests, which are the most: half a million a round.
const REQUESTS: u64 = 5_000;
/// Minutes that one round rolls up, and how old they are by then: late calls of that minute have arrived.
const MINUTES: u64 = 240;
const SETTLED: Duration = Duration::from_secs(120);
/// How long the portal may take to tell the API of a session that ended by itself, before it is forgotten all the same.
const PORTAL_SESSIONS: Duration = Duration::from_secs(3_600);
/// How long a batch of calls may be tried again.
const BATCH_NAMES: Duration = Duration::from_secs(86_400);

/// One round. A job that fails is logged and does not keep the others from running.
pub async fn clean(app: &App) {
    let (db, now, retention) = (&app.db, app.clock.now(), &app.config.retention);
    app.limits.sweep(now);
    report("days that are over are forgotten", old_days(db, now).await);
    report("usage is rolled up", roll_up(db, now).await);
    report("old usage by minute is removed", old_usage(db, Interval::Minute, now.minus(retention.usage_minutes)).await);
    report("old usage by hour is removed", old_usage(db, Interval::Hour, now.minus(retention.usage_hours)).await);
    report(
        "names of batches are forgotten",
        once(db, |tx| usage::forget_batches(tx, now.minus(BATCH_NAMES)).boxed()).await,
    );
    report("idempotent answers are forgotten", once(db, |tx| idempotency::remove_expired(tx, now).boxed()).await);
    report("unused links are forgotten", once(db, |tx| mail_links::remove_expired(tx, now).boxed()).await);
    report("old guesses are forgotten", old_guesses(db, now).await);
    report("used nonces are forgotten", once(db, |tx| used_nonces::remove_expired(tx, now).boxed()).await);
    report("revoked tokens are forgotten", once(db, |tx| revoked_tokens::remove_expired(tx, now).boxed()).await);
    report(
        "secrets of webhooks that ended are removed",
        once(db, |tx| webhooks::secrets::remove_ended(tx, now).boxed()).await,
    );
    report("dead dispatchers are forgotten", once(db, |tx| dispatchers::forget_dead(tx, now).boxed()).await);
    let untold = now.minus(PORTAL_SESSIONS);
    report("portal sessions are removed", once(db, |tx| expired::remove_portal_sessions(tx, untold).boxed()).await);
    report("ended sessions are removed", old_sessions(db, now.minus(retention.sessions)).await);
    report("old requests are removed", old_requests(db, now.minus(retention.requests)).await);
    report("old events are removed", old_events(db, now.minus(retention.events)).await);
    report("old deliveries are removed", old_deliveries(db, now.minus(retention.deliveries)).await);
    report("old entries of the audit log are removed", old_audit(db, now.minus(retention.audit)).await);
}

fn report(job: &str, outcome: Result<u64, StoreError>) {
    match outcome {
        Ok(0) => {}
        Ok(rows) => tracing::debug!(job, rows, "done"),
        Err(error) => tracing::warn!(job, %error, "failed; the next round tries again"),
    }
}

/// Rolls up one minute a transaction.
async fn roll_up(db: &Db, now: Time) -> Result<u64, StoreError> {
    let minutes = usage::minutes_to_roll(&mut *db.read().await?, now.minus(SETTLED), MINUTES).await?;
    let mut rolled = 0;
    for minute in minutes {
        let mut tx = db.write().await?;
        usage::roll_up(&mut tx, minute).await?;
        tx.commit().await?;
        rolled += 1;
    }
    Ok(rolled)
}

async fn old_usage(db: &Db, interval: Interval, before: Time) -> Result<u64, StoreError> {
    batches(db, BATCH, |tx| usage::delete_before(tx, interval, before, BATCH).boxed()).await
}

/// The day before today stays, for a process whose clock is behind.
async fn old_days(db: &Db, now: Time) -> Result<u64, StoreError> {
    let yesterday = Interval::Day.start(now.minus(Duration::from_secs(86_400)));
    once(db, |tx| day_counts::remove_before(tx, yesterday).boxed()).await
}

async fn old_sessions(db: &Db, before: Time) -> Result<u64, StoreError> {
    batches(db, BATCH, |tx| expired::remove_sessions(tx, before, BATCH).boxed()).await
}

async fn old_requests(db: &Db, before: Time) -> Result<u64, StoreError> {
    batches(db, REQUESTS, |tx| requests::remove_before(tx, before, REQUESTS).boxed()).await
}

async fn old_events(db: &Db, before: Time) -> Result<u64, StoreError> {
    batches(db, BATCH, |tx| events::remove_before(tx, before, BATCH).boxed()).await
}

async fn old_deliveries(db: &Db, before: Time) -> Result<u64, StoreError> {
    batches(db, BATCH, |tx| deliveries::remove_before(tx, before, BATCH).boxed()).await
}

async fn old_audit(db: &Db, before: Time) -> Result<u64, StoreError> {
    batches(db, BATCH, |tx| audit::remove_before(tx, before, BATCH).boxed()).await
}

async fn old_guesses(db: &Db, now: Time) -> Result<u64, StoreError> {
    once(db, |tx| guesses::remove_old(tx, now.minus(FORGOTTEN), now.minus(KNOWN)).boxed()).await
}

/// A job inside a transaction; it says how many rows it touched.
type Job<'t> = BoxFuture<'t, Result<u64, StoreError>>;

async fn once(db: &Db, job: impl FnOnce(&mut Tx) -> Job<'_>) -> Result<u64, StoreError> {
    let mut tx = db.write().await?;
    let rows = job(&mut tx).await?;
    tx.commit().await?;
    Ok(rows)
}

/// Runs a job that removes `most` rows at most, until it removes fewer.
async fn batches(db: &Db, most: u64, job: impl Fn(&mut Tx) -> Job<'_>) -> Result<u64, StoreError> {
    let mut removed = 0;
    for _ in 0..BATCHES {
        let rows = once(db, &job).await?;
        removed += rows;
        if rows < most {
            break;
        }
    }
    Ok(removed)
}

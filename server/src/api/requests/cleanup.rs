//! Deleting old requests from the log.

use std::time::Duration;

use serde_json::json;

use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::time::Time;
use crate::generated::admin::{CleanupRequests, DeletedRequests};
use crate::problem::Problem;
use crate::store::{audit, requests};

/// Requests that one transaction deletes, and transactions that one call makes.
const BATCH: u64 = 5_000;
const BATCHES: usize = 20;

/// Deletes what came longer ago than that, or counts it.
pub async fn delete_old(app: &App, caller: &Caller, asked: &CleanupRequests) -> Result<DeletedRequests, Problem> {
    let age = Duration::from_secs(u64::try_from(asked.older_than_seconds).unwrap_or(u64::MAX));
    let before = app.clock.now().minus(age);
    app.request_log.flush(&app.db).await?;
    let deleted = match asked.dry_run {
        true => requests::count_before(&mut *app.db.read().await?, before).await?,
        false => delete(app, caller, before).await?,
    };
    Ok(DeletedRequests { deleted, dry_run: asked.dry_run })
}

async fn delete(app: &App, caller: &Caller, before: Time) -> Result<i64, Problem> {
    let mut deleted = 0;
    for _ in 0..BATCHES {
        let mut tx = app.db.write().await?;
        let some = requests::remove_before(&mut tx, before, BATCH).await?;
        if some > 0 {
            let after = Some(json!({ "before": before.to_rfc3339(), "deleted": some }));
            let change = Change {
                action: Action::RequestsDeleted,
                target: "requests".to_owned(),
                owner: None,
                before: None,
                after,
            };
            audit::record(&mut tx, (app.clock.now(), &app.random), &caller.actor(), &change).await?;
        }
        tx.commit().await?;
        deleted += some;
        if some < BATCH {
            break;
        }
    }
    Ok(i64::try_from(deleted).unwrap_or(i64::MAX))
}

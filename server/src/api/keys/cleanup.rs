//! Deleting keys that are long dead.

use std::time::Duration;

use super::told;
use crate::app::App;
use crate::auth::Caller;
use crate::generated::admin::DeletedKeys;
use crate::problem::Problem;
use crate::store::keys;

/// Keys that one transaction deletes, and transactions that one request makes.
const BATCH: u64 = 1_000;
const BATCHES: usize = 100;

/// Deletes what was revoked or expired longer ago than that.
pub async fn delete_dead(app: &App, caller: &Caller, older_than_seconds: i64) -> Result<DeletedKeys, Problem> {
    let now = app.clock.now();
    let before = now.minus(Duration::from_secs(u64::try_from(older_than_seconds).unwrap_or(u64::MAX)));
    let mut deleted = 0;
    for _ in 0..BATCHES {
        let mut tx = app.db.write().await?;
        let some = keys::delete_dead(&mut tx, before, BATCH).await?;
        if some > 0 {
            told::audit_cleanup(app, &mut tx, caller, (before, some), now).await?;
        }
        tx.commit().await?;
        deleted += some;
        if some < BATCH {
            break;
        }
    }
    Ok(DeletedKeys { deleted: i64::try_from(deleted).unwrap_or(i64::MAX) })
}

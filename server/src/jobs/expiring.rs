//! Tells owners a week before a key ends, once a key.

use crate::app::App;
use crate::domain::keys::told;
use crate::store::{StoreError, events, keys};

/// Keys that one transaction tells of, and transactions that one round makes.
const BATCH: u64 = 200;
const BATCHES: usize = 50;

/// One round. What the store does not take now waits for the next time.
pub async fn tell(app: &App) {
    for _ in 0..BATCHES {
        match batch(app).await {
            Ok(told) if told < BATCH => break,
            Ok(_) => {}
            Err(error) => {
                tracing::warn!(%error, "that keys end soon could not be told and waits");
                break;
            }
        }
    }
}

async fn batch(app: &App) -> Result<u64, StoreError> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    let ending = keys::expiring(&mut tx, (now, now.plus(told::AHEAD)), BATCH).await?;
    for (key, end) in ending.iter().filter_map(|key| Some((key, key.expires_at?))) {
        events::tell(&mut tx, (now, &app.random), &key.owner, &told::expiring(key, end)).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(ending.len()).unwrap_or(BATCH))
}

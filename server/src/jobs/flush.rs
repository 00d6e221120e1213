//! Writes down what was counted: calls, the days of the limits, and when keys were last used; and what was asked.

use crate::app::App;
use crate::store::StoreError;
use crate::store::day_counts::{self, DayCountRow, MOST_AT_ONCE};

/// Writes the requests that wait. By itself: however long that takes, counts do not wait for it.
pub async fn requests(app: &App) {
    if let Err(error) = app.request_log.flush(&app.db).await {
        tracing::warn!(%error, "requests could not be written into the request log");
    }
}

/// Writes all of it. What the store does not take now waits for the next time.
pub async fn run(app: &App) {
    report("usage", app.usage.flush(&app.db, app.clock.now()).await);
    report("the day counts of the limits", days(app).await);
    report("when keys were last used", app.auth.flush().await);
}

fn report(what: &str, written: Result<(), StoreError>) {
    if let Err(error) = written {
        tracing::warn!(%error, "{what} could not be written, and waits");
    }
}

/// What is counted of the day, so that a restart gives nobody a new one.
async fn days(app: &App) -> Result<(), StoreError> {
    let counts = app.limits.unwritten_days();
    let rows: Vec<DayCountRow> = counts
        .iter()
        .map(|count| DayCountRow {
            kind: count.subject.kind().to_owned(),
            subject: hex::encode(count.subject.id()),
            day: count.day,
            used: i64::try_from(count.used).unwrap_or(i64::MAX),
        })
        .collect();
    for rows in rows.chunks(MOST_AT_ONCE) {
        if let Err(error) = keep(app, rows).await {
            // Also those that were written: twice does no harm.
            app.limits.days_not_written(&counts);
            return Err(error);
        }
    }
    Ok(())
}

async fn keep(app: &App, rows: &[DayCountRow]) -> Result<(), StoreError> {
    let mut tx = app.db.write().await?;
    day_counts::keep(&mut tx, rows).await?;
    tx.commit().await
}

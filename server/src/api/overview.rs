//! How the whole is doing, on one page.

use super::requests::stats;
use super::system::ANSWER_WITHIN;
use crate::app::App;
use crate::domain::keys::KeyStatus;
use crate::generated::admin::{
    KeyCounts, Overview, OverviewCheck, OverviewCheckStatus, RequestCounts, RequestLogState,
};
use crate::limits::Limits;
use crate::problem::Problem;
use crate::store::{keys, sessions, users};

/// Counts, and what the server stands on.
pub async fn of(app: &App) -> Result<Overview, Problem> {
    let (count, errors) = stats::of_a_day(app).await?;
    Ok(Overview {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        started_at: app.started,
        users: users::count(&mut *app.db.read().await?).await?,
        sessions: sessions::count(&mut *app.db.read().await?, app.clock.now()).await?,
        keys: key_counts(app).await?,
        requests: RequestCounts { count, errors },
        request_log: RequestLogState {
            enabled: app.request_log.is_on(),
            dropped: i64::try_from(app.request_log.dropped()).unwrap_or(i64::MAX),
        },
        checks: checks(app).await,
    })
}

async fn key_counts(app: &App) -> Result<KeyCounts, Problem> {
    let (mut read, now) = (app.db.read().await?, app.clock.now());
    Ok(KeyCounts {
        active: keys::count(&mut read, KeyStatus::Active, now).await?,
        disabled: keys::count(&mut read, KeyStatus::Disabled, now).await?,
        idle: keys::count(&mut read, KeyStatus::Idle, now).await?,
        expired: keys::count(&mut read, KeyStatus::Expired, now).await?,
        revoked: keys::count(&mut read, KeyStatus::Revoked, now).await?,
    })
}

async fn checks(app: &App) -> Vec<OverviewCheck> {
    let engine = match &app.limits {
        Limits::Memory(_) => "memory",
        Limits::Redis(_) => "redis",
    };
    let answered = tokio::time::timeout(ANSWER_WITHIN, app.db.ping()).await;
    let database = matches!(answered, Ok(Ok(())));
    vec![check("database", app.db.engine(), database), check("limits", engine, app.limits.is_whole().await)]
}

fn check(name: &str, engine: &str, whole: bool) -> OverviewCheck {
    let status = if whole { OverviewCheckStatus::Ok } else { OverviewCheckStatus::Degraded };
    OverviewCheck { name: name.to_owned(), engine: engine.to_owned(), status }
}

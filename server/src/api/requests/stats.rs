//! Everybody's requests, summed up from the counters.

use crate::app::App;
use crate::domain::time::Time;
use crate::domain::usage::{Interval, Span, Tally};
use crate::generated::admin::{BusyKey, BusyOperation, BusyOwner, RequestStats, RequestTotals, StatusCount};
use crate::problem::Problem;
use crate::store::usage::{self, Alike, Group, Question};

/// What is told of the busiest at most.
const BUSIEST: u64 = 10;

/// The sums over a span.
pub async fn sum_up(app: &App, asked: (Option<Time>, Option<Time>)) -> Result<RequestStats, Problem> {
    let (now, kept) = (app.clock.now(), &app.config.retention);
    let kept_from = (now.minus(kept.usage_minutes), now.minus(kept.usage_hours));
    let (span, interval) = Span::over(asked, kept_from, now)?;
    app.usage.flush(&app.db, now).await?;
    let question = |group| Question { owner: None, key: None, span, interval, group: Some(group) };
    let mut read = app.db.read().await?;
    let statuses = usage::totals(&mut read, &question(Group::Status)).await?;
    let operations = usage::busiest(&mut read, &question(Group::Operation), BUSIEST).await?.into_iter();
    let keys = usage::busiest(&mut read, &question(Group::Key), BUSIEST).await?.into_iter();
    let owners = usage::busiest(&mut read, &question(Group::Owner), BUSIEST).await?.into_iter();
    Ok(RequestStats {
        from: span.from,
        to: span.to,
        totals: totals(&statuses),
        statuses: by_status(&statuses),
        operations: operations
            .map(|one| BusyOperation { operation_id: one.label, count: one.count, errors: one.errors })
            .collect(),
        keys: keys.map(|one| BusyKey { key_id: one.label, count: one.count, errors: one.errors }).collect(),
        owners: owners.map(|one| BusyOwner { user_id: one.label, count: one.count, errors: one.errors }).collect(),
    })
}

/// The sums of the last 24 hours, by whole hours.
pub async fn of_a_day(app: &App) -> Result<(i64, i64), Problem> {
    let now = app.clock.now();
    app.usage.flush(&app.db, now).await?;
    let span = Span::new(None, None, Interval::Hour, now)?;
    let question = Question { owner: None, key: None, span, interval: Interval::Hour, group: None };
    let all = tally(&usage::totals(&mut *app.db.read().await?, &question).await?);
    Ok((all.count, all.errors))
}

fn tally(calls: &[Alike]) -> Tally {
    let mut all = Tally::default();
    calls.iter().for_each(|alike| all.add(alike.latency_step, alike.count, alike.errors));
    all
}

fn totals(calls: &[Alike]) -> RequestTotals {
    let all = tally(calls);
    #[expect(clippy::cast_precision_loss, reason = "a count beyond 2^53 is no matter for a rate")]
    let error_rate = if all.count == 0 { 0.0 } else { all.errors as f64 / all.count as f64 };
    RequestTotals {
        count: all.count,
        errors: all.errors,
        error_rate,
        latency_ms_p50: all.latency_ms(0.5),
        latency_ms_p95: all.latency_ms(0.95),
        latency_ms_p99: all.latency_ms(0.99),
    }
}

fn by_status(calls: &[Alike]) -> Vec<StatusCount> {
    let mut statuses: Vec<StatusCount> = Vec::new();
    for alike in calls {
        let Ok(status) = alike.label.parse() else { continue };
        match statuses.last_mut() {
            Some(last) if last.status == status => last.count = last.count.saturating_add(alike.count),
            _ => statuses.push(StatusCount { status, count: alike.count }),
        }
    }
    statuses
}

//! How often an account or a key called, how often that failed, and how long it took.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::app::App;
use crate::auth::Caller;
use crate::domain::ids::{KeyId, UserId};
use crate::domain::time::Time;
use crate::domain::usage::{Interval, Span, Tally};
use crate::generated::types::{Usage, UsageBucket, UsageGroup, UsageInterval, UsageTotals};
use crate::generated::usage::UsageApi;
use crate::problem::Problem;
use crate::store::usage::{self, Counted, Group, Question};

/// Buckets of an answer at most, as the contract says.
const MOST_BUCKETS: usize = 100_000;

impl UsageApi for App {
    async fn get_usage(
        &self,
        caller: Caller,
        from: Option<Time>,
        to: Option<Time>,
        interval: UsageInterval,
        group_by: Option<UsageGroup>,
        key_id: Option<String>,
    ) -> Result<Usage, Problem> {
        let asked = Asked { from, to, interval, group_by };
        match key_id.map(|id| id.parse::<KeyId>()).transpose() {
            // An id that is none has made no calls.
            Err(_) => asked.told(asked.span(self.clock.now())?, &[]),
            Ok(key) => count(self, *caller.owner(), key, &asked).await,
        }
    }

    async fn export_usage(
        &self,
        caller: Caller,
        from: Option<Time>,
        to: Option<Time>,
        interval: UsageInterval,
        group_by: Option<UsageGroup>,
        key_id: Option<String>,
    ) -> Result<String, Problem> {
        Ok(csv(&self.get_usage(caller, from, to, interval, group_by, key_id).await?.data))
    }
}

/// What is asked of the calls of an account or of one of its keys.
pub(super) struct Asked {
    pub from: Option<Time>,
    pub to: Option<Time>,
    pub interval: UsageInterval,
    pub group_by: Option<UsageGroup>,
}

/// The calls of an account, or of one key of it.
pub(super) async fn count(app: &App, owner: UserId, key: Option<KeyId>, asked: &Asked) -> Result<Usage, Problem> {
    let now = app.clock.now();
    let span = asked.span(now)?;
    // What was called a moment ago is in the answer.
    app.usage.flush(&app.db, now).await?;
    let question = Question { owner: Some(owner), key, span, interval: asked.by(), group: asked.group_by.map(group) };
    asked.told(span, &usage::read(&mut *app.db.read().await?, &question).await?)
}

impl Asked {
    const fn by(&self) -> Interval {
        interval(self.interval)
    }

    fn span(&self, now: Time) -> Result<Span, Problem> {
        Ok(Span::new(self.from, self.to, self.by(), now)?)
    }

    fn told(&self, span: Span, counted: &[Counted]) -> Result<Usage, Problem> {
        let Self { interval, group_by, .. } = *self;
        let data = buckets(counted, group_by);
        if data.len() > MOST_BUCKETS {
            return Err(Problem::invalid_query(
                "groupBy",
                "makes more than 100,000 buckets; choose a longer interval or a shorter span",
            ));
        }
        Ok(Usage { from: span.from, to: span.to, interval, group_by, totals: totals(counted), data })
    }
}

/// The interval that the wire names.
pub(super) const fn interval(named: UsageInterval) -> Interval {
    match named {
        UsageInterval::Minute => Interval::Minute,
        UsageInterval::Hour => Interval::Hour,
        UsageInterval::Day => Interval::Day,
    }
}

const fn group(group: UsageGroup) -> Group {
    match group {
        UsageGroup::Key => Group::Key,
        UsageGroup::Operation => Group::Operation,
        UsageGroup::Status => Group::Status,
    }
}

fn totals(counted: &[Counted]) -> UsageTotals {
    let mut all = Tally::default();
    for calls in counted {
        all.add(calls.latency_step, calls.count, calls.errors);
    }
    UsageTotals {
        count: all.count,
        errors: all.errors,
        latency_ms_p50: all.latency_ms(0.5),
        latency_ms_p95: all.latency_ms(0.95),
    }
}

fn buckets(counted: &[Counted], group: Option<UsageGroup>) -> Vec<UsageBucket> {
    let mut tallies: BTreeMap<(Time, &str), Tally> = BTreeMap::new();
    for calls in counted {
        let tally = tallies.entry((calls.start, &calls.label)).or_default();
        tally.add(calls.latency_step, calls.count, calls.errors);
    }
    tallies.into_iter().map(|((start, label), tally)| bucket(start, label, &tally, group)).collect()
}

fn bucket(start: Time, label: &str, tally: &Tally, group: Option<UsageGroup>) -> UsageBucket {
    let label_of = |wanted: UsageGroup| (group == Some(wanted) && !label.is_empty()).then(|| label.to_owned());
    UsageBucket {
        start,
        key_id: label_of(UsageGroup::Key),
        operation: label_of(UsageGroup::Operation),
        status: label_of(UsageGroup::Status).and_then(|status| status.parse().ok()),
        count: tally.count,
        errors: tally.errors,
        latency_ms_p50: tally.latency_ms(0.5),
        latency_ms_p95: tally.latency_ms(0.95),
    }
}

/// The buckets as RFC 4180 has tables. Ids, names and numbers alone: nothing needs quotes, and nothing is a formula.
fn csv(buckets: &[UsageBucket]) -> String {
    let mut table = String::from("start,keyId,operation,status,count,errors,latencyMsP50,latencyMsP95\r\n");
    let cell = |value: Option<String>| value.unwrap_or_default();
    for bucket in buckets {
        // Writing into a string cannot fail.
        let _ = write!(
            table,
            "{},{},{},{},{},{},{},{}\r\n",
            bucket.start.to_rfc3339(),
            bucket.key_id.as_deref().unwrap_or_default(),
            bucket.operation.as_deref().unwrap_or_default(),
            cell(bucket.status.map(|status| status.to_string())),
            bucket.count,
            bucket.errors,
            cell(bucket.latency_ms_p50.map(|ms| ms.to_string())),
            cell(bucket.latency_ms_p95.map(|ms| ms.to_string())),
        );
    }
    table
}

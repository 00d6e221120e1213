//! `getUsage`: calls, errors and latency.

use gatepost_sdk::{Timestamp, types};

use super::{Calls, Failure};
use crate::dates::Moment;

/// What to ask for.
#[derive(Debug, Clone)]
pub(crate) struct UsageQuery {
    pub from: Moment,
    /// Buckets of a day; else of an hour.
    pub daily: bool,
    pub split: Split,
    /// Only calls with this key.
    pub key: Option<String>,
}

/// What buckets are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    Key,
    Operation,
    Status,
}

/// Calls in one interval, of one group.
#[derive(Debug, Clone)]
pub(crate) struct Bucket {
    pub start: Moment,
    pub group: Option<String>,
    pub count: i64,
    pub errors: i64,
    /// Those of which it is not known yet; calls never wait.
    pub waiting: i64,
}

/// Calls over a span.
#[derive(Debug, Clone)]
pub(crate) struct Usage {
    pub buckets: Vec<Bucket>,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
}

impl Calls {
    pub async fn usage(&self, query: UsageQuery) -> Result<Usage, Failure> {
        let from = Timestamp::try_from(query.from.rfc3339())
            .map_err(|_| Failure::Refused("There is no such time.".to_owned()))?;
        let interval = if query.daily { types::UsageInterval::Day } else { types::UsageInterval::Hour };
        let call = self.client.get_usage().from(from).interval(interval).group_by(query.split.group());
        let call = call.maybe_key_id(query.key.as_deref());
        let answer = call.send().await?.into_inner();
        let buckets = answer.data.into_iter().map(|bucket| Bucket {
            start: Moment::from_ms(bucket.start.unix_ms()),
            group: query.split.of(&bucket),
            count: bucket.count,
            errors: bucket.errors,
            waiting: 0,
        });
        Ok(Usage { buckets: buckets.collect(), p50: answer.totals.latency_ms_p50, p95: answer.totals.latency_ms_p95 })
    }
}

impl Split {
    const fn group(self) -> types::UsageGroup {
        match self {
            Self::Key => types::UsageGroup::Key,
            Self::Operation => types::UsageGroup::Operation,
            Self::Status => types::UsageGroup::Status,
        }
    }

    fn of(self, bucket: &types::UsageBucket) -> Option<String> {
        match self {
            Self::Key => bucket.key_id.clone(),
            Self::Operation => bucket.operation.clone(),
            Self::Status => bucket.status.map(|status| status.to_string()),
        }
    }
}

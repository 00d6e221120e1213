//! How an endpoint is doing, as a chart.

use crate::api::{Bucket, Calls, Failure};
use crate::chart::Chart;
use crate::dates::Moment;
use crate::pages::usage::{Range, columns};

/// The spans that deliveries are kept for.
pub(super) const RANGES: [Range; 3] = [Range::Day, Range::Week, Range::Month];

/// What became of an endpoint's deliveries over that range.
pub(super) async fn chart(calls: &Calls, webhook: &str, range: Range, now: Moment) -> Result<Chart, Failure> {
    let health = calls.webhook_health(webhook, range.start(now), range.is_daily()).await?;
    let buckets: Vec<Bucket> = health
        .into_iter()
        .map(|bucket| Bucket {
            start: bucket.start,
            group: None,
            count: bucket.delivered + bucket.failed + bucket.pending,
            errors: bucket.failed,
            waiting: bucket.pending,
        })
        .collect();
    Ok(Chart::of_deliveries(columns(range, now, &buckets)))
}

//! An endpoint's deliveries, counted by what became of them.

use std::collections::BTreeMap;

use crate::domain::deliveries::Status;
use crate::domain::time::Time;
use crate::domain::usage::Span;
use crate::domain::webhooks::Webhook;
use crate::generated::types::UsageInterval;
use crate::generated::webhooks::{DeliveryCounts, WebhookHealth, WebhookHealthBucket};
use crate::store::deliveries::counts::Counted;

/// What the wire shows of the counts over that span.
pub(super) fn shown(webhook: &Webhook, span: Span, interval: UsageInterval, counted: &[Counted]) -> WebhookHealth {
    let mut by_start: BTreeMap<Time, DeliveryCounts> = BTreeMap::new();
    let mut totals = none();
    for counted in counted {
        add(by_start.entry(counted.start).or_insert_with(none), counted);
        add(&mut totals, counted);
    }
    let bucket = |(start, counts): (Time, DeliveryCounts)| {
        let DeliveryCounts { delivered, failed, pending } = counts;
        WebhookHealthBucket { start, delivered, failed, pending }
    };
    let data = by_start.into_iter().map(bucket).collect();
    WebhookHealth { webhook_id: webhook.id.to_string(), from: span.from, to: span.to, interval, totals, data }
}

const fn none() -> DeliveryCounts {
    DeliveryCounts { delivered: 0, failed: 0, pending: 0 }
}

const fn add(counts: &mut DeliveryCounts, counted: &Counted) {
    match counted.status {
        Status::Delivered => counts.delivered += counted.count,
        Status::Failed => counts.failed += counted.count,
        Status::Pending => counts.pending += counted.count,
    }
}

//! What is counted while requests go by.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// Bounds of the latency histogram in seconds: from what an answer from memory takes to what nobody waits for.
const BOUNDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
/// The same for deliveries of webhooks: from a receiver nearby to a backlog of an hour.
const DELIVERY_BOUNDS: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 300.0, 3600.0];
/// What a request to no operation is counted under.
const NO_OPERATION: &str = "none";

/// Counts, where somebody wants to see them.
#[derive(Debug, Default)]
pub struct Metrics(Option<Box<Counts>>);

#[derive(Debug)]
struct Counts {
    requests: Family<RequestLabels, Counter>,
    durations: Family<OperationLabels, Histogram, fn() -> Histogram>,
    refusals: Family<WindowLabels, Counter>,
    attempts: Family<OutcomeLabels, Counter>,
    attempt_durations: Histogram,
    waits: Histogram,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    operation: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct WindowLabels {
    window: &'static str,
}

impl Metrics {
    /// Counts that are kept if `wanted`.
    #[must_use]
    pub fn new(wanted: bool) -> Self {
        let counts = || {
            let histogram: fn() -> Histogram = || Histogram::new(BOUNDS);
            let durations = Family::new_with_constructor(histogram);
            Counts {
                durations,
                requests: Family::default(),
                refusals: Family::default(),
                attempts: Family::default(),
                attempt_durations: Histogram::new(DELIVERY_BOUNDS),
                waits: Histogram::new(DELIVERY_BOUNDS),
            }
        };
        Self(wanted.then(|| Box::new(counts())))
    }

    /// A request was answered: which operation it was, if it was one, with which status, after how long.
    pub fn answered(&self, operation: Option<&'static str>, status: u16, latency: Duration) {
        let Some(counts) = &self.0 else { return };
        let operation = operation.unwrap_or(NO_OPERATION);
        counts.requests.get_or_create(&RequestLabels { operation, status: class(status) }).inc();
        counts.durations.get_or_create(&OperationLabels { operation }).observe(latency.as_secs_f64());
    }

    /// These windows refused a request.
    pub fn refused(&self, windows: impl Iterator<Item = &'static str>) {
        let Some(counts) = &self.0 else { return };
        for window in windows {
            counts.refusals.get_or_create(&WindowLabels { window }).inc();
        }
    }

    /// Deliveries of webhooks were taken up, so long after they were due.
    pub fn webhooks_waited(&self, waits: impl Iterator<Item = Duration>) {
        let Some(counts) = &self.0 else { return };
        waits.for_each(|wait| counts.waits.observe(wait.as_secs_f64()));
    }

    /// A webhook was sent: which status was answered, or why none was, after how long.
    pub fn webhook_sent(&self, outcome: Result<u16, &'static str>, duration: Duration) {
        let Some(counts) = &self.0 else { return };
        let outcome = outcome.map_or_else(|why| why, class);
        counts.attempts.get_or_create(&OutcomeLabels { outcome }).inc();
        counts.attempt_durations.observe(duration.as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let Some(counts) = &self.0 else { return };
        registry.register(
            "http_requests",
            "Requests that were answered, by operation (none: no operation of the API) and class of the status",
            counts.requests.clone(),
        );
        registry.register_with_unit(
            "http_request_duration",
            "Time from a request's first byte to its answer, by operation",
            Unit::Seconds,
            counts.durations.clone(),
        );
        registry.register(
            "limit_refusals",
            "Requests that a limit refused, by window; one that several windows refuse counts for each",
            counts.refusals.clone(),
        );
        registry.register(
            "webhook_attempts",
            "Attempts to deliver a webhook, by class of the status that was answered, or why there was none",
            counts.attempts.clone(),
        );
        registry.register_with_unit(
            "webhook_attempt_duration",
            "Time that an attempt to deliver a webhook took",
            Unit::Seconds,
            counts.attempt_durations.clone(),
        );
        registry.register_with_unit(
            "webhook_wait",
            "Time from when a delivery was due until it was taken up; it rises with a backlog",
            Unit::Seconds,
            counts.waits.clone(),
        );
    }
}

const fn class(status: u16) -> &'static str {
    match status / 100 {
        1 => "1xx",
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    }
}

//! Everything, at the moment when somebody asks: what was counted, and what the rooms know of themselves.

use std::fmt;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::app::App;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Pool {
    pool: &'static str,
    state: &'static str,
}

/// The text that Prometheus reads (OpenMetrics 1.0).
///
/// # Errors
/// None in practice: writing to a text does not fail.
pub fn text(app: &App) -> Result<String, fmt::Error> {
    let mut registry = Registry::with_prefix("gatepost");
    app.metrics.register(&mut registry);
    limiter(&mut registry, app);
    usage(&mut registry, app);
    stores(&mut registry, app);
    let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION")), ("database", app.db.engine())]);
    registry.register("build", "Which Gatepost this is, and the database that it stands on", build);
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

fn limiter(registry: &mut Registry, app: &App) {
    let alone = ConstGauge::new(i64::from(app.limits.is_alone()));
    registry.register(
        "limiter_alone",
        "1 while Redis is away and this process counts limits alone, 0 otherwise",
        alone,
    );
}

fn usage(registry: &mut Registry, app: &App) {
    let written = app.usage.written();
    registry.register(
        "usage_batches",
        "Batches of calls that were written to the database",
        ConstCounter::new(written.batches),
    );
    registry.register("usage_calls", "Calls in these batches", ConstCounter::new(written.calls));
    registry.register(
        "usage_dropped_calls",
        "Calls that are missing from the usage because the database was away for too long",
        ConstCounter::new(written.dropped),
    );
    registry.register(
        "request_log_dropped_entries",
        "Requests that are missing from the request log because more came than the database took",
        ConstCounter::new(app.request_log.dropped()),
    );
}

fn stores(registry: &mut Registry, app: &App) {
    let connections = Family::<Pool, Gauge>::default();
    for state in app.db.pools() {
        let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let of = |name| Pool { pool: state.pool, state: name };
        connections.get_or_create(&of("idle")).set(count(state.idle));
        connections.get_or_create(&of("busy")).set(count(state.busy));
    }
    registry.register(
        "database_connections",
        "Connections to the database, by pool and whether they are in use",
        connections,
    );
    let (hits, misses) = app.auth.keys.lookups();
    registry.register("key_cache_hits", "Keys that were found in this process's cache", ConstCounter::new(hits));
    registry.register("key_cache_misses", "Keys that the database was asked for", ConstCounter::new(misses));
}

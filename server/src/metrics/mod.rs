//! What Prometheus sees: counted as requests go by, and read off the application when it asks.
//!
//! What it is for: [`Metrics`] counts what leaves no other trace (requests, refusals); [`text`] adds what the rooms know of
//! themselves and writes it down; [`Page`] serves that on a listener of its own, `METRICS_ADDR`. It must not know who
//! called: labels are sets that the contract bounds (operations, windows, status classes), never ids or addresses.
//!
//! Names follow the Prometheus conventions: the prefix `gatepost_`, base units, `_total` on counters. Without the setting
//! nothing is counted. To add one: a field in `counts.rs` and its registration, or a line in `scrape.rs`; then the dashboard
//! of `docs/`.

mod counts;
mod page;
mod scrape;

pub use counts::Metrics;
pub use page::Page;
pub use scrape::text;

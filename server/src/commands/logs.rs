//! Structured logs on standard error: JSON lines, or text for a person at a terminal.

use std::io::IsTerminal as _;

use anyhow::Context as _;
use gatepost::config::Config;
use tracing_subscriber::EnvFilter;

/// Starts logging.
pub fn start(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).with_context(|| format!("LOG is wrong: `{}`", config.log))?;
    let json = config.log_json.unwrap_or_else(|| !std::io::stderr().is_terminal());
    let base = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = if json {
        base.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init()
    } else {
        base.compact().try_init()
    };
    started.map_err(|e| anyhow::anyhow!("logging cannot start: {e}"))
}

//! Every setting: its name, what it means, its unit, its default. Flags, `gatepost.toml`, `check-config` and the
//! documentation follow this table; to add a setting, add a line here and read it in `mod.rs`.

use crate::limits::LimitSettings;

/// One setting.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable; the flag is its kebab-case form, the key in `gatepost.toml` its lower-case form.
    pub name: &'static str,
    /// What holds when nobody sets it; empty for "nothing".
    pub default: &'static str,
    /// What it means, with the unit.
    pub help: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

const fn setting(name: &'static str, default: &'static str, help: &'static str) -> Setting {
    Setting { name, default, help, secret: false }
}

const fn secret(name: &'static str, help: &'static str) -> Setting {
    Setting { name, default: "", help, secret: true }
}

/// The table.
pub const SETTINGS: &[Setting] = &[
    setting("PORT", "3003", "TCP port to listen on; 0 takes a free one"),
    setting("HOST", "127.0.0.1", "Address to listen on"),
    setting("PUBLIC_URL", "", "How the world calls this server; http://HOST:PORT by default"),
    secret("DATABASE_URL", "sqlite://PATH or postgres://…; a SQLite file in DATA_DIR by default"),
    secret("REDIS_URL", "redis://…; limits are kept in memory without it"),
    secret(
        "SECRET_KEY",
        "Seals signing keys and sessions, at least 32 characters; several, comma-separated, to rotate. Made in DATA_DIR at the first start by default",
    ),
    secret("API_KEY", "The root key; without it one is made at the first start of an empty embedded database"),
    setting("SIGNING_KEY_DAYS", "90", "Days that a key signs access tokens before the next one does"),
    setting(
        "LEAK_REPORT_KEYS",
        "",
        "Who may report leaked keys: a file or the JSON {public_keys: [{key_identifier, key}]}, as GitHub's secret scanning publishes it; nobody by default",
    ),
    setting("DATA_DIR", "data", "Folder for what the server keeps itself"),
    setting(
        "DEMO",
        "auto",
        "Fill in demo data: true, false, or auto (at the first start of an empty embedded database)",
    ),
    setting("LOG", "info", "What to log: error, warn, info, debug, or a tracing filter"),
    setting("LOG_FORMAT", "auto", "json, text, or auto (text on a terminal)"),
    secret(
        "SMTP_URL",
        "Mail server: smtp://user:password@host:587?tls=required or smtps://…; without one mails are logged, links and all, and addresses are not verified",
    ),
    setting("MAIL_FROM", "Gatepost <gatepost@localhost>", "Whom mails are from"),
    setting(
        "SIWE_DOMAINS",
        "",
        "Domains whose messages sign in by wallet besides PUBLIC_URL's, comma-separated, such as app.example.com; a key with allowedOrigins has these instead",
    ),
    setting(
        "SIWE_CHAINS",
        "1,10,137,8453,42161",
        "Chain ids that such messages may name (Ethereum, OP Mainnet, Polygon, Base, Arbitrum One by default), comma-separated",
    ),
    secret(
        "ETH_RPC_URL",
        "Node that contract wallets are asked at (eth_call alone): https://… for chain 1, or 1=https://…,8453=https://…; without it only private keys sign in",
    ),
    setting(
        "METRICS_ADDR",
        "",
        "Address and port where Prometheus finds /metrics, such as 127.0.0.1:9464; without it nothing is counted for it. Whoever reaches it may read it",
    ),
    setting("TRUSTED_PROXIES", "", "CIDR blocks of proxies whose X-Forwarded-For is believed, comma-separated"),
    setting("HTTP_MAX_CONNECTIONS", "10000", "Connections at once; more wait for a place"),
    setting("HTTP_REQUEST_TIMEOUT_SECONDS", "30", "Seconds a request may take, from its first byte to its answer"),
    setting("HTTP_HEADER_TIMEOUT_SECONDS", "10", "Seconds a client may take to send its headers"),
    setting("SHUTDOWN_SECONDS", "30", "Seconds that requests under way get when the server stops"),
    setting("USAGE_COUNTERS", "true", "Count calls for getUsage: true or false"),
    setting("REQUEST_LOG", "true", "Keep each answered request, for listRequests: true or false"),
    setting(
        "REQUEST_LOG_QUEUE",
        "8192",
        "Requests that may wait in memory to be written, 1000000 at most; when more come they are missing from the request log, and a line in the log says how many",
    ),
    setting(
        "WEBHOOKS_ALLOW",
        "",
        "CIDR blocks that webhooks may reach although they are not public, comma-separated, such as 10.1.0.0/16; for them http and any port are allowed too",
    ),
    setting("WEBHOOKS_PER_ACCOUNT", "20", "Webhooks that an account may have"),
    setting("WEBHOOKS_TIMEOUT_SECONDS", "20", "Seconds that a receiver of webhooks may take to answer"),
    setting("RETENTION_REQUESTS_DAYS", "30", "Days that requests are kept"),
    setting("RETENTION_USAGE_MINUTES_DAYS", "7", "Days that usage is kept by minute; by hour and day it stays longer"),
    setting("RETENTION_USAGE_HOURS_DAYS", "90", "Days that usage is kept by hour"),
    setting(
        "RETENTION_SESSIONS_DAYS",
        "30",
        "Days that an ended session is kept, so that reuse of its tokens is noticed",
    ),
    setting("RETENTION_DELIVERIES_DAYS", "30", "Days that deliveries of webhooks are kept, once they ended"),
    setting("RETENTION_EVENTS_DAYS", "90", "Days that events are kept"),
    setting("RETENTION_AUDIT_DAYS", "730", "Days that entries of the audit log are kept; the last one always is"),
];

/// Every setting: this table, then the limits table.
pub fn all() -> impl Iterator<Item = Setting> {
    let limits = LimitSettings::TABLE.iter().map(|limit| setting(limit.name, limit.default, limit.help));
    SETTINGS.iter().copied().chain(limits)
}

/// Names under these prefixes are ours: one that is not in the table is refused, since it is a typing mistake.
pub const OUR_PREFIXES: &[&str] = &["LIMITS_", "RETENTION_", "HTTP_", "SIWE_", "REQUEST_LOG", "WEBHOOKS_"];

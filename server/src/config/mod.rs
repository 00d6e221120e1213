//! The settings, read once at the start. Everything else takes what it needs from [`Config`]; nothing else reads the
//! environment. To add a setting: a line in `settings.rs`, a field here.

mod error;
mod mail;
mod read;
pub mod settings;
mod siwe;
mod sources;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;

pub use error::ConfigError;
pub use mail::MailSettings;
pub use siwe::SiweSettings;
pub use sources::{Values, find};

use crate::domain::leaks::ReportKeys;
use crate::limits::LimitSettings;

/// Every setting, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 takes a free one.
    pub port: u16,
    /// How the world calls this server, without a slash at the end; from the listener where it is not set.
    pub public_url: Option<String>,
    /// Where the data is.
    pub database_url: SecretString,
    /// Whether that is the embedded database, which nobody named.
    pub embedded: bool,
    /// Shared limits; in memory without it.
    pub redis_url: Option<SecretString>,
    /// The first one seals, all of them open. Empty where the file in `data_dir` holds it.
    pub secret_keys: Vec<SecretString>,
    /// How long a key signs access tokens.
    pub signing_key: Duration,
    /// The root key from the environment.
    pub api_key: Option<SecretString>,
    /// The keys that reports of leaked keys are signed with; none where nobody may report.
    pub leak_report_keys: ReportKeys,
    /// Folder for what the server keeps itself.
    pub data_dir: PathBuf,
    /// Fill in demo data; `None` for "at the first start of an empty embedded database".
    pub demo: Option<bool>,
    /// Filter of the log.
    pub log: String,
    /// JSON lines; `None` for "unless on a terminal".
    pub log_json: Option<bool>,
    /// Where Prometheus asks; nowhere without it.
    pub metrics: Option<SocketAddr>,
    /// How HTTP is served.
    pub http: HttpSettings,
    /// How long things are kept.
    pub retention: Retention,
    /// Whether calls are counted.
    pub usage_counters: bool,
    /// The request log.
    pub request_log: RequestLogSettings,
    /// The limits table.
    pub limits: LimitSettings,
    /// Sign-In with Ethereum.
    pub siwe: SiweSettings,
    /// Mail.
    pub mail: MailSettings,
    /// Webhooks.
    pub webhooks: WebhookSettings,
}

/// How HTTP is served.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Proxies whose forwarding headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Connections at once.
    pub max_connections: usize,
    /// From a request's first byte to its answer.
    pub request_timeout: Duration,
    /// For a client to send its headers.
    pub header_timeout: Duration,
    /// For requests under way when the server stops.
    pub shutdown: Duration,
}

/// The request log.
#[derive(Debug, Clone, Copy)]
pub struct RequestLogSettings {
    /// Whether there is one.
    pub enabled: bool,
    /// Requests that may wait to be written; more are missing from it.
    pub queue: usize,
}

/// Webhooks.
#[derive(Debug, Clone)]
pub struct WebhookSettings {
    /// Blocks that deliveries may go to although they are not public.
    pub allow: Vec<IpNet>,
    /// How many endpoints an account may have.
    pub most_per_account: u64,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
}

/// How long things are kept.
#[derive(Debug, Clone)]
pub struct Retention {
    /// Usage by minute.
    pub usage_minutes: Duration,
    /// Usage by hour.
    pub usage_hours: Duration,
    /// Requests.
    pub requests: Duration,
    /// Ended sessions.
    pub sessions: Duration,
    /// Events.
    pub events: Duration,
    /// Deliveries of webhooks.
    pub deliveries: Duration,
    /// Entries of the audit log.
    pub audit: Duration,
}

impl Config {
    /// Reads every setting.
    ///
    /// # Errors
    /// All faults at once, so that one start shows them all.
    pub fn read(values: &Values) -> Result<Self, Vec<ConfigError>> {
        let mut reader = read::Reader::new(values);
        let data_dir = PathBuf::from(reader.text("DATA_DIR"));
        let database_url = reader.optional("DATABASE_URL", read::database_url);
        let config = Self {
            host: reader.required("HOST", read::parsed::<IpAddr>, IpAddr::from([127, 0, 0, 1])),
            port: reader.required("PORT", read::parsed::<u16>, 3003),
            public_url: reader.optional("PUBLIC_URL", read::public_url),
            embedded: database_url.is_none(),
            database_url: database_url
                .unwrap_or_else(|| format!("sqlite://{}", data_dir.join("gatepost.db").display()).into()),
            redis_url: reader.optional("REDIS_URL", read::redis_url),
            secret_keys: reader.optional("SECRET_KEY", read::secret_keys).unwrap_or_default(),
            signing_key: reader.days("SIGNING_KEY_DAYS"),
            api_key: reader.optional("API_KEY", read::api_key),
            leak_report_keys: reader.optional("LEAK_REPORT_KEYS", read::leak_report_keys).unwrap_or_default(),
            data_dir,
            demo: reader.required("DEMO", read::tristate, None),
            log: reader.text("LOG"),
            log_json: reader.required("LOG_FORMAT", read::log_format, None),
            metrics: reader.optional("METRICS_ADDR", read::parsed::<SocketAddr>),
            http: read::http(&mut reader),
            retention: read::retention(&mut reader),
            usage_counters: reader.required("USAGE_COUNTERS", read::switch, true),
            request_log: read::request_log(&mut reader),
            limits: LimitSettings::read(|name, limit| reader.limit(name, limit)),
            siwe: siwe::read(&mut reader),
            mail: mail::read(&mut reader),
            webhooks: read::webhooks(&mut reader),
        };
        reader.finish(config)
    }
}

//! From a setting's text to its value. Each function answers what is wrong in words that follow "NAME is wrong: ".

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use super::error::ConfigError;
use super::sources::Values;
use super::{Config, HttpSettings, RequestLogSettings, Retention, WebhookSettings};
use crate::domain::leaks::ReportKeys;

/// Reads settings and gathers their faults.
pub struct Reader<'a> {
    values: &'a Values,
    faults: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    pub fn new(values: &'a Values) -> Self {
        Self { values, faults: Vec::new() }
    }

    /// A setting that may be left out.
    pub fn optional<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let (text, origin) = self.values.get(name)?;
        parse(text)
            .map_err(|reason| self.faults.push(ConfigError::Bad { origin: origin.to_owned(), name, reason }))
            .ok()
    }

    /// A setting with a default; `fallback` stands in only while faults are gathered.
    pub fn required<T>(&mut self, name: &'static str, parse: impl FnOnce(&str) -> Result<T, String>, fallback: T) -> T {
        self.optional(name, parse).unwrap_or(fallback)
    }

    /// A setting that is any text.
    pub fn text(&self, name: &'static str) -> String {
        self.values.get(name).map(|(text, _)| text.to_owned()).unwrap_or_default()
    }

    /// A limit: a number, or `none` for no limit; `limit` where nobody set it.
    pub fn limit(&mut self, name: &'static str, limit: Option<u32>) -> Option<u32> {
        let parse = |text: &str| match text {
            "none" => Ok(None),
            number => parsed::<u32>(number).map(Some).map_err(|reason| format!("{reason}, or `none` for no limit")),
        };
        self.required(name, parse, limit)
    }

    pub fn finish(self, config: Config) -> Result<Config, Vec<ConfigError>> {
        if self.faults.is_empty() { Ok(config) } else { Err(self.faults) }
    }

    fn seconds(&mut self, name: &'static str) -> Duration {
        Duration::from_secs(self.required(name, positive, 1))
    }

    pub fn days(&mut self, name: &'static str) -> Duration {
        Duration::from_secs(self.required(name, positive, 1).saturating_mul(86_400))
    }
}

pub fn parsed<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|e| format!("`{text}`: {e}"))
}

fn positive(text: &str) -> Result<u64, String> {
    parsed::<u64>(text).and_then(|n| if n == 0 { Err("it must be at least 1".to_owned()) } else { Ok(n) })
}

pub fn tristate(text: &str) -> Result<Option<bool>, String> {
    match text {
        "auto" => Ok(None),
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        other => Err(format!("`{other}` is not one of true, false, auto")),
    }
}

pub fn switch(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        other => Err(format!("`{other}` is not one of true, false")),
    }
}

pub fn log_format(text: &str) -> Result<Option<bool>, String> {
    match text {
        "auto" => Ok(None),
        "json" => Ok(Some(true)),
        "text" => Ok(Some(false)),
        other => Err(format!("`{other}` is not one of json, text, auto")),
    }
}

pub fn public_url(text: &str) -> Result<String, String> {
    let url = parsed::<Url>(text)?;
    let plain =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() || !plain {
        return Err("it must be an http or https address without credentials, query or fragment".to_owned());
    }
    Ok(text.trim_end_matches('/').to_owned())
}

pub fn database_url(text: &str) -> Result<SecretString, String> {
    schemes(text, &["sqlite:", "postgres:", "postgresql:"])
}

pub fn redis_url(text: &str) -> Result<SecretString, String> {
    schemes(text, &["redis:", "rediss:", "redis+unix:", "unix:"])
}

fn schemes(text: &str, allowed: &[&str]) -> Result<SecretString, String> {
    if allowed.iter().any(|scheme| text.starts_with(scheme)) {
        Ok(text.into())
    } else {
        Err(format!("it must begin with one of {}", allowed.join(", ")))
    }
}

pub fn secret_keys(text: &str) -> Result<Vec<SecretString>, String> {
    let keys: Vec<&str> = text.split(',').map(str::trim).collect();
    match keys.iter().find(|key| key.chars().count() < 32) {
        Some(_) => Err("each key needs at least 32 characters; `openssl rand -base64 32` makes one".to_owned()),
        None => Ok(keys.into_iter().map(SecretString::from).collect()),
    }
}

pub fn api_key(text: &str) -> Result<SecretString, String> {
    if text.chars().count() < 8 || !text.is_ascii() || text.contains(char::is_whitespace) {
        return Err("the root key needs at least 8 ASCII characters without spaces; `openssl rand -hex 32` makes one"
            .to_owned());
    }
    Ok(text.into())
}

/// The JSON itself, or the file that holds it.
pub fn leak_report_keys(text: &str) -> Result<ReportKeys, String> {
    if text.is_empty() {
        return Ok(ReportKeys::default());
    }
    if text.starts_with('{') {
        return ReportKeys::parse(text).map_err(|e| e.to_string());
    }
    let json = std::fs::read_to_string(text).map_err(|e| format!("`{text}` cannot be read: {e}"))?;
    ReportKeys::parse(&json).map_err(|e| format!("`{text}`: {e}"))
}

pub fn http(reader: &mut Reader<'_>) -> HttpSettings {
    HttpSettings {
        trusted_proxies: reader.optional("TRUSTED_PROXIES", blocks).unwrap_or_default(),
        max_connections: usize::try_from(reader.required("HTTP_MAX_CONNECTIONS", positive, 1)).unwrap_or(usize::MAX),
        request_timeout: reader.seconds("HTTP_REQUEST_TIMEOUT_SECONDS"),
        header_timeout: reader.seconds("HTTP_HEADER_TIMEOUT_SECONDS"),
        shutdown: reader.seconds("SHUTDOWN_SECONDS"),
    }
}

fn blocks(text: &str) -> Result<Vec<IpNet>, String> {
    text.split(',').map(|block| parsed(block.trim())).collect()
}

pub fn webhooks(reader: &mut Reader<'_>) -> WebhookSettings {
    WebhookSettings {
        allow: reader.optional("WEBHOOKS_ALLOW", blocks).unwrap_or_default(),
        most_per_account: reader.required("WEBHOOKS_PER_ACCOUNT", positive, 1),
        timeout: reader.seconds("WEBHOOKS_TIMEOUT_SECONDS"),
    }
}

pub fn request_log(reader: &mut Reader<'_>) -> RequestLogSettings {
    let queue = |text: &str| match positive(text)? {
        most @ ..=1_000_000 => usize::try_from(most).map_err(|e| e.to_string()),
        _ => Err("it must be at most 1000000".to_owned()),
    };
    RequestLogSettings {
        enabled: reader.required("REQUEST_LOG", switch, true),
        queue: reader.required("REQUEST_LOG_QUEUE", queue, 1),
    }
}

pub fn retention(reader: &mut Reader<'_>) -> Retention {
    Retention {
        usage_minutes: reader.days("RETENTION_USAGE_MINUTES_DAYS"),
        usage_hours: reader.days("RETENTION_USAGE_HOURS_DAYS"),
        requests: reader.days("RETENTION_REQUESTS_DAYS"),
        sessions: reader.days("RETENTION_SESSIONS_DAYS"),
        events: reader.days("RETENTION_EVENTS_DAYS"),
        deliveries: reader.days("RETENTION_DELIVERIES_DAYS"),
        audit: reader.days("RETENTION_AUDIT_DAYS"),
    }
}

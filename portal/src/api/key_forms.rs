//! What forms about keys ask for, and how it is said to the API.

use gatepost_sdk::types;

/// A key to make.
#[derive(Debug, Clone, Default)]
pub(crate) struct KeyDraft {
    pub name: String,
    pub scopes: Vec<String>,
    /// `None` never ends.
    pub expires_in_seconds: Option<i64>,
    pub namespace: Option<String>,
    pub max_idle_seconds: Option<i64>,
    /// None is all callers.
    pub allowed_origins: Vec<String>,
    /// None is all addresses.
    pub allowed_ips: Vec<String>,
    pub per_minute: Option<i64>,
    pub per_day: Option<i64>,
    /// Makes a form that is sent twice one key.
    pub idempotency_key: Option<String>,
}

/// What to change about a key.
#[derive(Debug, Clone)]
pub(crate) enum KeyChange {
    About { name: String, description: Option<String>, scopes: Vec<String> },
    Disabled(bool),
    Scopes(Vec<String>),
}

/// How the old key goes when another takes over.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    /// How long it still works; 0 ends it at once.
    pub grace_seconds: i64,
    /// Whether that time begins when the new key is first used, and not now.
    pub from_first_use: bool,
    /// Makes a form that is sent twice one rotation.
    pub idempotency_key: Option<String>,
}

impl KeyDraft {
    pub(super) fn fill(&self, body: types::CreateKeyBuilder) -> types::CreateKeyBuilder {
        let mut body = body
            .name(self.name.as_str())
            .scopes(self.scopes.iter().map(String::as_str))
            .maybe_expires_in_seconds(self.expires_in_seconds)
            .maybe_namespace(self.namespace.as_deref())
            .maybe_max_idle_seconds(self.max_idle_seconds);
        if !self.allowed_origins.is_empty() {
            body = body.allowed_origins(self.allowed_origins.iter().map(String::as_str));
        }
        if !self.allowed_ips.is_empty() {
            body = body.allowed_ips(self.allowed_ips.iter().map(String::as_str));
        }
        if self.per_minute.is_some() || self.per_day.is_some() {
            let limits = types::SetKeyLimits { per_minute: self.per_minute, per_day: self.per_day };
            body = body.limits(limits);
        }
        body
    }
}

impl KeyChange {
    pub(super) fn fill(&self, body: types::UpdateKeyBuilder) -> types::UpdateKeyBuilder {
        match self {
            Self::About { name, description, scopes } => {
                let body = body.name(name.as_str()).scopes(scopes.iter().map(String::as_str));
                match description {
                    Some(description) => body.description(description.as_str()),
                    None => body.clear_description(),
                }
            }
            Self::Disabled(disabled) => body.disabled(*disabled),
            Self::Scopes(scopes) => body.scopes(scopes.iter().map(String::as_str)),
        }
    }
}

impl Rotation {
    pub(super) fn fill(&self, body: types::RotateKeyBuilder) -> types::RotateKeyBuilder {
        let starts = if self.from_first_use { types::GraceStart::FirstUse } else { types::GraceStart::Now };
        body.grace_period_seconds(self.grace_seconds).grace_starts(starts)
    }
}

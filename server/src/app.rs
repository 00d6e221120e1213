//! What is built once, at the start, and shared by every request. Rooms take from it what they need; each brings its own
//! state as one field here.

use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::auth::Auth;
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::time::Time;
use crate::http::Idempotency;
use crate::limits::{Limits, Policy};
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::random::Random;
use crate::store::Db;
use crate::usage::{Recorder, RequestLog};
use crate::vault::Vault;
use crate::webhooks::Webhooks;

/// The application: its parts, and whether it is about to stop.
#[derive(Debug)]
pub struct App {
    parts: Parts,
    draining: AtomicBool,
}

/// What it is made of.
#[derive(Debug)]
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// How the world calls this server, without a slash at the end; `iss` and `aud` of its tokens.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// When this process started.
    pub started: Time,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub db: Db,
    /// What counts requests.
    pub limits: Limits,
    /// What a request is charged to.
    pub policy: Policy,
    /// Who is asking.
    pub auth: Auth,
    /// What counts calls.
    pub usage: Recorder,
    /// What keeps answered requests.
    pub request_log: RequestLog,
    /// What counts for Prometheus.
    pub metrics: Metrics,
    /// What sends mails.
    pub mailer: Mailer,
    /// What makes repeated requests safe.
    pub idempotency: Idempotency,
    /// What seals and opens secrets.
    pub vault: Vault,
    /// What sends webhooks.
    pub webhooks: Webhooks,
}

impl App {
    /// An application of these parts.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        Self { parts, draining: AtomicBool::new(false) }
    }

    /// Tells readiness that the server is about to stop.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Whether the server is stopping.
    #[must_use]
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

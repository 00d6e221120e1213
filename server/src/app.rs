//! What is built once, at the start, and shared by every request. Rooms take from it what they need; each brings its own
//! state as one field here.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::clock::Clock;
use crate::config::Config;
use crate::limits::{Limits, Policy};
use crate::random::Random;
use crate::store::Db;

/// The application.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// How the world calls this server, without a slash at the end; `iss` and `aud` of its tokens.
    pub public_url: String,
    /// The time.
    pub clock: Clock,
    /// Randomness.
    pub random: Random,
    /// The database.
    pub db: Db,
    /// What counts requests.
    pub limits: Limits,
    /// What a request is charged to.
    pub policy: Policy,
    /// Whether the server is stopping: readiness says so.
    draining: AtomicBool,
}

impl App {
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

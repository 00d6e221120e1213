//! Builds the application from its settings.

use std::net::SocketAddr;
use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::{StartError, secret_key};
use crate::app::App;
use crate::auth::{Auth, AuthSettings, RootSecret};
use crate::clock::Clock;
use crate::config::Config;
use crate::domain::usage::Interval;
use crate::http::Idempotency;
use crate::limits::{DayCount, Limits, Memory, Policy, Redis, RedisTime, Subject};
use crate::mail::Mailer;
use crate::metrics::Metrics;
use crate::random::Random;
use crate::store::Db;
use crate::store::day_counts::{self, DayCountRow};
use crate::usage::{Recorder, RequestLog};
use crate::vault::Vault;
use crate::webhooks::{Guard, Webhooks};

/// What was built, and what the first start brought to light.
pub struct Built {
    pub app: Arc<App>,
    pub first: bool,
    pub root_key: Option<RootSecret>,
    pub secret_keys: Vec<SecretString>,
}

/// Opens the stores and puts everything together.
pub async fn app(config: Config, clock: Clock, address: SocketAddr) -> Result<Built, StartError> {
    let random = Random::default();
    make_data_dir(&config)?;
    let secret_keys = secret_key::all(&config, &random)?;
    let db = Db::open(config.database_url.expose_secret()).await?;
    let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let settings = AuthSettings {
        public_url: public_url.clone(),
        secret_keys: secret_keys.clone(),
        root_key: config.api_key.clone(),
        redis_url: config.redis_url.clone(),
        siwe: config.siwe.clone(),
        mail_arrives: config.mail.smtp_url.is_some(),
    };
    let started = Auth::start(settings, db.clone(), clock.clone(), random.clone()).await?;
    let limits = limits(&config, &clock, &db).await?;
    let guard = Guard::new(config.webhooks.allow.clone(), &public_url);
    let app = App::new(crate::app::Parts {
        public_url,
        random: random.clone(),
        db,
        limits,
        policy: Policy::new(&config.limits),
        auth: started.auth,
        usage: Recorder::new(&random)?,
        request_log: RequestLog::new(config.request_log.enabled, config.request_log.queue),
        started: clock.now(),
        metrics: Metrics::new(config.metrics.is_some()),
        mailer: Mailer::new(&config.mail)?,
        idempotency: Idempotency::new(&secret_keys),
        vault: Vault::new(&secret_keys),
        webhooks: Webhooks::new(guard, &config.webhooks, &secret_keys)?,
        clock,
        config,
    });
    Ok(Built { app: Arc::new(app), first: started.first, root_key: started.root_key, secret_keys })
}

fn make_data_dir(config: &Config) -> Result<(), StartError> {
    let needed = config.embedded || config.secret_keys.is_empty();
    let made = if needed { std::fs::create_dir_all(&config.data_dir) } else { Ok(()) };
    made.map_err(|e| StartError::DataDir(config.data_dir.display().to_string(), e))
}

async fn limits(config: &Config, clock: &Clock, db: &Db) -> Result<Limits, StartError> {
    let limits = match &config.redis_url {
        None => Limits::Memory(Memory::default()),
        Some(url) => {
            let time = if matches!(clock, Clock::System) { RedisTime::Server } else { RedisTime::Given };
            let redis = Redis::open(url, time, &config.limits).await.map_err(|e| StartError::Redis(e.to_string()))?;
            Limits::Redis(Box::new(redis))
        }
    };
    let now = clock.now();
    let today = day_counts::of_day(&mut *db.read().await?, Interval::Day.start(now)).await?;
    limits.restore(&today.iter().filter_map(day_count).collect::<Vec<_>>(), now);
    Ok(limits)
}

/// A count as the limiter knows it; none where a later version wrote it for a subject that this one does not know.
fn day_count(row: &DayCountRow) -> Option<DayCount> {
    let mut id = [0; 32];
    hex::decode_to_slice(&row.subject, &mut id).ok()?;
    Some(DayCount { subject: Subject::with_day(&row.kind, id)?, day: row.day, used: u64::try_from(row.used).ok()? })
}

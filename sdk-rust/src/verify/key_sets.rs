//! The published halves of signed keys: fetched once, kept as long as their publisher says, and never in a storm.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use lru::LruCache;
use reqwest::header::{ACCEPT, AGE, CACHE_CONTROL, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use reqwest::{StatusCode, redirect};

use super::public_key::{Found, PublicKey, find};
use super::{Clock, SignedKeyError};
use crate::error::Error;

const DEFAULT_AGE: Duration = Duration::from_secs(300);
const MAX_AGE: Duration = Duration::from_secs(3600);
/// How long "there is no such key" is believed.
const MISSING_AGE: Duration = Duration::from_secs(30);
/// How long an issuer that did not answer is left alone about that key.
const FAILED_AGE: Duration = Duration::from_secs(5);
const MAX_ENTRIES: usize = 1000;
const MAX_BODY_BYTES: usize = 65_536;
const TIMEOUT: Duration = Duration::from_secs(5);
/// So many questions after keys that were never seen may be open or in vain; one more is allowed each second.
const MAX_STRANGERS: f64 = 30.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Found,
    Missing,
    Unusable,
    Failed,
}

/// The outcome of a question after a key.
#[derive(Debug, Clone)]
struct Entry {
    state: State,
    asked_at: SystemTime,
    until: SystemTime,
    etag: Option<HeaderValue>,
    /// The key once was there, with the set that the `ETag` stands for.
    known: Option<Arc<PublicKey>>,
}

impl Entry {
    fn key(&self) -> Result<Arc<PublicKey>, SignedKeyError> {
        match (self.state, &self.known) {
            (State::Found, Some(key)) => Ok(Arc::clone(key)),
            (State::Failed, _) => Err(SignedKeyError::Unavailable),
            (State::Missing, Some(_)) => Err(SignedKeyError::Revoked),
            _ => Err(SignedKeyError::UnknownKey),
        }
    }
}

type Flight = Shared<BoxFuture<'static, Entry>>;

pub(super) struct KeySets {
    http: reqwest::Client,
    clock: Clock,
    state: Mutex<Held>,
}

struct Held {
    entries: LruCache<String, Entry>,
    flights: HashMap<String, Flight>,
    strangers: f64,
    counted_at: SystemTime,
}

impl KeySets {
    pub(super) fn new(clock: Clock) -> Result<Self, Error> {
        let built = reqwest::Client::builder().timeout(TIMEOUT).redirect(redirect::Policy::none()).build();
        let http = built.map_err(|error| Error::Config(error.to_string()))?;
        let held = Held {
            entries: LruCache::new(NonZeroUsize::new(MAX_ENTRIES).unwrap_or(NonZeroUsize::MIN)),
            flights: HashMap::new(),
            strangers: MAX_STRANGERS,
            counted_at: clock(),
        };
        Ok(Self { http, clock, state: Mutex::new(held) })
    }

    /// The key that `issuer` publishes as `key_id`.
    pub(super) async fn find(self: Arc<Self>, issuer: &str, key_id: &str) -> Result<Arc<PublicKey>, SignedKeyError> {
        let flight = {
            let mut held = self.lock();
            let now = (self.clock)();
            let entry = held.entries.get(issuer).cloned();
            // A clock that went backwards must not keep a key alive: what was asked "later" is asked again.
            if let Some(entry) = &entry
                && entry.asked_at <= now
                && now < entry.until
            {
                return entry.key();
            }
            match held.flights.get(issuer) {
                Some(flight) => flight.clone(),
                None => self.take_off(&mut held, issuer, key_id, entry, now)?,
            }
        };
        flight.await.key()
    }

    /// One question at a time after one key, whoever asks. It is a task of its own: a caller who gives up does not take
    /// the others' answer along.
    fn take_off(
        self: &Arc<Self>,
        held: &mut Held,
        issuer: &str,
        key_id: &str,
        before: Option<Entry>,
        now: SystemTime,
    ) -> Result<Flight, SignedKeyError> {
        let stranger = before.as_ref().is_none_or(|entry| entry.known.is_none());
        if stranger {
            held.admit_stranger(now)?;
        }
        let (sets, issuer, key_id) = (Arc::clone(self), issuer.to_owned(), key_id.to_owned());
        let name = issuer.clone();
        let flight = async move {
            let entry = sets.ask(&issuer, &key_id, before, now).await;
            let mut held = sets.lock();
            if stranger && entry.known.is_some() {
                held.strangers += 1.0;
            }
            held.entries.put(issuer.clone(), entry.clone());
            held.flights.remove(&issuer);
            entry
        };
        let flight = flight.boxed().shared();
        held.flights.insert(name, flight.clone());
        tokio::spawn(flight.clone());
        Ok(flight)
    }

    async fn ask(&self, issuer: &str, key_id: &str, before: Option<Entry>, now: SystemTime) -> Entry {
        let (known, etag) = before.map_or((None, None), |entry| (entry.known, entry.etag));
        let failed = Entry { state: State::Failed, asked_at: now, until: now + FAILED_AGE, etag, known };
        self.answer(issuer, key_id, &failed).await.unwrap_or(failed)
    }

    /// `None` where there was no answer, or none that can be believed.
    async fn answer(&self, issuer: &str, key_id: &str, before: &Entry) -> Option<Entry> {
        let mut request = self
            .http
            .get(format!("{issuer}/.well-known/jwks.json"))
            .header(ACCEPT, "application/jwk-set+json, application/json");
        if let (Some(etag), Some(_)) = (&before.etag, &before.known) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.send().await.ok()?;
        let entry = |state, age| Entry { state, until: before.asked_at + age, ..before.clone() };
        let age = age(response.headers());
        match response.status() {
            StatusCode::NOT_MODIFIED if before.known.is_some() => {
                Some(entry(State::Found, age.unwrap_or(DEFAULT_AGE).min(MAX_AGE)))
            }
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                let age = age.unwrap_or(MISSING_AGE).min(MISSING_AGE);
                Some(Entry { etag: None, ..entry(State::Missing, age) })
            }
            StatusCode::OK => {
                let etag = response.headers().get(ETAG).cloned();
                let body = read(response).await?;
                Some(match find(&body, key_id)? {
                    Found::Key(key) => {
                        let age = age.unwrap_or(DEFAULT_AGE).min(MAX_AGE);
                        Entry { etag, known: Some(Arc::new(key)), ..entry(State::Found, age) }
                    }
                    Found::Missing => Entry { etag: None, ..entry(State::Missing, MISSING_AGE) },
                    Found::Unusable => Entry { etag: None, ..entry(State::Unusable, MISSING_AGE) },
                })
            }
            _ => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    /// Invented key ids would otherwise make this machine ask the issuer as fast as somebody can invent them.
    fn admit_stranger(&mut self, now: SystemTime) -> Result<(), SignedKeyError> {
        let passed = now.duration_since(self.counted_at).unwrap_or_default().as_secs_f64();
        self.strangers = (self.strangers + passed).min(MAX_STRANGERS);
        self.counted_at = now;
        if self.strangers < 1.0 {
            return Err(SignedKeyError::Unavailable);
        }
        self.strangers -= 1.0;
        Ok(())
    }
}

async fn read(mut response: reqwest::Response) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.ok()? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY_BYTES {
            return None;
        }
    }
    Some(body)
}

/// How long an answer may be kept (RFC 9111): its `max-age` less its `Age`; `None` where it does not say.
fn age(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let directives = || text(CACHE_CONTROL).unwrap_or_default().split(',').map(str::trim);
    if directives().any(|one| one.eq_ignore_ascii_case("no-store") || one.eq_ignore_ascii_case("no-cache")) {
        return Some(Duration::ZERO);
    }
    let told = directives().find_map(|one| {
        let (name, seconds) = one.split_once('=')?;
        let seconds = name.trim().eq_ignore_ascii_case("max-age").then(|| seconds.trim().trim_matches('"'))?;
        seconds.parse::<u32>().ok()
    })?;
    let passed = text(AGE).and_then(|age| age.trim().parse::<u32>().ok()).unwrap_or(0);
    Some(Duration::from_secs(told.saturating_sub(passed).into()))
}

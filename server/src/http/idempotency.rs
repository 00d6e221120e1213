//! The same request twice: the first answer again, and one effect (S80, S81).
//!
//! A request is known by its credential, its operation and its `Idempotency-Key`. While the first is under way here, the
//! second is 409. Elsewhere, the second to commit finds the first one's answer in the way, loses its own effect, and
//! gives that answer. Refusals are not kept: they had no effect, and the next attempt may do better.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::SecretString;
use serde::Serialize;

use super::admit::{Admitted, Repeatable};
use super::answer::{Answer, Failure, success};
use super::{Op, Operation};
use crate::app::App;
use crate::auth::{Caller, Credential};
use crate::problem::{Problem, kind};
use crate::seal::Sealer;
use crate::store::idempotency::{self, Attempt};

/// How long an answer is kept, as the contract says.
const KEPT_FOR: Duration = Duration::from_secs(24 * 60 * 60);
const FINGERPRINT_BYTES: usize = 32;

/// What idempotency needs for as long as the process lives.
#[derive(Debug)]
pub struct Idempotency {
    sealer: Arc<Sealer>,
    under_way: Mutex<HashSet<String>>,
}

/// Holds the place of a request that is under way.
struct UnderWay<'a> {
    all: &'a Mutex<HashSet<String>>,
    id: &'a str,
}

impl Idempotency {
    /// Answers are sealed under keys that come from these secrets.
    #[must_use]
    pub fn new(secrets: &[SecretString]) -> Self {
        Self { sealer: Arc::new(Sealer::new(secrets, "idempotent answers")), under_way: Mutex::default() }
    }

    fn begin<'a>(&'a self, id: &'a str) -> Option<UnderWay<'a>> {
        let mut all = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
        // Lazily: a place that is made only to be dropped would free the other one's.
        all.insert(id.to_owned()).then(|| UnderWay { all: &self.under_way, id })
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).remove(self.id);
    }
}

impl<T: Serialize, O: Op> Answer<T, O> {
    /// Runs an operation, or gives the answer that the same request had before.
    ///
    /// # Errors
    /// The operation's own problem; 409 while the first request is under way; 422 when its body was another one.
    pub async fn once<R>(admitted: Admitted<O>, body: &[u8], run: impl FnOnce(Caller) -> R) -> Result<Self, Failure<O>>
    where
        R: Future<Output = Result<T, Problem>>,
    {
        let Admitted { mut caller, repeatable, .. } = admitted;
        let Some(Repeatable { key, path, context }) = repeatable else { return Self::of(run(caller).await) };
        let app = &context.app;
        let (id, fingerprint) = (id(&caller, O::OPERATION, &key), fingerprint(&path, body));
        let Some(_under_way) = app.idempotency.begin(&id) else { return Err(in_flight().into()) };
        if let Some(body) = kept(app, &id, &fingerprint).await? {
            return Ok(Self::replayed(success::<O>(), body));
        }
        caller.idempotency = Some(Arc::new(attempt(app, &id, fingerprint)));
        let result = run(caller).await;
        if result.is_err()
            && let Some(body) = kept(app, &id, &fingerprint).await?
        {
            return Ok(Self::replayed(success::<O>(), body));
        }
        Self::of(result)
    }
}

/// Binds an answer to who asked what.
fn id(caller: &Caller, operation: &Operation, key: &str) -> String {
    let mut hash = Context::new(&SHA256);
    let credential = match &caller.credential {
        Credential::RootKey => ["root".to_owned(), String::new()],
        Credential::ApiKey(key) => [key.to_string(), String::new()],
        Credential::AccessToken(session) => [String::new(), session.to_string()],
        Credential::Both(key, session) => [key.to_string(), session.to_string()],
    };
    for part in [&credential[0], &credential[1], operation.id, key] {
        hash.update(part.as_bytes());
        hash.update(b"\n");
    }
    URL_SAFE_NO_PAD.encode(hash.finish())
}

/// What was asked: of which thing, and with what body.
fn fingerprint(path: &str, body: &[u8]) -> [u8; FINGERPRINT_BYTES] {
    let mut hash = Context::new(&SHA256);
    hash.update(path.as_bytes());
    hash.update(b"\n");
    hash.update(body);
    let mut bytes = [0; FINGERPRINT_BYTES];
    bytes.copy_from_slice(hash.finish().as_ref());
    bytes
}

fn attempt(app: &Arc<App>, id: &str, fingerprint: [u8; FINGERPRINT_BYTES]) -> Attempt {
    let now = app.clock.now();
    let (sealer, random, row) = (Arc::clone(&app.idempotency.sealer), app.random.clone(), id.to_owned());
    let seal = move |body: &[u8]| sealer.seal(&[fingerprint.as_slice(), body].concat(), &row, &random).ok();
    Attempt::new(id.to_owned(), now, now.plus(KEPT_FOR), Box::new(seal))
}

/// The body that the same request was answered with before.
async fn kept(app: &App, id: &str, fingerprint: &[u8; FINGERPRINT_BYTES]) -> Result<Option<Vec<u8>>, Problem> {
    let mut read = app.db.read().await?;
    let Some(sealed) = idempotency::find(&mut read, id, app.clock.now()).await? else { return Ok(None) };
    let opened = app.idempotency.sealer.open(&sealed, id).map_err(Problem::broken)?;
    let (first, body) = opened.split_at_checked(FINGERPRINT_BYTES).ok_or_else(Problem::internal)?;
    if first == fingerprint { Ok(Some(body.to_vec())) } else { Err(reused()) }
}

fn in_flight() -> Problem {
    let detail = "The first request with this Idempotency-Key is still under way. Try again in a moment.";
    Problem { retry_after_seconds: Some(1), ..Problem::new(&kind::IDEMPOTENCY_IN_FLIGHT, detail) }
}

fn reused() -> Problem {
    Problem::new(
        &kind::IDEMPOTENCY_KEY_REUSED,
        "This Idempotency-Key came before with another body, or for another thing. Take a new key for a new request.",
    )
}

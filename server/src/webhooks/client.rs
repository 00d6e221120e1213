//! Sending one delivery: to checked addresses alone, without redirects, and never for longer or with more of an answer than
//! is bearable (S94, S96).

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use thiserror::Error;
use tokio::time::timeout;

use super::target::{Guard, Reach, Target, TargetError};
use crate::domain::deliveries::{Failure, KEPT_BYTES, kept};

/// For a connection, names and TLS included.
const CONNECT: Duration = Duration::from_secs(10);
/// For the body of an answer, whose status is what counts.
const BODY: Duration = Duration::from_secs(5);
/// Bytes of an answer that are read: with so many left the connection serves again.
const READ_BYTES: usize = 65_536;
/// Connections to one receiver that are kept for the next delivery, and for how long.
const IDLE: usize = 8;
const IDLE_FOR: Duration = Duration::from_secs(30);
/// Headers of an answer.
const HEADERS: usize = 100;

/// What sends.
#[derive(Debug)]
pub struct Sender {
    /// To public addresses; and to those that the operator allows besides.
    public: Client,
    allowed: Client,
    guard: Arc<Guard>,
    patience: Duration,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status of HTTP, or why there is none.
    pub outcome: Result<u16, Failure>,
    /// What `Retry-After` says.
    pub retry_after: Option<String>,
    /// How the body begins.
    pub text: Option<String>,
    /// How long it took.
    pub duration: Duration,
}

/// A name leads to no address that may be dialled, or to none at all: which of the two is not told (S97).
#[derive(Debug, Clone, Copy, Error)]
#[error("the name leads to no address that webhooks may reach")]
struct NoAddress;

/// Looks names up and gives checked addresses alone. Whoever dials has nothing else to dial.
#[derive(Debug, Clone)]
struct Checked {
    guard: Arc<Guard>,
    reach: Reach,
    names: Names,
}

/// Where names are looked up.
#[derive(Debug, Clone)]
pub enum Names {
    /// As the machine does.
    System,
    /// What a test says, answer by answer; the last one stays.
    #[cfg(test)]
    Said(Arc<std::sync::Mutex<Vec<Vec<std::net::IpAddr>>>>),
}

impl Names {
    async fn look_up(&self, name: &str) -> std::io::Result<Vec<SocketAddr>> {
        match self {
            Self::System => Ok(tokio::net::lookup_host((name, 0)).await?.collect()),
            #[cfg(test)]
            Self::Said(answers) => {
                let mut answers = answers.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                let last = answers.first().cloned().unwrap_or_default();
                let addresses = if answers.len() > 1 { answers.remove(0) } else { last };
                Ok(addresses.into_iter().map(|address| SocketAddr::new(address, 0)).collect())
            }
        }
    }
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let checked = self.clone();
        Box::pin(async move {
            let found = checked.names.look_up(name.as_str()).await.unwrap_or_default();
            // One bad answer spoils all: who mixes them is up to something.
            let good = !found.is_empty() && found.iter().all(|each| checked.guard.permits(each.ip(), checked.reach));
            if good { Ok(Box::new(found.into_iter()) as Addrs) } else { Err(NoAddress.into()) }
        })
    }
}

impl Sender {
    /// A sender that waits so long for an answer.
    ///
    /// # Errors
    /// The machine's TLS cannot be used.
    pub fn new(guard: &Guard, names: &Names, patience: Duration) -> Result<Self, reqwest::Error> {
        let guard = Arc::new(guard.clone());
        let client = |reach| {
            Client::builder()
                .no_proxy()
                .redirect(redirect::Policy::none())
                .referer(false)
                .http1_only()
                .http1_max_headers(HEADERS)
                .connect_timeout(CONNECT)
                .pool_max_idle_per_host(IDLE)
                .pool_idle_timeout(IDLE_FOR)
                .user_agent(concat!("Gatepost-Webhooks/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(Checked { guard: Arc::clone(&guard), reach, names: names.clone() })
                .build()
        };
        Ok(Self { public: client(Reach::Public)?, allowed: client(Reach::Allowed)?, guard, patience })
    }

    /// How long it can take at most.
    #[must_use]
    pub fn longest(&self) -> Duration {
        self.patience.saturating_add(self.body_patience())
    }

    /// Where a URL leads, if deliveries may go there.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn target(&self, url: &str) -> Result<Target, TargetError> {
        self.guard.target(url)
    }

    fn body_patience(&self) -> Duration {
        self.patience.min(BODY)
    }

    /// Sends a body to where the guard lets it go.
    pub async fn post(&self, target: &Target, headers: HeaderMap, body: String) -> Answer {
        let began = Instant::now();
        let mut answer = self.exchange(target, headers, body).await;
        answer.duration = began.elapsed();
        answer
    }

    async fn exchange(&self, target: &Target, mut headers: HeaderMap, body: String) -> Answer {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let client = match target.reach {
            Reach::Public => &self.public,
            Reach::Allowed => &self.allowed,
        };
        let sent = client.post(target.url.clone()).headers(headers).body(body).send();
        let response = match timeout(self.patience, sent).await {
            Err(_) => return failed(Failure::Timeout),
            Ok(Err(error)) => return failed(cause(&error)),
            Ok(Ok(response)) => response,
        };
        // Whatever went on below: who answers must be whom we may call.
        if !response.remote_addr().is_some_and(|peer| self.guard.permits(peer.ip(), target.reach)) {
            return failed(Failure::Address);
        }
        let retry_after = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok());
        Answer {
            outcome: Ok(response.status().as_u16()),
            retry_after: retry_after.map(str::to_owned),
            text: kept(&start_of(response, self.body_patience()).await),
            duration: Duration::ZERO,
        }
    }
}

fn failed(failure: Failure) -> Answer {
    Answer { outcome: Err(failure), retry_after: None, text: None, duration: Duration::ZERO }
}

fn cause(error: &reqwest::Error) -> Failure {
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<NoAddress>() {
            return Failure::Address;
        }
        next = error.source();
    }
    Failure::Connection
}

/// How a body begins: as much as comes in time, and not more than is kept.
async fn start_of(mut response: Response, patience: Duration) -> Vec<u8> {
    let (mut start, mut read) = (Vec::new(), 0);
    let reading = async {
        while let Ok(Some(chunk)) = response.chunk().await {
            let room = KEPT_BYTES.saturating_sub(start.len()).min(chunk.len());
            start.extend_from_slice(chunk.get(..room).unwrap_or_default());
            read += chunk.len();
            if read > READ_BYTES {
                break;
            }
        }
    };
    let _ = timeout(patience, reading).await;
    start
}

impl Answer {
    /// No answer, for that reason.
    #[must_use]
    pub fn none(failure: Failure) -> Self {
        failed(failure)
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;

//! Many callers, one renewal.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};

use super::tokens::Freshness;
use super::{TokenStore, Tokens, now, refresh};
use crate::client::Client;
use crate::error::Error;

/// A renewal under way. It runs as a task of its own: a caller who gives up does not lose the new tokens.
type Flight = Shared<BoxFuture<'static, Result<Tokens, Arc<Error>>>>;

/// After a failed early renewal, calls go on with the old token this long before the next try.
const BACKOFF: Duration = Duration::from_secs(5);

/// The tokens of one signed-in user, shared by all clones of a client.
pub(crate) struct Session {
    store: Arc<dyn TokenStore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    loaded: bool,
    tokens: Option<Tokens>,
    flight: Option<Flight>,
    failed: Option<Instant>,
}

impl Session {
    pub(crate) fn new(store: Arc<dyn TokenStore>) -> Arc<Self> {
        Arc::new(Self { store, state: Mutex::default() })
    }

    /// The access token to send; renewed first if it is about to end. `None` when nobody is signed in.
    pub(crate) async fn access_token(self: &Arc<Self>, client: &Client) -> Result<Option<String>, Error> {
        let Some(tokens) = self.current().await? else { return Ok(None) };
        if tokens.refresh_token.is_none() {
            return Ok(Some(tokens.access_token));
        }
        match tokens.freshness(now()) {
            Freshness::Fresh => Ok(Some(tokens.access_token)),
            Freshness::Aging => {
                self.renew_early(client);
                Ok(Some(tokens.access_token))
            }
            Freshness::Stale => self.join(client).await.map(Some),
        }
    }

    /// Another access token than the one that the API refused; `None` when there is none to be had.
    pub(crate) async fn after_refusal(
        self: &Arc<Self>,
        client: &Client,
        refused: &str,
    ) -> Result<Option<String>, Error> {
        match self.current().await? {
            None => Ok(None),
            Some(tokens) if tokens.access_token != refused => Ok(Some(tokens.access_token)),
            Some(tokens) if tokens.refresh_token.is_none() => Ok(None),
            Some(_) => self.join(client).await.map(Some),
        }
    }

    /// Keeps the tokens of a new sign-in.
    pub(crate) async fn keep(&self, tokens: Tokens) -> Result<(), Error> {
        self.store.save(&tokens).await?;
        self.settle(Some(tokens), None);
        Ok(())
    }

    /// Forgets the tokens: they are dead.
    pub(crate) async fn forget(&self) -> Result<(), Error> {
        self.settle(None, None);
        self.store.clear().await.map_err(Error::from)
    }

    /// The tokens as they are, fresh or not.
    pub(crate) async fn current(&self) -> Result<Option<Tokens>, Error> {
        {
            let state = self.lock();
            if state.loaded {
                return Ok(state.tokens.clone());
            }
        }
        let tokens = self.store.load().await?;
        let mut state = self.lock();
        if !state.loaded {
            state.loaded = true;
            state.tokens = tokens;
        }
        Ok(state.tokens.clone())
    }

    fn renew_early(self: &Arc<Self>, client: &Client) {
        let resting = self.lock().failed.is_some_and(|failed| failed.elapsed() < BACKOFF);
        if !resting {
            // The task runs on its own; this call goes on with the token that it has.
            drop(self.flight(client));
        }
    }

    async fn join(self: &Arc<Self>, client: &Client) -> Result<String, Error> {
        self.flight(client).await.map(|tokens| tokens.access_token).map_err(Error::Refresh)
    }

    /// The renewal under way, or a new one.
    fn flight(self: &Arc<Self>, client: &Client) -> Flight {
        let mut state = self.lock();
        if let Some(flight) = &state.flight {
            return flight.clone();
        }
        let session = Arc::clone(self);
        let bare = client.without_session();
        let flight = async move { session.renew(&bare).await.map_err(Arc::new) }.boxed().shared();
        state.flight = Some(flight.clone());
        drop(state);
        tokio::spawn(flight.clone());
        flight
    }

    async fn renew(&self, bare: &Client) -> Result<Tokens, Error> {
        let outcome = self.trade(bare).await;
        match &outcome {
            Ok(tokens) => self.settle(Some(tokens.clone()), None),
            Err(error) if is_final(error) => {
                self.settle(None, Some(Instant::now()));
                // The API's refusal is the error to tell, whatever the store says.
                let _ = self.store.clear().await;
            }
            Err(_) => {
                let mut state = self.lock();
                state.flight = None;
                state.failed = Some(Instant::now());
            }
        }
        outcome
    }

    /// Another process may have renewed already: what it kept is taken as it is.
    async fn trade(&self, bare: &Client) -> Result<Tokens, Error> {
        let mine = self.lock().tokens.clone();
        let kept = self.store.load().await?;
        let newest = kept.or(mine.clone());
        if let Some(newest) = &newest
            && mine.as_ref().is_some_and(|mine| mine.access_token != newest.access_token)
            && newest.freshness(now()) == Freshness::Fresh
        {
            return Ok(newest.clone());
        }
        let Some((token, with_key)) = newest.and_then(|tokens| Some((tokens.refresh_token?, tokens.with_key))) else {
            return Err(Error::Config("there is no refresh token".to_owned()));
        };
        // A key that was not there at sign-in is another client to the API, and another client is a thief.
        let client = if with_key { bare.clone() } else { bare.without_key() };
        let tokens = Tokens { with_key, ..refresh::refresh(&client, &token).await? };
        if self.lock().tokens.is_none() {
            return Err(Error::Config("signed out while the renewal was on its way".to_owned()));
        }
        self.store.save(&tokens).await?;
        Ok(tokens)
    }

    fn settle(&self, tokens: Option<Tokens>, failed: Option<Instant>) {
        let mut state = self.lock();
        *state = State { loaded: true, tokens, flight: None, failed };
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the API said that the refresh token is dead.
fn is_final(error: &Error) -> bool {
    matches!(error.status(), Some(400 | 401 | 403 | 422))
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

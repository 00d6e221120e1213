//! A running server: everything built, listening, and stopped in the right order. `main` and the tests start it alike.
//!
//! The API and the portal stand on the public listener; the portal calls the API on a private one, on loopback, whose
//! port nobody else is told and where it vouches for the visitor's address.

mod build;
mod mount;
mod secret_key;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::auth::RootSecret;
use crate::clock::Clock;
use crate::config::Config;
use crate::jobs::{DemoHost, Jobs, fill_demo};
use crate::{http, metrics, routes};

/// How often the portal is asked to end what idled away.
const PORTAL_SESSIONS: Duration = Duration::from_secs(60);

pub use secret_key::{SecretKeyError, all as secret_keys};

/// Why a server does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The port is taken, or not ours to take.
    #[error("cannot listen on {0}: {1}. Set PORT or HOST to something else.")]
    Listen(SocketAddr, #[source] std::io::Error),
    /// The data folder cannot be made.
    #[error("cannot make the folder {0}: {1}. Set DATA_DIR to one that can be written.")]
    DataDir(String, #[source] std::io::Error),
    /// The secret key's file.
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    /// The database.
    #[error("the database: {0}")]
    Store(#[from] crate::store::StoreError),
    /// Keys and accounts.
    #[error(transparent)]
    Auth(#[from] crate::auth::StartError),
    /// The address of Redis.
    #[error("REDIS_URL: {0}")]
    Redis(String),
    /// The mail server's address, or ours.
    #[error(transparent)]
    Mail(#[from] crate::mail::MailSettingsError),
    /// The machine's TLS, which webhooks are sent with.
    #[error("webhooks cannot be sent: {0}")]
    Webhooks(#[from] reqwest::Error),
    /// No randomness.
    #[error(transparent)]
    Random(#[from] crate::random::NoRandomness),
    /// The portal.
    #[error("the portal: {0}")]
    Portal(#[from] gatepost_portal::PortalError),
}

/// A server that listens.
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// The application behind it.
    pub app: Arc<App>,
    /// A root key that was made now, to be shown once.
    pub root_key: Option<RootSecret>,
    /// The account of demo data that was filled in now, to be shown once.
    pub demo: Option<DemoHost>,
    public: Serving,
    /// What the portal calls; it outlives the pages that call it.
    private: Serving,
    metrics: Option<Serving>,
    jobs: Jobs,
}

impl Running {
    /// Opens the stores, builds everything and listens.
    ///
    /// # Errors
    /// [`StartError`], which says what to do.
    pub async fn start(config: Config, clock: Clock) -> Result<Self, StartError> {
        let public = listen(SocketAddr::new(config.host, config.port)).await?;
        let private = listen(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
        let scraped = match config.metrics {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let address =
            public.local_addr().map_err(|e| StartError::Listen(SocketAddr::new(config.host, config.port), e))?;
        let built = build::app(config, clock, address).await?;
        let app = built.app;
        let fills = app.config.demo.unwrap_or(built.first && app.config.embedded);
        let demo = if fills { fill_demo(&app).await } else { None };
        let mut jobs = Jobs::start(&app);
        let mount = mount::portal(&app, &built.secret_keys, &private)?;
        let portal = mount.portal.clone();
        jobs.also(PORTAL_SESSIONS, move || {
            let portal = portal.clone();
            async move { portal.end_idle_sessions().await }
        });
        let onion = Arc::new(routes::build(&app, mount.portal.endpoint())?);
        let inner = Arc::new(routes::build(&app, mount.portal.endpoint())?.vouched_by(mount.vouch));
        let (public, private) = (Serving::start(public, onion, &app), Serving::start(private, inner, &app));
        let metrics =
            scraped.map(|listener| Serving::start(listener, Arc::new(metrics::Page::new(Arc::clone(&app))), &app));
        Ok(Self { address, app, root_key: built.root_key, demo, public, private, metrics, jobs })
    }

    /// Turns readiness off, lets requests under way end, writes what is counted, closes the stores.
    pub async fn stop(self) {
        self.app.drain();
        self.public.stop().await;
        self.private.stop().await;
        if let Some(metrics) = self.metrics {
            metrics.stop().await;
        }
        self.jobs.stop().await;
        self.app.db.close().await;
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|e| StartError::Listen(address, e))
}

/// A listener that is being served.
struct Serving {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Serving {
    fn start<E>(listener: TcpListener, endpoint: Arc<E>, app: &Arc<App>) -> Self
    where
        E: poem::Endpoint<Output = poem::Response> + 'static,
    {
        let settings = app.config.http.clone();
        let (stop, mut stopped) = watch::channel(false);
        let task = tokio::spawn(async move {
            let asked = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            http::serve(listener, endpoint, &settings, asked).await;
        });
        Self { stop, task }
    }

    /// Takes no more connections, and waits for what is under way.
    async fn stop(self) {
        let _ = self.stop.send(true);
        let _ = self.task.await;
    }
}

//! What happens without a request: counts are written, minutes are rolled up, what nobody needs any more is forgotten.
//!
//! Each job is small, bounded, and does no harm when several processes do it at once. It must not know requests. To add
//! one: a file here, and a line in [`Jobs::start`].

mod demo;
mod expiring;
mod flush;
mod janitor;
mod mails;
mod signing;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::webhooks::dispatcher;

pub use demo::{Host as DemoHost, fill as fill_demo};
pub use expiring::tell as tell_expiring;
pub use janitor::clean;
pub use mails::send as send_mails;

/// The jobs of a running server.
pub struct Jobs {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

impl Jobs {
    /// Starts them all.
    #[must_use]
    pub fn start(app: &Arc<App>) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut jobs = Self { app: Arc::clone(app), stop, tasks: Vec::new() };
        jobs.every(Duration::from_secs(1), &stopped, |app| async move { flush::run(&app).await });
        jobs.every(Duration::from_secs(1), &stopped, |app| async move { flush::requests(&app).await });
        jobs.every(Duration::from_secs(1), &stopped, |app| async move { mails::send(&app).await });
        jobs.every(Duration::from_secs(60), &stopped, |app| async move { janitor::clean(&app).await });
        jobs.every(Duration::from_secs(5), &stopped, |app| async move { signing::tend(&app).await });
        jobs.always(&stopped, |app| async move { app.auth.keep_in_touch().await });
        let (sender, grace) = (Arc::clone(app), app.config.http.shutdown);
        jobs.tasks.push(tokio::spawn(dispatcher::run(sender, stopped.clone(), grace)));
        jobs.every(Duration::from_secs(60), &stopped, |app| async move { expiring::tell(&app).await });
        jobs
    }

    /// One more, of something that is no part of the app.
    pub fn also<F>(&mut self, period: Duration, work: impl Fn() -> F + Send + 'static)
    where
        F: Future<Output = ()> + Send,
    {
        let stopped = self.stop.subscribe();
        self.every(period, &stopped, move |_| work());
    }

    /// Ends them, and writes what is still only counted.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for task in self.tasks {
            let _ = task.await;
        }
        flush::run(&self.app).await;
        flush::requests(&self.app).await;
    }

    /// Work that ends only with the server.
    fn always<F>(&mut self, stopped: &watch::Receiver<bool>, work: impl FnOnce(Arc<App>) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (work, mut stopped) = (work(Arc::clone(&self.app)), stopped.clone());
        self.tasks.push(tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                _ = stopped.wait_for(|stop| *stop) => {}
            }
        }));
    }

    fn every<F>(
        &mut self,
        period: Duration,
        stopped: &watch::Receiver<bool>,
        work: impl Fn(Arc<App>) -> F + Send + 'static,
    ) where
        F: Future<Output = ()> + Send,
    {
        let (app, mut stopped) = (Arc::clone(&self.app), stopped.clone());
        self.tasks.push(tokio::spawn(async move {
            // Only the wait is cut short by a stop: a job under way is let end.
            while tokio::time::timeout(period, stopped.wait_for(|stop| *stop)).await.is_err() {
                work(Arc::clone(&app)).await;
            }
        }));
    }
}

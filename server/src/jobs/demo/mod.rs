//! Demo data: a small, believable collective with its shop, so that first calls and pages answer with something.
//!
//! What is in it stands in the JSON files of this folder; how each kind is kept, in the file beside. All of it comes in one
//! transaction, once, into a database that has nothing of the kind yet. To add a kind: its data, a file, and a line in
//! [`everything`]. None of these people can be signed in to, but for the account of `host.rs`.

mod calls;
mod community;
mod discord;
mod host;
mod market;
mod orders;
mod people;
mod practice;
mod projects;
mod webhook;

use std::collections::HashMap;
use std::time::Duration;

use sea_query::Order;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::domain::ids::UserId;
use crate::domain::items::{Filter, Item};
use crate::domain::time::Time;
use crate::problem::Problem;
use crate::store::projects::{self as made, Whose};
use crate::store::{StoreError, Tx, applications, items};

pub use host::Host;

/// Fills it in where there is nothing yet; answers the account that can be signed in to, if it did.
pub async fn fill(app: &App) -> Option<Host> {
    match try_fill(app).await {
        Ok(None) => None,
        Ok(host) => {
            tracing::info!("demo data is filled in; DEMO=false leaves it out");
            host
        }
        Err(problem) => {
            tracing::warn!(%problem, "demo data could not be filled in");
            None
        }
    }
}

async fn try_fill(app: &App) -> Result<Option<Host>, Problem> {
    // It takes a while, and nobody's writing shall wait for it.
    let password = host::Password::make(app).await?;
    let mut tx = app.db.write().await?;
    // Processes that start together do not both find nothing.
    tx.lock_start_up().await?;
    if !is_empty(&mut tx).await? {
        return Ok(None);
    }
    let host = everything(app, &mut tx, password).await?;
    tx.commit().await?;
    Ok(Some(host))
}

async fn is_empty(tx: &mut Tx) -> Result<bool, StoreError> {
    let anything = Filter::default();
    Ok(items::list(tx, &anything, None, 1).await?.is_empty()
        && applications::list(tx, None, Order::Desc, None, 1).await?.is_empty()
        && made::list(tx, Whose::Everybodys, &made::Filter::default(), None, 1).await?.is_empty())
}

async fn everything(app: &App, tx: &mut Tx, password: host::Password) -> Result<Host, Problem> {
    let mut stage = Stage { app, now: app.clock.now(), people: HashMap::new(), items: HashMap::new() };
    people::fill(&mut stage, tx).await?;
    let host = host::open(&mut stage, tx, password).await?;
    market::fill(&mut stage, tx).await?;
    orders::fill(&stage, tx).await?;
    community::fill(&stage, tx).await?;
    discord::fill(&stage, tx).await?;
    practice::fill(&stage, tx).await?;
    projects::fill(&stage, tx).await?;
    host::fill(&stage, tx).await?;
    Ok(host)
}

/// Where and when it happens, and who takes part.
struct Stage<'a> {
    app: &'a App,
    now: Time,
    people: HashMap<String, UserId>,
    /// By their titles.
    items: HashMap<String, Item>,
}

impl Stage<'_> {
    fn hours_ago(&self, hours: u64) -> Time {
        self.now.minus(Duration::from_secs(hours.saturating_mul(3_600)))
    }

    fn days_ago(&self, days: u64) -> Time {
        self.hours_ago(days.saturating_mul(24))
    }

    fn who(&self, name: &str) -> Result<UserId, Problem> {
        self.people.get(name).copied().ok_or_else(|| Problem::broken(format!("nobody in the demo is called {name}")))
    }
}

/// The rows of one of the files.
fn rows<T: DeserializeOwned>(text: &str) -> Result<Vec<T>, Problem> {
    serde_json::from_str(text).map_err(Problem::broken)
}

/// A name of the domain, as a file writes it.
fn named<T: std::str::FromStr>(text: &str) -> Result<T, Problem> {
    text.parse().map_err(|_| Problem::broken(format!("the demo says {text}")))
}

//! What webhooks cost: how many a second one process delivers against bare loops that post the same bodies, how long
//! it takes from a call to the receipt of what it caused, and how much longer beside receivers that misbehave.
//!
//! The server and the bare loops run on core 0, the receivers here on core 1, in turn. All rates are counted by the
//! receivers, from the first to the last.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use gatepost::clock::Clock;
use gatepost::domain::events::{ItemCreatedData, Money};
use gatepost::domain::ids::{ItemId, UserId};
use gatepost::random::Random;
use gatepost::store::{Db, events};
use serde_json::{Value, json};

use crate::hook_sink::{BAD, Sink};
use crate::items::database;
use crate::load::Load;
use crate::post::{client, once};
use crate::rounds::text;
use crate::server::{ROOT_KEY, Server, on_core, pin};

/// How much, and how often.
#[derive(Args, Clone)]
pub struct Webhooks {
    /// The server's binary, built for release.
    #[arg(long, default_value = "target/release/gatepost")]
    pub gatepost: String,
    /// Deliveries a round.
    #[arg(long, default_value_t = 10_000)]
    pub deliveries: usize,
    /// Events a round whose way is timed.
    #[arg(long, default_value_t = 100)]
    pub samples: usize,
    /// Rounds.
    #[arg(long, default_value_t = 5)]
    pub rounds: usize,
    /// A PostgreSQL server on which databases may be made; without one only SQLite is measured.
    #[arg(long, env = "GATEPOST_TEST_POSTGRES_URL")]
    pub postgres: Option<String>,
}

/// Deliveries a second.
pub struct Rate {
    /// The engine.
    pub engine: &'static str,
    /// To so many endpoints.
    pub endpoints: usize,
    /// One round each.
    pub rounds: Vec<Round>,
}

/// Deliveries a second in one round.
pub struct Round {
    /// Ours.
    pub ours: f64,
    /// A bare loop's that posts one after another.
    pub in_turn: f64,
    /// A bare loop's that posts as many at once as we do.
    pub at_once: f64,
}

/// Milliseconds to the receipt: all samples.
pub struct Delay {
    /// The engine.
    pub engine: &'static str,
    /// From a call's answer, while all receivers are well; and while twice as many are bad.
    pub well: Vec<f64>,
    /// See above.
    pub beside_bad: Vec<f64>,
    /// From a bare post.
    pub bare: Vec<f64>,
}

/// What was measured.
pub struct Measured {
    /// Rates.
    pub rates: Vec<Rate>,
    /// Delays.
    pub delays: Vec<Delay>,
}

/// As the lanes of one endpoint.
const AT_ONCE: usize = 8;
/// Receivers whose delay is measured.
const NOTED: usize = 4;

impl Webhooks {
    /// Measures both engines.
    pub async fn measure(&self, folder: &Path) -> Result<Measured> {
        let binary = std::fs::canonicalize(&self.gatepost).context("build it first: cargo build --release")?;
        let binary = binary.to_string_lossy();
        pin("1").await?;
        let mut measured = Measured { rates: Vec::new(), delays: Vec::new() };
        let engines = [("SQLite", None), ("PostgreSQL", self.postgres.as_deref())];
        for (engine, postgres) in engines.into_iter().filter(|(engine, server)| *engine == "SQLite" || server.is_some())
        {
            for endpoints in [1, 20] {
                let name = format!("hooks_{}_{endpoints}", engine.to_lowercase());
                let server = Place::new(&binary, folder, &name, postgres).await?;
                measured.rates.push(Rate { engine, endpoints, rounds: self.rates(&server, endpoints).await? });
            }
            let name = |side| format!("hooks_{}_{side}", engine.to_lowercase());
            let well = Place::new(&binary, folder, &name("well"), postgres).await?;
            let bad = Place::new(&binary, folder, &name("bad"), postgres).await?;
            measured.delays.push(self.delays(engine, &well, &bad).await?);
        }
        pin("0-1").await?;
        Ok(measured)
    }

    async fn rates(&self, place: &Place, endpoints: usize) -> Result<Vec<Round>> {
        let sink = Sink::open(endpoints).await?;
        let urls = sink.urls("well");
        for url in &urls {
            place.register(url).await?;
        }
        let mut rounds = Vec::new();
        let many = self.deliveries / endpoints * endpoints;
        for number in 1..=self.rounds {
            sink.begin();
            place.tell(many / endpoints).await?;
            let ours = sink.rate(many).await?;
            let in_turn = bare_loop(&sink, &urls, many, None).await?;
            let at_once = bare_loop(&sink, &urls, many, Some(AT_ONCE)).await?;
            eprintln!("webhooks to {endpoints}, round {number}: {ours:.0} / {in_turn:.0} / {at_once:.0}");
            rounds.push(Round { ours, in_turn, at_once });
        }
        Ok(rounds)
    }

    async fn delays(&self, engine: &'static str, well: &Place, bad: &Place) -> Result<Delay> {
        let (sink, others) = (Sink::open(NOTED).await?, Sink::open(BAD.len()).await?);
        for place in [well, bad] {
            for url in sink.urls("note") {
                place.register(&url).await?;
            }
        }
        for url in others.urls("well") {
            well.register(&url).await?;
        }
        for (place, path) in BAD.into_iter().enumerate() {
            bad.register(others.urls(path).get(place).context("a port")?).await?;
        }
        let mut delay = Delay { engine, well: Vec::new(), beside_bad: Vec::new(), bare: Vec::new() };
        for round in 0..=self.rounds {
            let one = self.samples(well, &sink).await?;
            let two = self.samples(bad, &sink).await?;
            // The first round is for warming up, and for the bad ones to be found out.
            if round > 0 {
                delay.well.extend(one);
                delay.beside_bad.extend(two);
                delay.bare.extend(self.bare_delays(&sink).await?);
                eprintln!("delays of webhooks, {engine}, round {round}");
            }
        }
        Ok(delay)
    }

    /// Milliseconds from a call's answer until all who are told of it have it.
    async fn samples(&self, place: &Place, sink: &Sink) -> Result<Vec<f64>> {
        let mut samples = Vec::new();
        for number in 0..self.samples {
            let (item, answered) = place.offer().await?;
            let came = sink.noted(&item, NOTED).await?;
            samples.extend(came.iter().map(|at| milliseconds(at.saturating_duration_since(answered))));
            pause(number).await?;
        }
        Ok(samples)
    }

    async fn bare_delays(&self, sink: &Sink) -> Result<Vec<f64>> {
        let (client, mut samples) = (client(1)?, Vec::new());
        let urls = sink.urls("note");
        let url = urls.first().context("a port")?;
        for number in 0..self.samples {
            let item = ItemId::new(Clock::System.now(), &Random::default())?.to_string();
            let began = Instant::now();
            once(&client, url, json!({ "data": { "itemId": item } }).to_string()).await?;
            let came = sink.noted(&item, 1).await?;
            samples.extend(came.iter().map(|at| milliseconds(at.saturating_duration_since(began))));
            pause(number).await?;
        }
        Ok(samples)
    }
}

/// Another wait each time, so that no sample falls into step with anything.
async fn pause(number: usize) -> Result<()> {
    tokio::time::sleep(Duration::from_millis(u64::try_from(number * 7 % 23)?)).await;
    Ok(())
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e3
}

/// Deliveries a second of a process that does nothing but post.
async fn bare_loop(sink: &Sink, urls: &[String], count: usize, at_once: Option<usize>) -> Result<f64> {
    let own = std::env::current_exe()?;
    let mut command = on_core(0, &own.to_string_lossy());
    command.args(["post", "--count", &count.to_string(), "--body", &body()?]);
    if let Some(at_once) = at_once {
        command.args(["--at-once", &at_once.to_string()]);
    }
    for url in urls {
        command.args(["--url", url]);
    }
    sink.begin();
    let mut posting = command.kill_on_drop(true).spawn()?;
    let rate = sink.rate(count).await?;
    ensure!(posting.wait().await?.success(), "the bare loop failed");
    Ok(rate)
}

/// What an event's delivery says.
fn body() -> Result<String> {
    let data = serde_json::to_value(item()?)?;
    Ok(json!({ "type": "item.created", "timestamp": Clock::System.now().to_rfc3339(), "data": data }).to_string())
}

fn item() -> Result<ItemCreatedData> {
    let now = Clock::System.now();
    Ok(ItemCreatedData {
        item_id: ItemId::new(now, &Random::default())?.to_string(),
        title: "Rangefinder camera".to_owned(),
        price: Money { amount: 24_900, currency: "EUR".to_owned() },
        status: "active".to_owned(),
        created_at: now,
    })
}

/// A server and its database.
struct Place {
    server: Server,
    db: Db,
}

impl Place {
    async fn new(binary: &str, folder: &Path, name: &str, postgres: Option<&str>) -> Result<Self> {
        let folder = folder.join(name);
        std::fs::create_dir_all(&folder)?;
        let url = match postgres {
            Some(server) => Some(database(server, name).await?),
            None => None,
        };
        let server = Server::that_sends(binary, &folder, url.as_deref()).await?;
        let file = || format!("sqlite://{}", folder.join("data/gatepost.db").display());
        Ok(Self { server, db: Db::open_as_it_is(&url.unwrap_or_else(file)).await? })
    }

    async fn call(&self, path: &str, body: Value) -> Result<Value> {
        Load::once(&self.server.address, "POST", path, Some(body), ROOT_KEY).await
    }

    async fn register(&self, url: &str) -> Result<()> {
        self.call("/v1/webhooks", json!({ "url": url, "events": ["item.created"] })).await.map(drop)
    }

    /// An item's id, and when it was answered for.
    async fn offer(&self) -> Result<(String, Instant)> {
        let offer = json!({ "title": "Rangefinder camera", "description": "Serviced.", "price": { "amount": 24_900, "currency": "EUR" }, "condition": "good" });
        let made = self.call("/v1/items", offer).await?;
        Ok((text(&made, "id")?, Instant::now()))
    }

    /// So many things happen at once: as nobody can ask for them over HTTP.
    async fn tell(&self, many: usize) -> Result<()> {
        let (now, random) = (Clock::System.now(), Random::default());
        let mut tx = self.db.write().await?;
        for _ in 0..many {
            events::tell(&mut tx, (now, &random), &UserId::ADMINISTRATOR, &item()?).await?;
        }
        Ok(tx.commit().await?)
    }
}

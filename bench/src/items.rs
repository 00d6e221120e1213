//! What a page of a list costs among a million items against among ten thousand, on both engines: in one process without
//! HTTP, whose cost hides a part of the difference, each page from another place; and as the API answers
//! (`items_asked.rs`).

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use gatepost::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use gatepost::domain::items::{Condition, Filter, Item, Offer, Place, Sort, Status};
use gatepost::domain::money::Money;
use gatepost::domain::time::Time;
use gatepost::domain::users::{Role, Tier, User};
use gatepost::domain::words::Words;
use gatepost::random::Random;
use gatepost::store::{Db, Pools, brands, categories, items, users};
use sqlx::{Connection as _, PgConnection};

use crate::items_asked;
use crate::keys::next;

/// How many items, and how long.
#[derive(Args, Clone)]
pub struct Items {
    /// Items in the small table.
    #[arg(long, default_value_t = 10_000)]
    pub few: u32,
    /// Items in the large one.
    #[arg(long, default_value_t = 1_000_000)]
    pub many: u32,
    /// Milliseconds a round, case and side.
    #[arg(long, default_value_t = 400)]
    pub round_ms: u64,
    /// Rounds.
    #[arg(long, default_value_t = 15)]
    pub rounds: usize,
    /// The server's binary, built for release.
    #[arg(long, default_value = "target/release/gatepost")]
    pub gatepost: String,
    /// A PostgreSQL server on which databases may be made; without one only SQLite is measured.
    #[arg(long, env = "GATEPOST_TEST_POSTGRES_URL")]
    pub postgres: Option<String>,
}

/// What pages cost.
#[derive(Default)]
pub struct Measured {
    /// In one process.
    pub read: Vec<Cost>,
    /// As the API answers.
    pub asked: Vec<Cost>,
}

/// Microseconds that a page takes, a pair a round: among few, among many.
pub struct Cost {
    /// The engine.
    pub engine: &'static str,
    /// Which list.
    pub list: &'static str,
    /// One pair a round.
    pub pairs: Vec<(f64, f64)>,
}

/// A table of items.
struct Table {
    db: Db,
    count: u32,
    lenses: CategoryId,
    cameras: Vec<CategoryId>,
    brand: BrandId,
}

/// As `listItems` asks when nobody says otherwise.
const PAGE: u64 = 21;

impl Items {
    /// Makes the tables and measures, round by round in turn.
    pub async fn measure(&self, folder: &Path) -> Result<Measured> {
        let file = |name: &str| format!("sqlite://{}", folder.join(name).display());
        let mut measured = Measured::default();
        self.on(folder, "SQLite", [&file("few-items.db"), &file("many-items.db")], &mut measured).await?;
        if let Some(server) = &self.postgres {
            let (few, many) = (database(server, "few").await?, database(server, "many").await?);
            self.on(folder, "PostgreSQL", [&few, &many], &mut measured).await?;
        }
        Ok(measured)
    }

    async fn on(&self, folder: &Path, engine: &'static str, urls: [&str; 2], measured: &mut Measured) -> Result<()> {
        measured.read.extend(self.read(engine, urls).await?);
        measured.asked.extend(items_asked::measure(self, folder, engine, urls).await?);
        Ok(())
    }

    async fn read(&self, engine: &'static str, [few, many_url]: [&str; 2]) -> Result<Vec<Cost>> {
        let few = Table::of(self.few, few).await?;
        let many = Table::of(self.many, many_url).await?;
        let round = Duration::from_millis(self.round_ms);
        let mut costs: Vec<Cost> =
            few.lists()?.into_iter().map(|(list, _)| Cost { engine, list, pairs: Vec::new() }).collect();
        // The first round brings in what nobody has touched yet, and does not count.
        for number in 0..=self.rounds {
            read_all(many_url).await?;
            let both = few.lists()?.into_iter().zip(many.lists()?);
            for (cost, ((_, small), (_, large))) in costs.iter_mut().zip(both) {
                let pair = (few.page(&small, round).await?, many.page(&large, round).await?);
                cost.pairs.extend((number > 0).then_some(pair));
            }
        }
        few.db.close().await;
        many.db.close().await;
        Ok(costs)
    }
}

impl Table {
    async fn of(count: u32, url: &str) -> Result<Self> {
        let db = Db::open(url).await?;
        let tree = categories::tree(&mut *db.read().await?).await?;
        let of = |slug: &str| tree.of_slug(slug).map(|category| category.id).context("a category of the first day");
        let brand = brands::list(&mut *db.read().await?, None, None, 1).await?.first().context("a brand")?.id;
        let table = Self { db, count, lenses: of("lenses")?, cameras: tree.from(of("cameras")?), brand };
        table.fill().await?;
        Ok(table)
    }

    /// What is asked, by name.
    fn lists(&self) -> Result<Vec<(&'static str, Filter)>> {
        let plain = || Filter { status: Some(Status::Active), ..Filter::default() };
        let euros = Some("EUR".parse()?);
        Ok(vec![
            ("newest", plain()),
            ("of a brand", Filter { brand: Some(self.brand), ..plain() }),
            ("of a category and three below it", Filter { categories: self.cameras.clone(), ..plain() }),
            ("by price", Filter { sort: Sort::PriceAscending, currency: euros, ..plain() }),
            ("with one word", Filter { words: Some(Words::sought("lens")), ..plain() }),
            ("with two words", Filter { words: Some(Words::sought("silver lens")), ..plain() }),
            (
                "with a word, by price",
                Filter { sort: Sort::PriceDescending, currency: euros, words: Some(Words::sought("lens")), ..plain() },
            ),
        ])
    }

    /// Microseconds a page, each from another place in the first half of the list, so that a page is left after it.
    async fn page(&self, filter: &Filter, round: Duration) -> Result<f64> {
        let began = Instant::now();
        let (mut state, mut done) = (0_u64, 0_u32);
        while began.elapsed() < round {
            state = next(state);
            let into = |whole: i64| i64::try_from(state >> 20).map(|dice| dice % (whole / 2));
            let value = match filter.sort {
                Sort::Newest => i64::from(self.count) - into(i64::from(self.count))?,
                Sort::PriceAscending => into(PRICES)?,
                Sort::PriceDescending => PRICES - into(PRICES)?,
            };
            let after = Place { value, id: ItemId::of(Time::from_ms(value), [0; 10]) };
            let mut connection = self.db.read().await?;
            let found = items::list(&mut connection, filter, Some(&after), PAGE).await?;
            ensure!(found.len() == usize::try_from(PAGE)?, "a page of {} items", found.len());
            done += 1;
        }
        Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(done))
    }

    /// Puts the items in directly, and lets the database count them.
    async fn fill(&self) -> Result<()> {
        if let Pools::Sqlite { write, .. } = &self.db.pools {
            sqlx::query("PRAGMA synchronous = OFF").execute(write).await?;
            sqlx::query("PRAGMA cache_size = -1000000").execute(write).await?;
        }
        let random = Random::default();
        let role = Role::Member;
        let id = UserId::new(Time::from_ms(0), &random)?;
        let seller = User {
            id,
            email: None,
            name: None,
            role,
            tier: Tier::Free,
            created_at: Time::from_ms(0),
            disabled_at: None,
        };
        let mut tx = self.db.write().await?;
        users::insert_if_new(&mut tx, &seller, None).await?;
        tx.commit().await?;
        let places: Vec<u32> = (0..self.count).collect();
        for some in places.chunks(10_000) {
            let some = some.iter().map(|place| self.item(*place, id, &random)).collect::<Result<Vec<Item>>>()?;
            let mut tx = self.db.write().await?;
            items::insert_all(&mut tx, &some).await?;
            tx.commit().await?;
        }
        match &self.db.pools {
            Pools::Sqlite { write, .. } => {
                sqlx::query("ANALYZE").execute(write).await?;
            }
            Pools::Postgres(pool) => {
                sqlx::query("VACUUM ANALYZE").execute(pool).await?;
            }
        }
        Ok(())
    }

    /// The item of that moment. What it is like depends on bits of a number that has nothing to do with the time.
    fn item(&self, place: u32, seller: UserId, random: &Random) -> Result<Item> {
        let at = Time::from_ms(i64::from(place));
        let bits = next(u64::from(place)) >> 20;
        let category = match bits % 10 {
            0 => Some(self.lenses),
            1 => self.cameras.last().copied(),
            2 => self.cameras.first().copied(),
            _ => None,
        };
        let thing = THINGS.get(usize::try_from(bits / 10 % 10)?).copied().unwrap_or_default();
        let look = LOOKS.get(usize::try_from(bits / 100 % 10)?).copied().unwrap_or_default();
        let offer = Offer {
            title: format!("A {look} {thing} {}", bits / 1_000 % 100_003),
            description: "Well kept.".to_owned(),
            price: Money { amount: price(place), currency: "EUR".parse()? },
            condition: Condition::Good,
            category,
            brand: (bits / 1_000).is_multiple_of(8).then_some(self.brand),
        };
        Ok(Item::offered(ItemId::new(at, random)?, seller, offer, at))
    }
}

const THINGS: [&str; 10] = ["lens", "camera", "lamp", "guitar", "bicycle", "chair", "radio", "clock", "table", "book"];
const LOOKS: [&str; 10] = ["silver", "black", "red", "old", "new", "rare", "small", "large", "blue", "green"];

/// All prices are below.
pub const PRICES: i64 = 1 << 28;

/// As many prices as items, in another order.
fn price(place: u32) -> i64 {
    i64::from(place.wrapping_mul(2_654_435_761) >> 4)
}

/// Reads all of a database, so that the system has it in memory: it takes back what was not asked for lately, and how long a
/// disk takes is another question.
pub async fn read_all(url: &str) -> Result<()> {
    if let Some(file) = url.strip_prefix("sqlite://") {
        let file = file.to_owned();
        let copy = move || std::io::copy(&mut std::fs::File::open(file)?, &mut std::io::sink());
        tokio::task::spawn_blocking(copy).await??;
        return Ok(());
    }
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("CREATE EXTENSION IF NOT EXISTS pg_prewarm").execute(&mut connection).await?;
    let all = "SELECT pg_prewarm(oid::regclass, 'read') FROM pg_class WHERE relname ~ '^items?_' OR relname = 'items'";
    sqlx::query(all).execute(&mut connection).await?;
    Ok(())
}

/// A new database on that server.
pub async fn database(server: &str, name: &str) -> Result<String> {
    let name = format!("bench_{name}_{}", std::process::id());
    let mut connection = PgConnection::connect(server).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await?;
    let (head, _) = server.rsplit_once('/').context("a database's address ends with its name")?;
    Ok(format!("{head}/{name}"))
}

//! What it costs to verify a key among a million against among a thousand: remembered, and asked of the database each time.
//! In one process and without HTTP, whose cost would hide the difference.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use clap::Args;
use gatepost::auth::KeyCache;
use gatepost::domain::ids::KeyId;
use gatepost::domain::keys::KeyHash;
use gatepost::random::Random;
use gatepost::store::{Db, keys};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{QueryBuilder, Sqlite, SqlitePool};

/// How many keys, and how long.
#[derive(Args, Clone)]
pub struct Keys {
    /// Keys in the small table.
    #[arg(long, default_value_t = 1_000)]
    pub few: u64,
    /// Keys in the large one.
    #[arg(long, default_value_t = 1_000_000)]
    pub many: u64,
    /// Milliseconds a round and side.
    #[arg(long, default_value_t = 1_000)]
    pub round_ms: u64,
    /// Rounds.
    #[arg(long, default_value_t = 7)]
    pub rounds: usize,
}

/// As many as issue 3 names.
impl Default for Keys {
    fn default() -> Self {
        Self { few: 1_000, many: 1_000_000, round_ms: 1_000, rounds: 7 }
    }
}

/// Microseconds a verification takes, a pair a round: among few, among many.
pub struct Cost {
    /// `remembered` or `asked of the database`.
    pub how: &'static str,
    /// One pair a round.
    pub pairs: Vec<(f64, f64)>,
}

/// A table of keys.
struct Table {
    db: Db,
    count: u64,
    cache: KeyCache,
}

impl Keys {
    /// Makes both tables and measures, round by round in turn.
    pub async fn measure(&self, folder: &Path) -> Result<Vec<Cost>> {
        let few = Table::of(self.few, &folder.join("few.db")).await?;
        let many = Table::of(self.many, &folder.join("many.db")).await?;
        let round = Duration::from_millis(self.round_ms);
        let (mut asked, mut remembered) = (Vec::new(), Vec::new());
        for _ in 0..self.rounds {
            asked.push((few.asked(round).await?, many.asked(round).await?));
            remembered.push((few.remembered(round).await?, many.remembered(round).await?));
        }
        Ok(vec![Cost { how: "asked of the database", pairs: asked }, Cost { how: "remembered", pairs: remembered }])
    }
}

impl Table {
    async fn of(count: u64, path: &PathBuf) -> Result<Self> {
        let db = Db::open(&format!("sqlite://{}", path.display())).await?;
        fill(path, count).await?;
        Ok(Self { db, count, cache: KeyCache::default() })
    }

    /// Every look-up at another place of the table, as no cache would hold it.
    async fn asked(&self, round: Duration) -> Result<f64> {
        let began = Instant::now();
        let (mut state, mut done) = (0_u64, 0_u32);
        while began.elapsed() < round {
            for _ in 0..64 {
                state = next(state);
                let place = (state >> 16) % self.count;
                let found = keys::find_by_hash(&mut *self.db.read().await?, &hash(place)).await?;
                found.context("a key that was put there")?;
            }
            done += 64;
        }
        Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(done))
    }

    /// A thousand keys in turn, which the cache holds.
    async fn remembered(&self, round: Duration) -> Result<f64> {
        let kept: Vec<KeyHash> = (0..1_000.min(self.count)).map(hash).collect();
        let began = Instant::now();
        let mut done = 0_u32;
        while began.elapsed() < round {
            for hash in &kept {
                self.cache.find(&self.db, hash).await?.context("a key that was put there")?;
                done += 1;
            }
        }
        Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(done))
    }
}

/// From place to place without an order that a cache of pages would like: Knuth's generator.
pub const fn next(state: u64) -> u64 {
    state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407)
}

fn hash(place: u64) -> KeyHash {
    KeyHash::of(&format!("bench key {place}"))
}

/// Puts the keys in directly: nobody waits for a million requests, and the table does not care.
async fn fill(path: &PathBuf, count: u64) -> Result<()> {
    let options = SqliteConnectOptions::new().filename(path).pragma("synchronous", "OFF").pragma("cache_size", CACHE);
    let pool = SqlitePool::connect_with(options).await?;
    let mut tx = pool.begin().await?;
    sqlx::query("INSERT INTO users (id, role, tier, created_at) VALUES (?, 'member', 'free', 0)")
        .bind(OWNER)
        .execute(&mut *tx)
        .await?;
    let random = Random::default();
    let places: Vec<u64> = (0..count).collect();
    for places in places.chunks(ROWS) {
        let ids = places.iter().map(|_| KeyId::new(&random)).collect::<Result<Vec<_>, _>>()?;
        let mut insert = QueryBuilder::<Sqlite>::new(INSERT);
        insert.push_values(places.iter().zip(ids), |mut row, (place, id)| {
            row.push_bind(id.to_string()).push_bind(OWNER).push_bind(hash(*place).to_string()).push(REST);
        });
        insert.build().execute(&mut *tx).await?;
    }
    tx.commit().await?;
    sqlx::query("ANALYZE").execute(&pool).await?;
    pool.close().await;
    Ok(())
}

const OWNER: &str = "usr_01k9z3v8q2m4n6p8r0s2t4v6w8";
const INSERT: &str = "INSERT INTO keys (id, owner, hash, display, name, environment, scopes, created_at) ";
const REST: &str = "'gp_live_4f8K…x9Q2', 'bench', 'live', 'read', 0";
/// Rows of one statement.
const ROWS: usize = 1_000;
/// Ids and hashes come in no order: without room for the whole table each would write a page of its own. In KiB, negated.
const CACHE: &str = "-2000000";

//! What a page of a list costs as the API answers: asked one after another of two servers, one among few items and one among
//! many. Lists by price begin at another price each time; the others are walked, page after page.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use serde_json::Value;

use crate::items::{Cost, Items, PRICES, read_all};
use crate::keys::next;
use crate::post;
use crate::server::{ROOT_KEY, Server, pin};

/// A list, and how its next page is found.
struct List {
    name: &'static str,
    query: &'static str,
    /// The bound of the price that gives the place.
    bound: Option<&'static str>,
}

const LISTS: [List; 7] = [
    List { name: "newest", query: "", bound: None },
    List { name: "of a brand", query: "brandId={brand}", bound: None },
    List { name: "of a category and three below it", query: "categoryId={cameras}", bound: None },
    List { name: "by price", query: "sort=priceAscending&currency=EUR", bound: Some("minPrice") },
    List { name: "with one word", query: "q=lens", bound: None },
    List { name: "with two words", query: "q=silver%20lens", bound: None },
    List { name: "with a word, by price", query: "q=lens&sort=priceDescending&currency=EUR", bound: Some("maxPrice") },
];

/// Who asks one of the servers.
struct Asker {
    client: Client,
    server: Server,
    brand: String,
    cameras: String,
    state: u64,
}

/// Microseconds a page, round by round in turn. The databases are filled.
pub async fn measure(
    items: &Items,
    folder: &Path,
    engine: &'static str,
    [few, many_url]: [&str; 2],
) -> Result<Vec<Cost>> {
    let binary = std::fs::canonicalize(&items.gatepost).context("build it first: cargo build --release")?;
    let binary = binary.to_string_lossy();
    let mut few = Asker::of(&binary, folder, few).await?;
    let mut many = Asker::of(&binary, folder, many_url).await?;
    let round = Duration::from_millis(items.round_ms);
    let mut costs: Vec<Cost> = LISTS.iter().map(|list| Cost { engine, list: list.name, pairs: Vec::new() }).collect();
    // The servers have core 0 to themselves.
    pin("1").await?;
    // As in one process: the first round does not count.
    for number in 0..=items.rounds {
        read_all(many_url).await?;
        for (cost, list) in costs.iter_mut().zip(&LISTS) {
            let pair = (few.page(list, round).await?, many.page(list, round).await?);
            cost.pairs.extend((number > 0).then_some(pair));
        }
    }
    pin("0-1").await?;
    Ok(costs)
}

impl Asker {
    async fn of(binary: &str, folder: &Path, database: &str) -> Result<Self> {
        let server = Server::that_sends(binary, folder, Some(database)).await?;
        let mut asker =
            Self { client: post::client(1)?, server, brand: String::new(), cameras: String::new(), state: 0 };
        asker.brand = asker.first("/v1/brands?limit=1", |_| true).await?;
        asker.cameras = asker
            .first("/v1/categories", |category| category.get("slug").is_some_and(|slug| slug == "cameras"))
            .await?;
        Ok(asker)
    }

    /// Microseconds a page, asked for so long.
    async fn page(&mut self, list: &List, round: Duration) -> Result<f64> {
        let query = list.query.replace("{brand}", &self.brand).replace("{cameras}", &self.cameras);
        let query = format!("/v1/items?{query}");
        let (began, mut done, mut cursor) = (Instant::now(), 0_u32, None::<String>);
        while began.elapsed() < round {
            self.state = next(self.state);
            let asked = match (list.bound, &cursor) {
                (Some(bound), _) => format!("{query}&{bound}={}", self.price(bound)?),
                (None, Some(cursor)) => format!("{query}&cursor={cursor}"),
                (None, None) => query.clone(),
            };
            let page = self.ask(&asked).await?;
            let found = page.get("data").and_then(Value::as_array).map_or(0, Vec::len);
            cursor = page.get("nextCursor").and_then(Value::as_str).map(str::to_owned);
            // The last page of a walk, from whose end it begins anew.
            ensure!(found == 20 || cursor.is_none(), "a page of {found} items for {asked}");
            done += 1;
        }
        Ok(began.elapsed().as_secs_f64() * 1e6 / f64::from(done))
    }

    /// The id of the first of those things that is such a one.
    async fn first(&self, path: &str, is_it: impl Fn(&Value) -> bool) -> Result<String> {
        let all = self.ask(path).await?;
        let all = all.get("data").and_then(Value::as_array).context("a list")?;
        let id = all.iter().find(|thing| is_it(thing)).and_then(|thing| thing.get("id")).and_then(Value::as_str);
        Ok(id.with_context(|| format!("none such under {path}"))?.to_owned())
    }

    /// A price in the half of the list where pages are left after it.
    fn price(&self, bound: &str) -> Result<i64> {
        let into = i64::try_from(self.state >> 20)? % (PRICES / 2);
        Ok(if bound == "minPrice" { into } else { PRICES - into })
    }

    async fn ask(&self, path: &str) -> Result<Value> {
        let url = format!("http://{}{path}", self.server.address);
        let answer = self.client.get(url).header("x-api-key", ROOT_KEY).send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "{path}: {status} {text}");
        Ok(serde_json::from_str(&text)?)
    }
}

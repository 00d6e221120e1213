//! The cheapest offers of a market, by category and currency. It remembers only those, however many items there are.

use std::collections::BTreeMap;
use std::fmt;

use futures_util::{Stream, TryStreamExt as _};
use gatepost_sdk::types::{Category, Item};
use gatepost_sdk::{Client, Error};

/// How many offers of a group are kept.
const KEPT: usize = 3;

/// What is for sale in one category and currency.
#[derive(Debug, Default)]
pub struct Group {
    /// The cheapest offers, the cheapest first.
    pub cheapest: Vec<Item>,
    /// Offers in all.
    pub offers: usize,
}

/// Groups by the category's path and the currency.
#[derive(Debug, Default)]
pub struct Prices {
    /// By category and currency.
    pub groups: BTreeMap<(String, String), Group>,
    /// Pages of items turn by themselves; this is how many items came.
    pub seen: usize,
}

/// Follows every page of the market's items, or of those with these words.
///
/// # Errors
/// The first call that fails after the SDK has tried again.
pub async fn crawl(client: &Client, words: Option<&str>) -> Result<Prices, Error> {
    let categories: Vec<Category> = client.list_categories().limit(100).stream().collect_all().await?;
    let paths: BTreeMap<String, String> = categories.into_iter().map(|one| (one.id, one.path)).collect();
    let list = client.list_items().limit(100);
    let items = match words {
        Some(words) => list.q(words).stream(),
        None => list.stream(),
    };
    gather(items, &paths).await
}

/// Takes each item as it comes; the next page is fetched only when this one is used up.
async fn gather(
    items: impl Stream<Item = Result<Item, Error>>,
    paths: &BTreeMap<String, String>,
) -> Result<Prices, Error> {
    items
        .try_fold(Prices::default(), |mut prices, item| async move {
            let path = item.category_id.as_ref().and_then(|id| paths.get(id));
            prices.add(path.map_or("without a category", String::as_str), item);
            Ok(prices)
        })
        .await
}

impl Prices {
    fn add(&mut self, path: &str, item: Item) {
        let group = self.groups.entry((path.to_owned(), item.price.currency.clone())).or_default();
        let place = group.cheapest.partition_point(|kept| kept.price.amount <= item.price.amount);
        group.cheapest.insert(place, item);
        group.cheapest.truncate(KEPT);
        group.offers += 1;
        self.seen += 1;
    }
}

/// A table to read.
impl fmt::Display for Prices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ((path, currency), group) in &self.groups {
            writeln!(f, "{path}, {currency}: {} offers", group.offers)?;
            for item in &group.cheapest {
                // Minor units, as the API counts: how many make one of the currency is ISO 4217's to say.
                writeln!(f, "{:>12}  {}  ({})", item.price.amount, item.title, item.id)?;
            }
        }
        write!(f, "{} items", self.seen)
    }
}

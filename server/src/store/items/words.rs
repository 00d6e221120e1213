//! What items are found by: the words of title and description, kept newest first and by price, so that a page of either
//! list is read in its order.

use sea_query::{Expr, ExprTrait as _, Order, Query, Value};
use sqlx::FromRow;

use crate::domain::ids::{ItemId, UserId};
use crate::domain::items::Item;
use crate::domain::money::{Currency, Money};
use crate::domain::words::Words;
use crate::store::tables::Items;
use crate::store::words::WordTable;
use crate::store::{StoreError, Tx};

/// The items of a word, newest first from the end.
pub const NEWEST: WordTable = WordTable::newest("item_words");
/// The items of a word and a currency, by price.
pub const BY_PRICE: WordTable = WordTable { name: "item_words_by_price", by: &[CURRENCY, AMOUNT, "thing"] };
/// The column of the price's currency.
pub const CURRENCY: &str = "currency";
/// The column of the price, in minor units.
pub const AMOUNT: &str = "amount";

/// Items of one read.
const ROWS: u64 = 500;

/// What an item is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    id: ItemId,
    price: Money,
    words: Words,
}

#[derive(FromRow)]
struct Row {
    id: ItemId,
    title: String,
    description: String,
    price_amount: i64,
    price_currency: Currency,
}

impl From<&Item> for Entry {
    fn from(item: &Item) -> Self {
        Self { id: item.id, price: item.price, words: Words::of(&[&item.title, &item.description]) }
    }
}

impl From<Row> for Entry {
    fn from(row: Row) -> Self {
        let price = Money { amount: row.price_amount, currency: row.price_currency };
        Self { id: row.id, price, words: Words::of(&[&row.title, &row.description]) }
    }
}

impl Entry {
    /// The same, found by nothing.
    fn without_words(&self) -> Self {
        Self { words: Words::default(), ..*self }
    }

    fn newest(&self) -> [Value; 1] {
        [self.id.into()]
    }

    fn by_price(&self) -> [Value; 3] {
        [self.price.currency.into(), self.price.amount.into(), self.id.into()]
    }
}

/// Keeps the entries of items that had none.
///
/// # Errors
/// The store's failure.
pub async fn put(tx: &mut Tx, entries: &[Entry]) -> Result<(), StoreError> {
    let newest: Vec<_> = entries.iter().map(Entry::newest).collect();
    let by_price: Vec<_> = entries.iter().map(Entry::by_price).collect();
    NEWEST.put(tx, &pairs(entries, &newest)).await?;
    BY_PRICE.put(tx, &pairs(entries, &by_price)).await
}

/// Each word of each entry, with what its thing is listed by.
fn pairs<'a, const N: usize>(entries: &'a [Entry], things: &'a [[Value; N]]) -> Vec<(&'a str, &'a [Value])> {
    let pairs = |(entry, thing): (&'a Entry, &'a [Value; N])| entry.words.iter().map(|word| (word, &thing[..]));
    entries.iter().zip(things).flat_map(pairs).collect()
}

/// Makes an item's entry another one.
///
/// # Errors
/// The store's failure.
pub async fn change(tx: &mut Tx, before: &Entry, after: &Entry) -> Result<(), StoreError> {
    NEWEST.change(tx, &after.newest(), &before.words, &after.words).await?;
    if before.price == after.price {
        return BY_PRICE.change(tx, &after.by_price(), &before.words, &after.words).await;
    }
    BY_PRICE.change(tx, &before.by_price(), &before.words, &Words::default()).await?;
    BY_PRICE.change(tx, &after.by_price(), &Words::default(), &after.words).await
}

/// Takes an item's entry away.
///
/// # Errors
/// The store's failure.
pub async fn remove(tx: &mut Tx, entry: &Entry) -> Result<(), StoreError> {
    change(tx, entry, &entry.without_words()).await
}

/// Gives every item its entry, for items that are older than the tables of words.
///
/// # Errors
/// The store's failure.
pub async fn fill(tx: &mut Tx) -> Result<(), StoreError> {
    let mut last = None;
    while let Some(some) = next(tx, None, &mut last).await? {
        put(tx, &some).await?;
    }
    Ok(())
}

/// Takes away what a seller's items are found by; for when they go with their seller.
///
/// # Errors
/// The store's failure.
pub async fn forget_those_of(tx: &mut Tx, seller: &UserId) -> Result<(), StoreError> {
    let mut last = None;
    while let Some(some) = next(tx, Some(seller), &mut last).await? {
        for entry in &some {
            remove(tx, entry).await?;
        }
    }
    Ok(())
}

/// The entries of some items (of a seller, or all) after the last one, which then is the last of these; `None` at the end.
async fn next(
    tx: &mut Tx,
    seller: Option<&UserId>,
    last: &mut Option<ItemId>,
) -> Result<Option<Vec<Entry>>, StoreError> {
    let mut statement = Query::select();
    statement
        .columns([Items::Id, Items::Title, Items::Description, Items::PriceAmount, Items::PriceCurrency])
        .from(Items::Table);
    if let Some(seller) = seller {
        statement.and_where(Expr::col(Items::Seller).eq(seller));
    }
    if let Some(last) = *last {
        statement.and_where(Expr::col(Items::Id).gt(last));
    }
    let rows: Vec<Row> = tx.fetch_all(statement.order_by(Items::Id, Order::Asc).limit(ROWS)).await?;
    let Some(end) = rows.last() else { return Ok(None) };
    *last = Some(end.id);
    Ok(Some(rows.into_iter().map(Entry::from).collect()))
}

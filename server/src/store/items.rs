//! Items. Their lists stand in `list.rs`.

mod list;

mod owned;

use std::sync::LazyLock;

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

pub use list::list;

use super::tables::Items;
use super::words::ITEM_WORDS;
use super::{Connection, Prepared, StoreError, Tx};
use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::items::{Condition, Item, Status};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Time;
use crate::domain::words::Words;

pub use owned::{of_seller, turn};

const COLUMNS: [Items; 12] = [
    Items::Id,
    Items::Seller,
    Items::Title,
    Items::Description,
    Items::PriceAmount,
    Items::PriceCurrency,
    Items::Condition,
    Items::Status,
    Items::Category,
    Items::Brand,
    Items::CreatedAt,
    Items::UpdatedAt,
];

/// Items of one statement.
const ROWS: usize = 500;

#[derive(FromRow)]
struct Row {
    id: ItemId,
    seller: UserId,
    title: String,
    description: String,
    price_amount: i64,
    price_currency: Currency,
    condition: Condition,
    status: Status,
    category: Option<CategoryId>,
    brand: Option<BrandId>,
    created_at: Time,
    updated_at: Time,
}

impl From<Row> for Item {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            seller: row.seller,
            title: row.title,
            description: row.description,
            price: Money { amount: row.price_amount, currency: row.price_currency },
            condition: row.condition,
            status: row.status,
            category: row.category,
            brand: row.brand,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Items::Table).to_owned()
}

/// The item of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &ItemId) -> Result<Option<Item>, StoreError> {
    static FIND: LazyLock<Prepared> = LazyLock::new(|| Prepared::new(select().and_where(Expr::col(Items::Id).eq(""))));
    Ok(connection.fetch_prepared::<Row>(&FIND, [id.into()]).await?.map(Item::from))
}

/// As [`find`], and nobody else changes it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &ItemId) -> Result<Option<Item>, StoreError> {
    let statement = select().and_where(Expr::col(Items::Id).eq(id)).lock_exclusive().to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Item::from))
}

/// Keeps a new item, and what it is found by.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, item: &Item) -> Result<(), StoreError> {
    insert_all(tx, std::slice::from_ref(item)).await
}

/// Keeps many new items at once.
///
/// # Errors
/// The store's failure.
pub async fn insert_all(tx: &mut Tx, items: &[Item]) -> Result<(), StoreError> {
    for some in items.chunks(ROWS) {
        let mut statement = Query::insert().into_table(Items::Table).columns(COLUMNS).to_owned();
        for item in some {
            statement.values_panic(values(item));
        }
        tx.execute(&statement).await?;
        let words: Vec<(ItemId, Words)> =
            some.iter().map(|item| (item.id, Words::of(&[&item.title, &item.description]))).collect();
        let mut pairs = Vec::new();
        for (id, words) in &words {
            pairs.extend(words.iter().map(|word| (word, id.into())));
        }
        ITEM_WORDS.put(tx, &pairs).await?;
    }
    Ok(())
}

fn values(item: &Item) -> [Expr; 12] {
    [
        item.id.into(),
        item.seller.into(),
        item.title.as_str().into(),
        item.description.as_str().into(),
        item.price.amount.into(),
        item.price.currency.into(),
        item.condition.into(),
        item.status.into(),
        item.category.into(),
        item.brand.into(),
        item.created_at.into(),
        item.updated_at.into(),
    ]
}

/// Keeps what can be changed of an item, and what it is found by from now on.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, item: &Item) -> Result<(), StoreError> {
    let texts = Query::select()
        .columns([Items::Title, Items::Description])
        .from(Items::Table)
        .and_where(Expr::col(Items::Id).eq(item.id))
        .to_owned();
    let before = found_by(tx.fetch_optional(&texts).await?);
    let statement = Query::update()
        .table(Items::Table)
        .value(Items::Title, item.title.as_str())
        .value(Items::Description, item.description.as_str())
        .value(Items::PriceAmount, item.price.amount)
        .value(Items::PriceCurrency, item.price.currency)
        .value(Items::Condition, item.condition)
        .value(Items::Status, item.status)
        .value(Items::Category, item.category)
        .value(Items::Brand, item.brand)
        .value(Items::UpdatedAt, item.updated_at)
        .and_where(Expr::col(Items::Id).eq(item.id))
        .to_owned();
    tx.execute(&statement).await?;
    ITEM_WORDS.change(tx, item.id, &before, &Words::of(&[&item.title, &item.description])).await
}

/// Removes an item, and what it was found by.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: &ItemId) -> Result<(), StoreError> {
    let statement = Query::delete()
        .from_table(Items::Table)
        .and_where(Expr::col(Items::Id).eq(id))
        .returning(Query::returning().columns([Items::Title, Items::Description]))
        .to_owned();
    let before = found_by(tx.fetch_optional(&statement).await?);
    ITEM_WORDS.change(tx, *id, &before, &Words::default()).await
}

/// The words of an item's title and description.
fn found_by(texts: Option<(String, String)>) -> Words {
    texts.map_or_else(Words::default, |(title, description)| Words::of(&[&title, &description]))
}

/// Gives every item the words that it is found by, for items that are older than these.
///
/// # Errors
/// The store's failure.
pub(super) async fn fill_words(tx: &mut Tx) -> Result<(), StoreError> {
    let mut last = None;
    while let Some((some, end)) = texts(tx, None, last).await? {
        for (id, words) in some {
            ITEM_WORDS.change(tx, id, &Words::default(), &words).await?;
        }
        last = Some(end);
    }
    Ok(())
}

/// Takes away what a seller's items are found by; for when they go with their seller.
///
/// # Errors
/// The store's failure.
pub(super) async fn forget_words_of(tx: &mut Tx, seller: &UserId) -> Result<(), StoreError> {
    let mut last = None;
    while let Some((some, end)) = texts(tx, Some(seller), last).await? {
        for (id, words) in some {
            ITEM_WORDS.change(tx, id, &words, &Words::default()).await?;
        }
        last = Some(end);
    }
    Ok(())
}

/// The words of some items (of a seller, or all) after that one, and the last one's id; `None` after the last.
async fn texts(
    tx: &mut Tx,
    seller: Option<&UserId>,
    after: Option<ItemId>,
) -> Result<Option<(Vec<(ItemId, Words)>, ItemId)>, StoreError> {
    let mut statement = Query::select();
    statement.columns([Items::Id, Items::Title, Items::Description]).from(Items::Table);
    if let Some(seller) = seller {
        statement.and_where(Expr::col(Items::Seller).eq(seller));
    }
    if let Some(after) = after {
        statement.and_where(Expr::col(Items::Id).gt(after));
    }
    statement.order_by(Items::Id, Order::Asc).limit(500);
    let rows: Vec<(ItemId, String, String)> = tx.fetch_all(&statement).await?;
    let Some(last) = rows.last().map(|(id, _, _)| *id) else { return Ok(None) };
    let words = rows.into_iter().map(|(id, title, description)| (id, found_by(Some((title, description)))));
    Ok(Some((words.collect(), last)))
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;

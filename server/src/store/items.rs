//! Items. Their lists stand in `list.rs`.

mod list;
mod owned;
pub(super) mod words;

use std::sync::LazyLock;

use sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sqlx::FromRow;

pub use list::list;

use super::tables::Items;
use super::{Connection, Prepared, StoreError, Tx};
use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::items::{Condition, Item, Status};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Time;

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
        let entries: Vec<words::Entry> = some.iter().map(words::Entry::from).collect();
        words::put(tx, &entries).await?;
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

/// Keeps what can be changed of an item that was `before`, and what it is found by from now on. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, before: &Item, item: &Item) -> Result<(), StoreError> {
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
    words::change(tx, &before.into(), &item.into()).await
}

/// Removes an item, and what it was found by. Its row is locked.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, item: &Item) -> Result<(), StoreError> {
    let statement = Query::delete().from_table(Items::Table).and_where(Expr::col(Items::Id).eq(item.id)).to_owned();
    tx.execute(&statement).await?;
    words::remove(tx, &item.into()).await
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;

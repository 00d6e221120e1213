//! Items.

use std::sync::LazyLock;

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement, Value};
use sqlx::FromRow;

use super::tables::Items;
use super::{Connection, Prepared, StoreError, Tx};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{BrandId, CategoryId, ItemId, UserId};
use crate::domain::items::{Condition, Filter, Item, Status};
use crate::domain::money::{Currency, Money};
use crate::domain::time::Time;

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

/// Up to `most` items that the filter lets through, newest first, those after the cursor. Each filter has an index that
/// ends in this order, so that a page costs the same wherever it is.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<&Cursor<ItemId>>,
    most: u64,
) -> Result<Vec<Item>, StoreError> {
    let mut statement = select();
    let conditions: [(Items, Option<Value>); 5] = [
        (Items::Status, filter.status.map(Value::from)),
        (Items::Condition, filter.condition.map(Value::from)),
        (Items::Category, filter.category.map(Value::from)),
        (Items::Brand, filter.brand.map(Value::from)),
        (Items::Seller, filter.seller.map(Value::from)),
    ];
    for (column, value) in conditions {
        if let Some(value) = value {
            statement.and_where(Expr::col(column).eq(value));
        }
    }
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Items::CreatedAt), Expr::col(Items::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Items::CreatedAt, Order::Desc).order_by(Items::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Item::from).collect())
}

/// Keeps a new item.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, item: &Item) -> Result<(), StoreError> {
    let values: [Expr; 12] = [
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
    ];
    let statement = Query::insert().into_table(Items::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps what can be changed of an item.
///
/// # Errors
/// The store's failure.
pub async fn update(tx: &mut Tx, item: &Item) -> Result<(), StoreError> {
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
    tx.execute(&statement).await.map(drop)
}

/// Removes an item.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, id: &ItemId) -> Result<(), StoreError> {
    let statement = Query::delete().from_table(Items::Table).and_where(Expr::col(Items::Id).eq(id)).to_owned();
    tx.execute(&statement).await.map(drop)
}

#[cfg(test)]
#[path = "items_tests.rs"]
mod tests;

//! Orders.

use sea_query::{Expr, ExprTrait as _, Order as Sort, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::Orders;
use super::{Connection, StoreError, Tx};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{ItemId, OrderId, UserId};
use crate::domain::money::{Currency, Money};
use crate::domain::orders::{Ended, Order, Party, Status};
use crate::domain::time::Time;

const COLUMNS: [Orders; 11] = [
    Orders::Id,
    Orders::Item,
    Orders::ItemTitle,
    Orders::Buyer,
    Orders::Seller,
    Orders::PriceAmount,
    Orders::PriceCurrency,
    Orders::Status,
    Orders::EndedBy,
    Orders::EndedAt,
    Orders::CreatedAt,
];

#[derive(FromRow)]
struct Row {
    id: OrderId,
    item: ItemId,
    item_title: String,
    buyer: Option<UserId>,
    seller: Option<UserId>,
    price_amount: i64,
    price_currency: Currency,
    status: Status,
    ended_by: Option<Party>,
    ended_at: Option<Time>,
    created_at: Time,
}

impl From<Row> for Order {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            item: row.item,
            item_title: row.item_title,
            buyer: row.buyer,
            seller: row.seller,
            price: Money { amount: row.price_amount, currency: row.price_currency },
            status: row.status,
            ended: row.ended_by.zip(row.ended_at).map(|(by, at)| Ended { by, at }),
            created_at: row.created_at,
        }
    }
}

/// Which orders a list shows, all of one account.
#[derive(Debug, Clone, Copy)]
pub struct Filter {
    /// Whose.
    pub account: UserId,
    /// As which party; either, where it is not said.
    pub role: Option<Party>,
    /// In which state.
    pub status: Option<Status>,
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(Orders::Table).to_owned()
}

const fn column(party: Party) -> Orders {
    match party {
        Party::Buyer => Orders::Buyer,
        Party::Seller => Orders::Seller,
    }
}

/// The order of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let statement = select().and_where(Expr::col(Orders::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Order::from))
}

/// As [`find`], and nobody else ends it or writes to it until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock(tx: &mut Tx, id: &OrderId) -> Result<Option<Order>, StoreError> {
    let statement = select().and_where(Expr::col(Orders::Id).eq(id)).lock_exclusive().to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(Order::from))
}

/// Up to `most` orders of an account, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    filter: &Filter,
    after: Option<&Cursor<OrderId>>,
    most: u64,
) -> Result<Vec<Order>, StoreError> {
    let mut found = Vec::new();
    // Each role has an index that ends in this order; one question for both would have none.
    for role in Party::ALL.iter().filter(|role| filter.role.is_none_or(|only| only == **role)) {
        let statement = of_party(filter, *role, after, most);
        let rows: Vec<Row> = connection.fetch_all(&statement).await?;
        found.extend(rows.into_iter().map(Order::from));
    }
    found.sort_unstable_by_key(|order| std::cmp::Reverse((order.created_at, order.id)));
    // An order that two accounts made which are one now.
    found.dedup_by_key(|order| order.id);
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

fn of_party(filter: &Filter, role: Party, after: Option<&Cursor<OrderId>>, most: u64) -> SelectStatement {
    let mut statement = select();
    statement.and_where(Expr::col(column(role)).eq(filter.account));
    if let Some(status) = filter.status {
        statement.and_where(Expr::col(Orders::Status).eq(status));
    }
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Orders::CreatedAt), Expr::col(Orders::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Orders::CreatedAt, Sort::Desc).order_by(Orders::Id, Sort::Desc).limit(most);
    statement
}

/// Keeps a new order.
///
/// # Errors
/// [`StoreError::Conflict`] of `orders_item` when another order of the item is under way or completed.
pub async fn insert(tx: &mut Tx, new: &Order) -> Result<(), StoreError> {
    let values: [Expr; 11] = [
        new.id.into(),
        new.item.into(),
        new.item_title.as_str().into(),
        new.buyer.into(),
        new.seller.into(),
        new.price.amount.into(),
        new.price.currency.into(),
        new.status.into(),
        new.ended.map(|ended| ended.by).into(),
        new.ended.map(|ended| ended.at).into(),
        new.created_at.into(),
    ];
    let statement = Query::insert().into_table(Orders::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Keeps how an order ended.
///
/// # Errors
/// The store's failure.
pub async fn update_ended(tx: &mut Tx, order: &Order) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(Orders::Table)
        .value(Orders::Status, order.status)
        .value(Orders::EndedBy, order.ended.map(|ended| ended.by))
        .value(Orders::EndedAt, order.ended.map(|ended| ended.at))
        .and_where(Expr::col(Orders::Id).eq(order.id))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

/// The pending orders of an account, and nobody else ends them until this transaction ends.
///
/// # Errors
/// The store's failure.
pub async fn lock_pending(tx: &mut Tx, account: &UserId) -> Result<Vec<Order>, StoreError> {
    let theirs = Expr::col(Orders::Buyer).eq(account).or(Expr::col(Orders::Seller).eq(account));
    let statement = select()
        .and_where(theirs)
        .and_where(Expr::col(Orders::Status).eq(Status::Pending))
        .order_by(Orders::Id, Sort::Asc)
        .lock_exclusive()
        .to_owned();
    let rows: Vec<Row> = tx.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Order::from).collect())
}

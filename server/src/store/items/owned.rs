//! Items as their seller sees them, and as orders take and give them back.

use sea_query::{Expr, ExprTrait as _, Order, Query};

use super::super::tables::Items;
use super::super::{Connection, StoreError, Tx};
use super::{Row, select};
use crate::domain::cursor::Cursor;
use crate::domain::ids::{ItemId, UserId};
use crate::domain::items::{Item, Status};
use crate::domain::time::Time;

/// Up to `most` items of a seller, of one state or of all, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn of_seller(
    connection: &mut Connection,
    seller: &UserId,
    status: Option<Status>,
    after: Option<&Cursor<ItemId>>,
    most: u64,
) -> Result<Vec<Item>, StoreError> {
    let mut statement = select();
    statement.and_where(Expr::col(Items::Seller).eq(seller));
    if let Some(status) = status {
        statement.and_where(Expr::col(Items::Status).eq(status));
    }
    if let Some(after) = after {
        let place = Expr::tuple([Expr::col(Items::CreatedAt), Expr::col(Items::Id)]);
        statement.and_where(place.lt(Expr::tuple([after.time.into(), after.id.into()])));
    }
    statement.order_by(Items::CreatedAt, Order::Desc).order_by(Items::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Item::from).collect())
}

/// Takes an item from one state into another. False where it is in none such: then nothing was done.
///
/// # Errors
/// The store's failure.
pub async fn turn(tx: &mut Tx, id: &ItemId, from: Status, to: Status, now: Time) -> Result<bool, StoreError> {
    let statement = Query::update()
        .table(Items::Table)
        .value(Items::Status, to)
        .value(Items::UpdatedAt, now)
        .and_where(Expr::col(Items::Id).eq(id))
        .and_where(Expr::col(Items::Status).eq(from))
        .to_owned();
    Ok(tx.execute(&statement).await? > 0)
}

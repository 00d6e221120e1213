//! Messages, numbered within their order.

use sea_query::{Expr, ExprTrait as _, Order, Query};
use sqlx::FromRow;

use super::tables::Messages;
use super::{Connection, StoreError, Tx};
use crate::domain::ids::{MessageId, OrderId};
use crate::domain::messages::Message;
use crate::domain::orders::Party;
use crate::domain::time::Time;

const COLUMNS: [Messages; 6] =
    [Messages::OrderId, Messages::Number, Messages::Id, Messages::Sender, Messages::Body, Messages::CreatedAt];

#[derive(FromRow)]
struct Row {
    order_id: OrderId,
    number: i64,
    id: MessageId,
    sender: Party,
    body: String,
    created_at: Time,
}

impl From<Row> for Message {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            order: row.order_id,
            number: row.number,
            sender: row.sender,
            text: row.body,
            created_at: row.created_at,
        }
    }
}

/// The number of the next message of an order. Hold the order's lock: then nobody else has it.
///
/// # Errors
/// The store's failure.
pub async fn next_number(tx: &mut Tx, order: &OrderId) -> Result<i64, StoreError> {
    let statement = Query::select()
        .column(Messages::Number)
        .from(Messages::Table)
        .and_where(Expr::col(Messages::OrderId).eq(order))
        .order_by(Messages::Number, Order::Desc)
        .limit(1)
        .to_owned();
    let row: Option<(i64,)> = tx.fetch_optional(&statement).await?;
    Ok(row.map_or(1, |(last,)| last.saturating_add(1)))
}

/// Keeps a new message.
///
/// # Errors
/// The store's failure.
pub async fn insert(tx: &mut Tx, new: &Message) -> Result<(), StoreError> {
    let values: [Expr; 6] = [
        new.order.into(),
        new.number.into(),
        new.id.into(),
        new.sender.into(),
        new.text.as_str().into(),
        new.created_at.into(),
    ];
    let statement = Query::insert().into_table(Messages::Table).columns(COLUMNS).values_panic(values).to_owned();
    tx.execute(&statement).await.map(drop)
}

/// Up to `most` messages of an order in the order of their numbers, those after one.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    order: &OrderId,
    after: i64,
    most: u64,
) -> Result<Vec<Message>, StoreError> {
    let statement = Query::select()
        .columns(COLUMNS)
        .from(Messages::Table)
        .and_where(Expr::col(Messages::OrderId).eq(order))
        .and_where(Expr::col(Messages::Number).gt(after))
        .order_by(Messages::Number, Order::Asc)
        .limit(most)
        .to_owned();
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Message::from).collect())
}

//! Events: each is written in the transaction that causes it, so that what happened and what is told agree. What
//! endpoints are told of it goes into the outbox (`deliveries/outbox.rs`) at the same moment.

use sea_query::{Expr, ExprTrait as _, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::deliveries::outbox;
use super::tables::Events;
use super::{Connection, StoreError, Tx, values};
use crate::domain::cursor::Cursor;
use crate::domain::events::{Event, Payload};
use crate::domain::ids::{EventId, UserId};
use crate::domain::names::Names;
use crate::domain::time::Time;
use crate::random::Random;

const COLUMNS: [Events; 5] = [Events::Id, Events::Type, Events::CreatedAt, Events::Data, Events::Sequence];

#[derive(FromRow)]
struct Row {
    id: EventId,
    r#type: String,
    created_at: Time,
    data: String,
    sequence: Option<i64>,
}

impl From<Row> for Event {
    fn from(row: Row) -> Self {
        Self { id: row.id, kind: row.r#type, at: row.created_at, data: row.data, sequence: row.sequence }
    }
}

/// Which events a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Of these kinds.
    pub kind: Option<Names>,
    /// From this moment on.
    pub since: Option<Time>,
    /// Before this moment.
    pub until: Option<Time>,
}

/// Writes down that something happened to one of the owner's things. What it carries says which kind of event it is.
///
/// # Errors
/// The store's failure; no randomness for the id.
pub async fn tell<P: Payload + Sync>(
    tx: &mut Tx,
    (now, random): (Time, &Random),
    owner: &UserId,
    data: &P,
) -> Result<EventId, StoreError> {
    let id = EventId::new(now, random).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let data = serde_json::to_string(data).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let sequence = outbox::put(tx, (now, random), owner, (id, P::TYPE, &data)).await?;
    let statement = Query::insert()
        .into_table(Events::Table)
        .columns([Events::Id, Events::Owner, Events::Type, Events::CreatedAt, Events::Data, Events::Sequence])
        .values_panic([id.into(), owner.into(), P::TYPE.into(), now.into(), data.into(), sequence.into()])
        .to_owned();
    tx.execute(&statement).await?;
    Ok(id)
}

fn select(owner: &UserId) -> SelectStatement {
    Query::select().columns(COLUMNS).from(Events::Table).and_where(Expr::col(Events::Owner).eq(owner)).to_owned()
}

/// The owner's event of that id.
///
/// # Errors
/// The store's failure.
pub async fn find_owned(
    connection: &mut Connection,
    id: &EventId,
    owner: &UserId,
) -> Result<Option<Event>, StoreError> {
    let statement = select(owner).and_where(Expr::col(Events::Id).eq(id)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(Event::from))
}

/// Up to `most` of the owner's events that the filter lets through, newest first, those after the cursor.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    owner: &UserId,
    filter: &Filter,
    after: Option<&Cursor<EventId>>,
    most: u64,
) -> Result<Vec<Event>, StoreError> {
    let mut statement = select(owner);
    let conditions = [
        filter.kind.as_ref().map(|kind| values::named(Events::Type, kind)),
        filter.since.map(|since| Expr::col(Events::CreatedAt).gte(since)),
        filter.until.map(|until| Expr::col(Events::CreatedAt).lt(until)),
        after.map(|after| {
            let place = Expr::tuple([Expr::col(Events::CreatedAt), Expr::col(Events::Id)]);
            place.lt(Expr::tuple([after.time.into(), after.id.into()]))
        }),
    ];
    for condition in conditions.into_iter().flatten() {
        statement.and_where(condition);
    }
    statement.order_by(Events::CreatedAt, Order::Desc).order_by(Events::Id, Order::Desc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(Event::from).collect())
}

/// Removes up to `most` events from before that moment, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_before(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let old = Query::select()
        .column(Events::Id)
        .from(Events::Table)
        .and_where(Expr::col(Events::CreatedAt).lt(before))
        .order_by(Events::CreatedAt, Order::Asc)
        .limit(most)
        .to_owned();
    let statement =
        Query::delete().from_table(Events::Table).and_where(Expr::col(Events::Id).in_subquery(old)).to_owned();
    tx.execute(&statement).await
}

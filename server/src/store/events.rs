//! Events: each is written in the transaction that causes it, so that what happened and what is told agree.

use sea_query::Query;
use serde::Serialize;

use super::tables::Events;
use super::{StoreError, Tx};
use crate::domain::events::EventType;
use crate::domain::ids::{EventId, UserId};
use crate::domain::time::Time;
use crate::random::Random;

/// Writes down that something happened to one of the owner's things. `data` is the payload that the contract names for
/// this kind of event.
///
/// # Errors
/// The store's failure; no randomness for the id.
pub async fn emit(
    tx: &mut Tx,
    (now, random): (Time, &Random),
    owner: &UserId,
    kind: EventType,
    data: &(impl Serialize + Sync),
) -> Result<EventId, StoreError> {
    let id = EventId::new(now, random).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let data = serde_json::to_string(data).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let statement = Query::insert()
        .into_table(Events::Table)
        .columns([Events::Id, Events::Owner, Events::Type, Events::CreatedAt, Events::Data])
        .values_panic([id.into(), owner.into(), kind.into(), now.into(), data.into()])
        .to_owned();
    tx.execute(&statement).await?;
    Ok(id)
}

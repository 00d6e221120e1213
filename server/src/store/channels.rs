//! What the channels of a Discord guild are for.

use sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::ChannelSettings;
use super::{Connection, StoreError, Tx};
use crate::domain::channels::ChannelSetting;
use crate::domain::time::Time;

const COLUMNS: [ChannelSettings; 5] = [
    ChannelSettings::GuildId,
    ChannelSettings::Key,
    ChannelSettings::ChannelId,
    ChannelSettings::CreatedAt,
    ChannelSettings::UpdatedAt,
];

#[derive(FromRow)]
struct Row {
    guild_id: String,
    key: String,
    channel_id: String,
    created_at: Time,
    updated_at: Time,
}

impl From<Row> for ChannelSetting {
    fn from(row: Row) -> Self {
        Self {
            guild_id: row.guild_id,
            key: row.key,
            channel_id: row.channel_id,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn select(guild: &str) -> SelectStatement {
    Query::select()
        .columns(COLUMNS)
        .from(ChannelSettings::Table)
        .and_where(Expr::col(ChannelSettings::GuildId).eq(guild))
        .to_owned()
}

/// The guild's setting of that key.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, guild: &str, key: &str) -> Result<Option<ChannelSetting>, StoreError> {
    let statement = select(guild).and_where(Expr::col(ChannelSettings::Key).eq(key)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(ChannelSetting::from))
}

/// Up to `most` settings of a guild in the order of their keys, those after one.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    guild: &str,
    after: Option<&str>,
    most: u64,
) -> Result<Vec<ChannelSetting>, StoreError> {
    let mut statement = select(guild);
    if let Some(after) = after {
        statement.and_where(Expr::col(ChannelSettings::Key).gt(after));
    }
    statement.order_by(ChannelSettings::Key, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(ChannelSetting::from).collect())
}

/// Keeps a setting in place of the one that was there, and gives it as it is now.
///
/// # Errors
/// The store's failure.
pub async fn put(tx: &mut Tx, new: &ChannelSetting) -> Result<Option<ChannelSetting>, StoreError> {
    let values: [Expr; 5] = [
        new.guild_id.as_str().into(),
        new.key.as_str().into(),
        new.channel_id.as_str().into(),
        new.created_at.into(),
        new.updated_at.into(),
    ];
    let again = OnConflict::columns([ChannelSettings::GuildId, ChannelSettings::Key])
        .update_columns([ChannelSettings::ChannelId, ChannelSettings::UpdatedAt])
        .to_owned();
    let statement = Query::insert()
        .into_table(ChannelSettings::Table)
        .columns(COLUMNS)
        .values_panic(values)
        .on_conflict(again)
        .returning(Query::returning().columns(COLUMNS))
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(ChannelSetting::from))
}

/// Removes the guild's setting of that key, or all of its settings, and says how many there were.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, guild: &str, key: Option<&str>) -> Result<u64, StoreError> {
    let mut statement = Query::delete();
    statement.from_table(ChannelSettings::Table).and_where(Expr::col(ChannelSettings::GuildId).eq(guild));
    if let Some(key) = key {
        statement.and_where(Expr::col(ChannelSettings::Key).eq(key));
    }
    tx.execute(&statement).await
}

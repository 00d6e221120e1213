//! Discord channels whose messages vanish.

use sea_query::{Expr, ExprTrait as _, OnConflict, Order, Query, SelectStatement};
use sqlx::FromRow;

use super::tables::VanishingChannels;
use super::{Connection, StoreError, Tx};
use crate::domain::time::Time;
use crate::domain::vanish::VanishingChannel;

const COLUMNS: [VanishingChannels; 7] = [
    VanishingChannels::ChannelId,
    VanishingChannels::GuildId,
    VanishingChannels::DurationSeconds,
    VanishingChannels::MessagesDeleted,
    VanishingChannels::LastVanishedAt,
    VanishingChannels::CreatedAt,
    VanishingChannels::UpdatedAt,
];

#[derive(FromRow)]
struct Row {
    channel_id: String,
    guild_id: String,
    duration_seconds: i64,
    messages_deleted: i64,
    last_vanished_at: Option<Time>,
    created_at: Time,
    updated_at: Time,
}

impl From<Row> for VanishingChannel {
    fn from(row: Row) -> Self {
        Self {
            channel_id: row.channel_id,
            guild_id: row.guild_id,
            duration_seconds: row.duration_seconds,
            messages_deleted: row.messages_deleted,
            last_vanished_at: row.last_vanished_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(VanishingChannels::Table).to_owned()
}

/// The channel of that id.
///
/// # Errors
/// The store's failure.
pub async fn find(connection: &mut Connection, channel: &str) -> Result<Option<VanishingChannel>, StoreError> {
    let statement = select().and_where(Expr::col(VanishingChannels::ChannelId).eq(channel)).to_owned();
    Ok(connection.fetch_optional::<Row>(&statement).await?.map(VanishingChannel::from))
}

/// Up to `most` channels of a guild (or of any) in the order of their ids, those after one.
///
/// # Errors
/// The store's failure.
pub async fn list(
    connection: &mut Connection,
    guild: Option<&str>,
    after: Option<&str>,
    most: u64,
) -> Result<Vec<VanishingChannel>, StoreError> {
    let mut statement = select();
    if let Some(guild) = guild {
        statement.and_where(Expr::col(VanishingChannels::GuildId).eq(guild));
    }
    if let Some(after) = after {
        statement.and_where(Expr::col(VanishingChannels::ChannelId).gt(after));
    }
    statement.order_by(VanishingChannels::ChannelId, Order::Asc).limit(most);
    let rows: Vec<Row> = connection.fetch_all(&statement).await?;
    Ok(rows.into_iter().map(VanishingChannel::from).collect())
}

/// Keeps how long messages stay, with the counts that are there, and gives the channel as it is now; `None` where it is in
/// another guild, and then nothing changes.
///
/// # Errors
/// The store's failure.
pub async fn put(tx: &mut Tx, new: &VanishingChannel) -> Result<Option<VanishingChannel>, StoreError> {
    let values: [Expr; 7] = [
        new.channel_id.as_str().into(),
        new.guild_id.as_str().into(),
        new.duration_seconds.into(),
        new.messages_deleted.into(),
        new.last_vanished_at.into(),
        new.created_at.into(),
        new.updated_at.into(),
    ];
    let guild = Expr::col((VanishingChannels::Table, VanishingChannels::GuildId));
    let again = OnConflict::column(VanishingChannels::ChannelId)
        .update_columns([VanishingChannels::DurationSeconds, VanishingChannels::UpdatedAt])
        .action_and_where(guild.eq(new.guild_id.as_str()))
        .to_owned();
    let statement = Query::insert()
        .into_table(VanishingChannels::Table)
        .columns(COLUMNS)
        .values_panic(values)
        .on_conflict(again)
        .returning(Query::returning().columns(COLUMNS))
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(VanishingChannel::from))
}

/// Adds to the count of messages that vanished, whoever else adds at the same time; `None` where there is no such channel.
///
/// # Errors
/// The store's failure.
pub async fn add(tx: &mut Tx, channel: &str, deleted: i64, now: Time) -> Result<Option<VanishingChannel>, StoreError> {
    let sum = Expr::col(VanishingChannels::MessagesDeleted).add(deleted);
    let statement = Query::update()
        .table(VanishingChannels::Table)
        .value(VanishingChannels::MessagesDeleted, sum)
        .value(VanishingChannels::LastVanishedAt, now)
        .and_where(Expr::col(VanishingChannels::ChannelId).eq(channel))
        .returning(Query::returning().columns(COLUMNS))
        .to_owned();
    Ok(tx.fetch_optional::<Row>(&statement).await?.map(VanishingChannel::from))
}

/// Removes a channel, and says whether it was there.
///
/// # Errors
/// The store's failure.
pub async fn delete(tx: &mut Tx, channel: &str) -> Result<bool, StoreError> {
    let statement = Query::delete()
        .from_table(VanishingChannels::Table)
        .and_where(Expr::col(VanishingChannels::ChannelId).eq(channel))
        .to_owned();
    Ok(tx.execute(&statement).await? > 0)
}

//! The collective's Discord: channels whose messages vanish, and what channels are for.

use serde::Deserialize;

use super::{Stage, rows};
use crate::domain::channels::ChannelSetting;
use crate::domain::vanish::VanishingChannel;
use crate::problem::Problem;
use crate::store::{Tx, channels, vanish};

/// A guild from before Discord was there: nobody's.
const GUILD: &str = "21000000000000200";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Channel {
    channel: String,
    /// What it is for.
    key: String,
    /// How long a message stays, where they vanish.
    vanishes_after_seconds: Option<i64>,
    messages_deleted: i64,
    days_ago: u64,
}

pub(super) async fn fill(stage: &Stage<'_>, tx: &mut Tx) -> Result<(), Problem> {
    for one in rows::<Channel>(include_str!("channels.json"))? {
        let at = stage.days_ago(one.days_ago);
        let setting = ChannelSetting {
            guild_id: GUILD.to_owned(),
            key: one.key,
            channel_id: one.channel.clone(),
            created_at: at,
            updated_at: at,
        };
        channels::put(tx, &setting).await?;
        let Some(duration_seconds) = one.vanishes_after_seconds else { continue };
        let vanishing = VanishingChannel {
            channel_id: one.channel,
            guild_id: GUILD.to_owned(),
            duration_seconds,
            messages_deleted: one.messages_deleted,
            last_vanished_at: Some(stage.hours_ago(1)),
            created_at: at,
            updated_at: at,
        };
        vanish::put(tx, &vanishing).await?;
    }
    Ok(())
}

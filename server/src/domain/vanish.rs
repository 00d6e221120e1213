//! Discord channels whose messages vanish after a while. They belong to the collective.

use thiserror::Error;

use crate::domain::time::Time;

/// A channel whose messages vanish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VanishingChannel {
    /// Its id on Discord.
    pub channel_id: String,
    /// The guild that it is in.
    pub guild_id: String,
    /// How long a message stays.
    pub duration_seconds: i64,
    /// How many have vanished.
    pub messages_deleted: i64,
    /// When some were last counted.
    pub last_vanished_at: Option<Time>,
    /// Since when they vanish.
    pub created_at: Time,
    /// When that was last set.
    pub updated_at: Time,
}

/// What a vanishing channel does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum VanishError {
    /// There is none of that id.
    #[error("the channel is no vanishing one")]
    NotFound,
    /// It is in another guild.
    #[error("the channel is in another guild")]
    OtherGuild,
}

impl VanishingChannel {
    /// A channel whose messages vanish from `now` on.
    #[must_use]
    pub const fn new(channel_id: String, guild_id: String, duration_seconds: i64, now: Time) -> Self {
        Self {
            channel_id,
            guild_id,
            duration_seconds,
            messages_deleted: 0,
            last_vanished_at: None,
            created_at: now,
            updated_at: now,
        }
    }
}

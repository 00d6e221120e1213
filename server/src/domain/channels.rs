//! What the channels of a Discord guild are for. The settings belong to the collective.

use thiserror::Error;

use crate::domain::time::Time;

/// The channel of a guild that is for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSetting {
    /// The guild's id on Discord.
    pub guild_id: String,
    /// What the channel is for.
    pub key: String,
    /// The channel's id on Discord.
    pub channel_id: String,
    /// Since when the key names a channel.
    pub created_at: Time,
    /// When it was last set.
    pub updated_at: Time,
}

/// What a channel setting does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ChannelError {
    /// The guild has none of that key.
    #[error("there is no such channel setting")]
    NotFound,
}

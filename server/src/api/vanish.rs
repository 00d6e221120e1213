//! Discord channels whose messages vanish: services of the collective say which, and count what vanished.

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::cursor::Name;
use crate::domain::vanish::{self as domain, VanishError};
use crate::generated::vanish::{
    AddVanishStats, PutVanishingChannel, VanishApi, VanishingChannel, VanishingChannelPage,
};
use crate::problem::Problem;
use crate::store::{idempotency, vanish};

impl VanishApi for App {
    async fn list_vanishing_channels(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        guild_id: Option<String>,
    ) -> Result<VanishingChannelPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Name::parse)?);
        let after = after.as_ref().map(|name| name.0.as_str());
        let mut connection = self.db.read().await?;
        let mut found = vanish::list(&mut connection, guild_id.as_deref(), after, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Name(last.channel_id.clone()).to_text());
        Ok(VanishingChannelPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
    }

    async fn get_vanishing_channel(&self, _caller: Caller, channel_id: String) -> Result<VanishingChannel, Problem> {
        let found = vanish::find(&mut *self.db.read().await?, &channel_id).await?;
        Ok(shown(found.ok_or(VanishError::NotFound)?))
    }

    async fn put_vanishing_channel(
        &self,
        _caller: Caller,
        channel_id: String,
        body: PutVanishingChannel,
    ) -> Result<VanishingChannel, Problem> {
        let new = domain::VanishingChannel::new(channel_id, body.guild_id, body.duration_seconds, self.clock.now());
        let mut tx = self.db.write().await?;
        let kept = vanish::put(&mut tx, &new).await?.ok_or(VanishError::OtherGuild)?;
        tx.commit().await?;
        Ok(shown(kept))
    }

    async fn delete_vanishing_channel(&self, _caller: Caller, channel_id: String) -> Result<(), Problem> {
        let mut tx = self.db.write().await?;
        if !vanish::delete(&mut tx, &channel_id).await? {
            return Err(VanishError::NotFound.into());
        }
        tx.commit().await?;
        Ok(())
    }

    async fn add_vanish_stats(
        &self,
        caller: Caller,
        channel_id: String,
        body: AddVanishStats,
    ) -> Result<VanishingChannel, Problem> {
        let mut tx = self.db.write().await?;
        let counted = vanish::add(&mut tx, &channel_id, body.messages_deleted, self.clock.now()).await?;
        let answer = shown(counted.ok_or(VanishError::NotFound)?);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        tx.commit().await?;
        Ok(answer)
    }
}

fn shown(channel: domain::VanishingChannel) -> VanishingChannel {
    VanishingChannel {
        channel_id: channel.channel_id,
        guild_id: channel.guild_id,
        duration_seconds: channel.duration_seconds,
        messages_deleted: channel.messages_deleted,
        last_vanished_at: channel.last_vanished_at,
        created_at: channel.created_at,
        updated_at: channel.updated_at,
    }
}

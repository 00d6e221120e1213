//! What the channels of a Discord guild are for, as services of the collective say it.

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::channels::{self as domain, ChannelError};
use crate::domain::cursor::Name;
use crate::generated::channels::{
    ChannelSetting, ChannelSettingPage, ChannelsApi, DeletedChannelSettings, PutChannelSetting,
};
use crate::problem::Problem;
use crate::store::channels;

impl ChannelsApi for App {
    async fn list_channel_settings(
        &self,
        _caller: Caller,
        guild_id: String,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<ChannelSettingPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Name::parse)?);
        let after = after.as_ref().map(|name| name.0.as_str());
        let mut connection = self.db.read().await?;
        let mut found = channels::list(&mut connection, &guild_id, after, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Name(last.key.clone()).to_text());
        Ok(ChannelSettingPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
    }

    async fn delete_channel_settings(
        &self,
        _caller: Caller,
        guild_id: String,
    ) -> Result<DeletedChannelSettings, Problem> {
        let mut tx = self.db.write().await?;
        let deleted = channels::delete(&mut tx, &guild_id, None).await?;
        tx.commit().await?;
        Ok(DeletedChannelSettings { deleted: i64::try_from(deleted).unwrap_or(i64::MAX) })
    }

    async fn get_channel_setting(
        &self,
        _caller: Caller,
        guild_id: String,
        key: String,
    ) -> Result<ChannelSetting, Problem> {
        let found = channels::find(&mut *self.db.read().await?, &guild_id, &key).await?;
        Ok(shown(found.ok_or(ChannelError::NotFound)?))
    }

    async fn put_channel_setting(
        &self,
        _caller: Caller,
        guild_id: String,
        key: String,
        body: PutChannelSetting,
    ) -> Result<ChannelSetting, Problem> {
        let now = self.clock.now();
        let new =
            domain::ChannelSetting { guild_id, key, channel_id: body.channel_id, created_at: now, updated_at: now };
        let mut tx = self.db.write().await?;
        let kept = channels::put(&mut tx, &new).await?.unwrap_or(new);
        tx.commit().await?;
        Ok(shown(kept))
    }

    async fn delete_channel_setting(&self, _caller: Caller, guild_id: String, key: String) -> Result<(), Problem> {
        let mut tx = self.db.write().await?;
        if channels::delete(&mut tx, &guild_id, Some(&key)).await? == 0 {
            return Err(ChannelError::NotFound.into());
        }
        tx.commit().await?;
        Ok(())
    }
}

fn shown(setting: domain::ChannelSetting) -> ChannelSetting {
    ChannelSetting {
        guild_id: setting.guild_id,
        key: setting.key,
        channel_id: setting.channel_id,
        created_at: setting.created_at,
        updated_at: setting.updated_at,
    }
}

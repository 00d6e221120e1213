//! API keys: their owner makes, sees, changes and revokes them.

mod asked;
pub(super) mod cases;
pub(super) mod cleanup;
pub(super) mod endings;
mod form;
mod shown;
pub(super) mod told;
mod verify;

use bytes::Bytes;

use super::leaked_keys;
use super::usage::{self, Asked};
use crate::app::App;
use crate::auth::{Caller, Visitor};
use crate::domain::keys::KeyError;
use crate::domain::time::Time;
use crate::generated::keys::{
    CreateKey, KeyVerification, KeysApi, LeakedKey, LeakedKeyLabel, RevokeKeys, RevokedKeys, VerifyKey,
};
use crate::generated::types as wire;
use crate::generated::types::{
    CreatedKey, KeyPage, RotateKey, RotatedKey, UpdateKey, Usage, UsageGroup, UsageInterval,
};
use crate::problem::Problem;
use crate::store::keys::{self, Filter};

pub(super) use asked::{Listed, id};
pub(super) use shown::shown;

impl KeysApi for App {
    async fn create_key(&self, caller: Caller, body: CreateKey) -> Result<CreatedKey, Problem> {
        cases::create(self, &caller, *caller.owner(), body).await
    }

    async fn list_keys(
        &self,
        caller: Caller,
        limit: i32,
        cursor: Option<String>,
        namespace: Option<String>,
        status: Option<wire::KeyStatus>,
        kind: Option<wire::KeyKind>,
        search: Option<String>,
    ) -> Result<KeyPage, Problem> {
        let (status, kind) = (status.map(Into::into), kind.map(Into::into));
        let filter = Filter { owner: Some(*caller.owner()), namespace, status, kind, search };
        cases::list(self, &filter, Listed::parse(limit, cursor.as_deref())?).await
    }

    async fn get_key(&self, caller: Caller, key_id: String) -> Result<wire::Key, Problem> {
        let key = keys::find(&mut *self.db.read().await?, &id(&key_id)?, Some(caller.owner())).await?;
        Ok(shown(&key.ok_or(KeyError::NotFound)?, self.clock.now()))
    }

    async fn get_key_usage(
        &self,
        caller: Caller,
        key_id: String,
        from: Option<Time>,
        to: Option<Time>,
        interval: UsageInterval,
        group_by: Option<UsageGroup>,
    ) -> Result<Usage, Problem> {
        let key = keys::find(&mut *self.db.read().await?, &id(&key_id)?, Some(caller.owner())).await?;
        let key = key.ok_or(KeyError::NotFound)?;
        usage::count(self, key.owner, Some(key.id), &Asked { from, to, interval, group_by }).await
    }

    async fn update_key(&self, caller: Caller, key_id: String, body: UpdateKey) -> Result<wire::Key, Problem> {
        cases::update(self, &caller, (&id(&key_id)?, Some(caller.owner())), body).await
    }

    async fn revoke_key(&self, caller: Caller, key_id: String) -> Result<(), Problem> {
        endings::revoke(self, &caller, (&id(&key_id)?, Some(caller.owner()))).await
    }

    async fn revoke_keys(&self, caller: Caller, body: RevokeKeys) -> Result<RevokedKeys, Problem> {
        endings::revoke_many(self, &caller, body).await
    }

    async fn rotate_key(&self, caller: Caller, key_id: String, body: RotateKey) -> Result<RotatedKey, Problem> {
        endings::rotate(self, &caller, (&id(&key_id)?, Some(caller.owner())), body).await
    }

    async fn touch_key(&self, caller: Caller, key_id: String) -> Result<wire::Key, Problem> {
        endings::touch(self, (&id(&key_id)?, Some(caller.owner()))).await
    }

    async fn report_leaked_keys(
        &self,
        visitor: Visitor,
        github_public_key_identifier: Option<String>,
        github_public_key_signature: Option<String>,
        body: Vec<LeakedKey>,
        bytes: Bytes,
    ) -> Result<Vec<LeakedKeyLabel>, Problem> {
        let signed_by = (github_public_key_identifier.as_deref(), github_public_key_signature.as_deref());
        leaked_keys::check(self, signed_by, &bytes)?;
        leaked_keys::report(self, &visitor, body).await
    }

    async fn verify_key(&self, _caller: Caller, body: VerifyKey) -> Result<KeyVerification, Problem> {
        verify::verify(self, body).await
    }
}

//! What only administrators do: keys and requests of every account, and how the whole is doing.

use crate::app::App;
use crate::auth::Caller;
use crate::domain::ids::UserId;
use crate::domain::keys::KeyError;
use crate::domain::time::Time;
use crate::generated::admin::{
    AdminApi, CleanupKeys, CleanupRequests, ConnectIdentity, CreateKeyFor, DeletedKeys, DeletedRequests, MergeUsers,
    Overview, RequestStats, SetUserRole, SetUserTier,
};
use crate::generated::keys::CreateKey;
use crate::generated::types::{
    self as wire, CreatedKey, HttpMethod, KeyPage, RequestPage, RotateKey, RotatedKey, Tier, UpdateKey,
};
use crate::problem::Problem;
use crate::store::keys::{self, Filter};

use super::identities;
use super::keys::{Listed, cases, cleanup, endings, id, shown};
use super::overview;
use super::requests::{self, Asked};
use super::{accounts, accounts_end};

impl AdminApi for App {
    async fn create_key_for(&self, caller: Caller, body: CreateKeyFor) -> Result<CreatedKey, Problem> {
        let owner: UserId = body.user_id.parse().map_err(|_| Problem::invalid_body("/userId", "is no account"))?;
        cases::create(self, &caller, owner, ordered(body)).await
    }

    async fn list_all_keys(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        user_id: Option<String>,
        namespace: Option<String>,
        status: Option<wire::KeyStatus>,
        kind: Option<wire::KeyKind>,
        search: Option<String>,
    ) -> Result<KeyPage, Problem> {
        let listed = Listed::parse(limit, cursor.as_deref())?;
        let (status, kind) = (status.map(Into::into), kind.map(Into::into));
        let Ok(owner) = user_id.as_deref().map(str::parse).transpose() else {
            // An id that cannot be one is an account that has no keys.
            return Ok(KeyPage { data: Vec::new(), next_cursor: None });
        };
        cases::list(self, &Filter { owner, namespace, status, kind, search }, listed).await
    }

    async fn get_any_key(&self, _caller: Caller, key_id: String) -> Result<wire::Key, Problem> {
        let key = keys::find(&mut *self.db.read().await?, &id(&key_id)?, None).await?;
        Ok(shown(&key.ok_or(KeyError::NotFound)?, self.clock.now()))
    }

    async fn update_any_key(&self, caller: Caller, key_id: String, body: UpdateKey) -> Result<wire::Key, Problem> {
        cases::update(self, &caller, (&id(&key_id)?, None), body).await
    }

    async fn revoke_any_key(&self, caller: Caller, key_id: String) -> Result<(), Problem> {
        endings::revoke(self, &caller, (&id(&key_id)?, None)).await
    }

    async fn rotate_any_key(&self, caller: Caller, key_id: String, body: RotateKey) -> Result<RotatedKey, Problem> {
        endings::rotate(self, &caller, (&id(&key_id)?, None), body).await
    }

    async fn connect_identity(&self, caller: Caller, body: ConnectIdentity) -> Result<wire::Identity, Problem> {
        identities::connect(self, &caller, body).await
    }

    async fn disconnect_identity(&self, caller: Caller, identity_id: String) -> Result<(), Problem> {
        identities::remove(self, &caller, None, &identity_id).await
    }

    async fn merge_users(&self, caller: Caller, body: MergeUsers) -> Result<wire::Belongings, Problem> {
        accounts_end::merge(self, &caller, &body.source_id, &body.target_id).await
    }

    async fn set_user_role(&self, caller: Caller, user_id: String, body: SetUserRole) -> Result<wire::User, Problem> {
        accounts::set_role(self, &caller, &user_id, body.role.into()).await
    }

    async fn set_user_tier(&self, caller: Caller, user_id: String, body: SetUserTier) -> Result<wire::User, Problem> {
        accounts::set_tier(self, &caller, &user_id, body.tier.into()).await
    }

    async fn cleanup_keys(&self, caller: Caller, body: CleanupKeys) -> Result<DeletedKeys, Problem> {
        cleanup::delete_dead(self, &caller, body.older_than_seconds).await
    }

    async fn list_all_requests(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        from: Option<Time>,
        to: Option<Time>,
        key_id: Option<String>,
        operation_id: Option<String>,
        status: Option<String>,
        method: Option<HttpMethod>,
        search: Option<String>,
        user_id: Option<String>,
        address: Option<String>,
    ) -> Result<RequestPage, Problem> {
        let asked = Asked { user_id, from, to, key_id, operation_id, status, method, search, address };
        requests::list(self, asked, limit, cursor.as_deref()).await
    }

    async fn get_request_stats(
        &self,
        _caller: Caller,
        from: Option<Time>,
        to: Option<Time>,
    ) -> Result<RequestStats, Problem> {
        requests::stats::sum_up(self, (from, to)).await
    }

    async fn cleanup_requests(&self, caller: Caller, body: CleanupRequests) -> Result<DeletedRequests, Problem> {
        requests::cleanup::delete_old(self, &caller, &body).await
    }

    async fn get_overview(&self, _caller: Caller) -> Result<Overview, Problem> {
        overview::of(self).await
    }
}

/// The same order without whom it is for. Keys that administrators make for others count alone.
fn ordered(body: CreateKeyFor) -> CreateKey {
    CreateKey {
        name: body.name,
        description: body.description,
        kind: body.kind,
        environment: body.environment,
        audience: body.audience,
        algorithm: body.algorithm,
        claims: body.claims,
        scopes: body.scopes,
        expires_at: body.expires_at,
        expires_in_seconds: body.expires_in_seconds,
        namespace: body.namespace,
        metadata: body.metadata,
        client_name: body.client_name,
        max_idle_seconds: body.max_idle_seconds,
        allowed_origins: body.allowed_origins,
        allowed_ips: body.allowed_ips,
        limits: body.limits,
        tier: Some(body.tier.unwrap_or(Tier::Service)),
        parent_id: body.parent_id,
    }
}

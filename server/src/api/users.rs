//! People: members and services see them, services find them by who they are elsewhere, and open their accounts.

use std::collections::HashMap;

use serde_json::json;

use super::pages::{self, Page};
use super::{accounts, accounts_end, identities as linked};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::cursor::Cursor;
use crate::domain::events::UserRegisteredData;
use crate::domain::identities::{Identity, IdentityError, Platform};
use crate::domain::ids::{IdentityId, UserId};
use crate::domain::users::{Role, User, UserError};
use crate::generated::types as wire;
use crate::generated::users::{
    FoundUser, FoundUsers, IdentityName, LookupUsers, ResolvedUser, UpsertUser, UserPage, UsersApi,
};
use crate::problem::Problem;
use crate::store::{Tx, audit, events, identities, users};

impl UsersApi for App {
    async fn list_users(
        &self,
        _caller: Caller,
        limit: i32,
        cursor: Option<String>,
        role: Option<wire::Role>,
    ) -> Result<UserPage, Problem> {
        let role = role.map(Role::from);
        self.people(role.as_ref().map_or(Role::ALL, std::slice::from_ref), limit, cursor.as_deref()).await
    }

    async fn list_members(&self, _caller: Caller, limit: i32, cursor: Option<String>) -> Result<UserPage, Problem> {
        self.people(&[Role::Member, Role::Admin], limit, cursor.as_deref()).await
    }

    async fn get_user(&self, caller: Caller, user_id: String) -> Result<wire::User, Problem> {
        let id = accounts::id(&caller, &user_id)?;
        accounts::show(&mut *self.db.read().await?, id).await
    }

    async fn delete_user(&self, caller: Caller, user_id: String) -> Result<wire::Belongings, Problem> {
        accounts_end::delete(self, &caller, &user_id).await
    }

    async fn find_user(
        &self,
        _caller: Caller,
        platform: wire::Platform,
        identity: String,
    ) -> Result<wire::User, Problem> {
        let platform = Platform::from(platform);
        let identity =
            platform.spell(&identity).map_err(|error| Problem::invalid_query("identity", error.to_string()))?;
        let mut connection = self.db.read().await?;
        let owner = identities::owner_of(&mut connection, platform, &identity).await?;
        accounts::show(&mut connection, owner.ok_or(UserError::NotFound)?).await
    }

    async fn lookup_users(&self, _caller: Caller, body: LookupUsers) -> Result<FoundUsers, Problem> {
        let mut connection = self.db.read().await?;
        let mut owners = Vec::new();
        for (place, asked) in body.identities.iter().enumerate() {
            let platform = Platform::from(asked.platform);
            let unfit = |error: IdentityError| {
                Problem::invalid_body(format!("/identities/{place}/identity"), error.to_string())
            };
            owners.push(
                identities::owner_of(&mut connection, platform, &platform.spell(&asked.identity).map_err(unfit)?)
                    .await?,
            );
        }
        let found = users::of_ids(&mut connection, owners.iter().flatten().copied()).await?;
        let known = identities::of_all(&mut connection, found.iter().map(|user| user.id)).await?;
        let shown = accounts::shown(found, known, |platform, identity| platform.masked(identity));
        let shown: HashMap<_, _> = shown.into_iter().map(|user| (user.id.clone(), user)).collect();
        let with_account = |(asked, owner): (IdentityName, Option<UserId>)| FoundUser {
            user: owner.and_then(|owner| shown.get(owner.as_str()).cloned()),
            platform: asked.platform,
            identity: asked.identity,
        };
        Ok(FoundUsers { data: body.identities.into_iter().zip(owners).map(with_account).collect() })
    }

    async fn resolve_user(&self, caller: Caller, body: IdentityName) -> Result<ResolvedUser, Problem> {
        self.resolved(&caller, body, None).await
    }

    async fn upsert_user(&self, caller: Caller, body: UpsertUser) -> Result<ResolvedUser, Problem> {
        let asked = IdentityName { platform: body.platform, identity: body.identity };
        self.resolved(&caller, asked, body.name).await
    }
}

impl App {
    async fn people(&self, roles: &[Role], limit: i32, cursor: Option<&str>) -> Result<UserPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor, Cursor::parse)?);
        let mut connection = self.db.read().await?;
        let mut found = users::list(&mut connection, roles, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        let known = identities::of_all(&mut connection, found.iter().map(|user| user.id)).await?;
        let data = accounts::shown(found, known, |platform, identity| platform.masked(identity));
        Ok(UserPage { data, next_cursor: next })
    }

    /// The account of an identity, opened where there is none; with this name, where one is given.
    async fn resolved(
        &self,
        caller: &Caller,
        asked: IdentityName,
        name: Option<String>,
    ) -> Result<ResolvedUser, Problem> {
        let platform = Platform::from(asked.platform);
        let text = platform.spell(&asked.identity)?;
        let now = self.clock.now();
        let new = User::opened(UserId::new(now, &self.random)?, name.clone(), now);
        let (id, owner) = (IdentityId::new(now, &self.random)?, new.id);
        let identity = Identity { id, owner, platform, identity: text, is_primary: true, created_at: now };
        let mut tx = self.db.write().await?;
        let (owner, created) = if platform == Platform::Evm {
            (identities::owner_of(&mut tx, platform, &identity.identity).await?, false)
        } else {
            identities::owner_or_open(&mut tx, &new, &identity).await?
        };
        let owner = owner.ok_or(IdentityError::OnlyByItself)?;
        let renamed = match name {
            Some(name) if !created => self.rename(&mut tx, owner, name).await?,
            _ => None,
        };
        if created {
            let what = UserRegisteredData { user_id: owner.to_string() };
            events::tell(&mut tx, (now, &self.random), &owner, &what).await?;
        }
        let user = accounts::show(&mut tx, owner).await?;
        if let Some(change) = &renamed {
            audit::record(&mut tx, (now, &self.random), &caller.actor(), change).await?;
        }
        if created {
            for change in opened(&identity) {
                audit::record(&mut tx, (now, &self.random), &caller.actor(), &change).await?;
            }
        }
        tx.commit().await?;
        if renamed.is_some() {
            // The name is shown from memory.
            self.auth.forget_everything();
        }
        Ok(ResolvedUser { created, user })
    }

    /// Gives an account another name, and says what changed, if anything did.
    async fn rename(&self, tx: &mut Tx, id: UserId, name: String) -> Result<Option<Change>, Problem> {
        users::hold(tx, &id, true).await?;
        let before = users::find(tx, &id).await?.ok_or(UserError::NotFound)?;
        before.may_change()?;
        if before.name.as_ref() == Some(&name) {
            return Ok(None);
        }
        let after = User { name: Some(name), ..before.clone() };
        users::update(tx, &after).await?;
        Ok(Some(accounts::change(Action::AccountUpdated, &before, &after)))
    }
}

/// What is written down when a service opens an account.
fn opened(identity: &Identity) -> [Change; 2] {
    let owner = Some(identity.owner);
    let after = Some(json!({ "method": "service" }));
    let target = identity.owner.to_string();
    let account = Change { action: Action::AccountRegistered, target, owner, before: None, after };
    [account, linked::change(Action::IdentityAdded, None, Some(identity))]
}

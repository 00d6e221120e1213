//! Who accounts are elsewhere: their owners link wallets by signature, services vouch for the rest.

use serde_json::{Value, json};

use super::auth::signature;
use super::pages::{self, Page};
use super::{accounts, identities};
use crate::app::App;
use crate::auth::{Caller, ProvenWallet, SignedMessage};
use crate::domain::audit::{Action, Change};
use crate::domain::cursor::Cursor;
use crate::domain::identities::{Claim, Identity, IdentityError, MOST, Platform, Proof};
use crate::domain::ids::{IdentityId, UserId};
use crate::domain::scopes::Scope;
use crate::domain::users::UserError;
use crate::generated::admin::ConnectIdentity;
use crate::generated::identities::{AddIdentity, IdentitiesApi, IdentityPage};
use crate::generated::types as wire;
use crate::problem::Problem;
use crate::store::identities as kept;
use crate::store::{Tx, audit, idempotency, users};

impl IdentitiesApi for App {
    async fn list_identities(
        &self,
        caller: Caller,
        user_id: String,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<IdentityPage, Problem> {
        let (owner, _) = reach(&caller, &user_id, Scope::IdentitiesRead)?;
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Cursor::parse)?);
        let mut connection = self.db.read().await?;
        users::find(&mut connection, &owner).await?.ok_or(UserError::NotFound)?;
        let mut found = kept::list(&mut connection, &owner, after.as_ref(), page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Cursor { time: last.created_at, id: last.id }.to_text());
        Ok(IdentityPage { data: found.iter().map(shown).collect(), next_cursor: next })
    }

    async fn add_identity(
        &self,
        caller: Caller,
        user_id: String,
        body: AddIdentity,
    ) -> Result<wire::Identity, Problem> {
        let (owner, vouches) = reach(&caller, &user_id, Scope::IdentitiesWrite)?;
        let platform = Platform::from(body.platform);
        let claim = Claim { platform, identity: body.identity, message: body.message, signature: body.signature };
        let own = owner == *caller.owner() && caller.credential.session().is_some();
        match claim.proof(own, vouches)? {
            Proof::Vouched(name) => self.link(&caller, owner, (platform, name), None).await,
            Proof::Signed(message, text) => {
                let bytes = signature(&text)?;
                let signed = SignedMessage { message: &message, signature: &bytes };
                let proven = self.auth.prove_wallet(&caller, &signed).await?;
                self.link(&caller, owner, (platform, proven.address.to_string()), Some(&proven)).await
            }
        }
    }

    async fn remove_identity(&self, caller: Caller, user_id: String, identity_id: String) -> Result<(), Problem> {
        let reached = reach(&caller, &user_id, Scope::IdentitiesWrite)?;
        identities::remove(self, &caller, Some(reached), &identity_id).await
    }

    async fn set_primary_identity(
        &self,
        caller: Caller,
        user_id: String,
        identity_id: String,
    ) -> Result<wire::Identity, Problem> {
        let (owner, _) = reach(&caller, &user_id, Scope::IdentitiesWrite)?;
        let mut tx = self.db.write().await?;
        let before = locked(&mut tx, Some(owner), &identity_id).await?;
        if before.is_primary {
            return Ok(shown(&before));
        }
        let after = Identity { is_primary: true, ..before.clone() };
        kept::make_primary(&mut tx, &after).await?;
        self.note_identity(&mut tx, &caller, &change(Action::IdentityPreferred, Some(&before), Some(&after))).await?;
        tx.commit().await?;
        Ok(shown(&after))
    }
}

impl App {
    /// Links an identity to an account, unless somebody has it.
    async fn link(
        &self,
        caller: &Caller,
        owner: UserId,
        (platform, name): (Platform, String),
        proven: Option<&ProvenWallet>,
    ) -> Result<wire::Identity, Problem> {
        let now = self.clock.now();
        let mut tx = self.db.write().await?;
        if !users::hold(&mut tx, &owner, true).await? {
            return Err(UserError::NotFound.into());
        }
        if let Some(proven) = proven {
            proven.use_up(&mut tx).await?;
        }
        let known = kept::of_all(&mut tx, [owner]).await?;
        if known.len() >= MOST {
            return Err(IdentityError::TooMany.into());
        }
        let is_primary = !known.iter().any(|one| one.platform == platform);
        let id = IdentityId::new(now, &self.random)?;
        let new = Identity { id, owner, platform, identity: name, is_primary, created_at: now };
        if !kept::insert_if_new(&mut tx, &new).await? {
            let own = known.iter().any(|one| one.platform == platform && one.identity == new.identity);
            return Err(if own { IdentityError::Linked } else { IdentityError::Taken }.into());
        }
        let answer = shown(&new);
        idempotency::keep(&mut tx, caller.idempotency.as_deref(), &answer).await?;
        self.note_identity(&mut tx, caller, &change(Action::IdentityAdded, None, Some(&new))).await?;
        tx.commit().await?;
        Ok(answer)
    }

    async fn note_identity(&self, tx: &mut Tx, caller: &Caller, change: &Change) -> Result<(), Problem> {
        audit::record(tx, (self.clock.now(), &self.random), &caller.actor(), change).await?;
        Ok(())
    }
}

/// Links an identity on an administrator's word.
pub async fn connect(app: &App, caller: &Caller, body: ConnectIdentity) -> Result<wire::Identity, Problem> {
    let unknown = || Problem::invalid_body("/userId", "is no account");
    let owner: UserId = body.user_id.parse().map_err(|_| unknown())?;
    let platform = Platform::from(body.platform);
    let name = platform.spell(&body.identity)?;
    users::find(&mut *app.db.read().await?, &owner).await?.ok_or_else(unknown)?;
    app.link(caller, owner, (platform, name), None).await
}

/// Unlinks an identity: of this account, or of any. Who only has it to sign in with cannot unlink it alone.
pub async fn remove(
    app: &App,
    caller: &Caller,
    reached: Option<(UserId, bool)>,
    identity_id: &str,
) -> Result<(), Problem> {
    let mut tx = app.db.write().await?;
    let old = locked(&mut tx, reached.map(|(owner, _)| owner), identity_id).await?;
    let left = kept::of_all(&mut tx, [old.owner]).await?;
    let mut left = left.into_iter().filter(|one| one.id != old.id && one.platform == old.platform);
    let heir = left.next();
    let alone = reached.is_some_and(|(_, vouches)| !vouches);
    if alone && old.platform == Platform::Evm && heir.is_none() && !users::has_password(&mut tx, &old.owner).await? {
        return Err(IdentityError::LastWayIn.into());
    }
    kept::delete(&mut tx, &old.id).await?;
    if let Some(heir) = heir.filter(|_| old.is_primary) {
        kept::make_primary(&mut tx, &heir).await?;
    }
    app.note_identity(&mut tx, caller, &change(Action::IdentityRemoved, Some(&old), None)).await?;
    tx.commit().await?;
    Ok(())
}

/// An identity of that account (or of any), whose account nobody else changes until this transaction ends.
async fn locked(tx: &mut Tx, owner: Option<UserId>, text: &str) -> Result<Identity, Problem> {
    let id: IdentityId = text.parse().map_err(|_| IdentityError::NotFound)?;
    let found = kept::find(tx, &id).await?.filter(|one| owner.is_none_or(|owner| owner == one.owner));
    users::hold(tx, &found.ok_or(IdentityError::NotFound)?.owner, true).await?;
    // It may have gone, or gone over to another account, while this waited.
    let found = kept::find(tx, &id).await?.filter(|one| owner.is_none_or(|owner| owner == one.owner));
    Ok(found.ok_or(IdentityError::NotFound)?)
}

/// The account that a path names, and whether the caller vouches for it: an administrator or a service with the scope does,
/// for every account; somebody signed in reaches the own account alone, and learns of no other.
fn reach(caller: &Caller, text: &str, scope: Scope) -> Result<(UserId, bool), Problem> {
    let signed_in = caller.credential.session().is_some();
    if caller.is_admin() || (!signed_in && caller.scopes.covers(scope.into())) {
        return Ok((accounts::id(caller, text)?, true));
    }
    let id = accounts::id(caller, text)?;
    match (id == *caller.owner(), signed_in) {
        (true, true) => Ok((id, false)),
        (true, false) => Err(Problem::insufficient_scope(scope.into(), caller.scopes)),
        (false, _) => Err(UserError::NotFound.into()),
    }
}

/// What is written down of a change to an identity.
pub fn change(action: Action, before: Option<&Identity>, after: Option<&Identity>) -> Change {
    let state = |one: &Identity| -> Value {
        json!({ "platform": one.platform.name(), "identity": one.identity, "isPrimary": one.is_primary })
    };
    let one = before.or(after);
    Change {
        action,
        target: one.map(|one| one.id.to_string()).unwrap_or_default(),
        owner: one.map(|one| one.owner),
        before: before.map(state),
        after: after.map(state),
    }
}

/// An identity on the wire.
pub fn shown(identity: &Identity) -> wire::Identity {
    wire::Identity {
        id: identity.id.to_string(),
        user_id: identity.owner.to_string(),
        platform: identity.platform.into(),
        identity: identity.identity.clone(),
        is_primary: identity.is_primary,
        created_at: identity.created_at,
    }
}

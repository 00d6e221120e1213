//! The vault: a service keeps the secrets of other systems here, and reads them one at a time.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::pages::{self, Page};
use crate::app::App;
use crate::auth::Caller;
use crate::domain::audit::{Action, Change};
use crate::domain::cursor::Name;
use crate::domain::vault::{self as domain, Kept, Place, VaultError};
use crate::generated::vault::{PutSecret, Secret, SecretPage, SecretValue, StoredSecret, VaultApi};
use crate::problem::Problem;
use crate::store::{Tx, audit, vault};

impl VaultApi for App {
    async fn put_secret(
        &self,
        caller: Caller,
        namespace: String,
        name: String,
        body: PutSecret,
    ) -> Result<StoredSecret, Problem> {
        let value = SecretString::from(domain::checked(body.value)?);
        let (place, now) = (Place { owner: *caller.owner(), namespace, name }, self.clock.now());
        let mut tx = self.db.write().await?;
        let old = vault::lock(&mut tx, &place).await?;
        let version = old.as_ref().map_or(1, |old| old.version.saturating_add(1));
        let mut kept = self.vault.seal(place, version, value.expose_secret(), now, &self.random)?;
        kept.description = body.description;
        if let Some(old) = &old {
            kept.created_at = old.created_at;
            vault::update(&mut tx, &kept).await?;
        } else {
            vault::insert(&mut tx, &kept).await?;
        }
        self.note(&mut tx, &caller, Action::SecretPut, (old.as_ref(), Some(&kept))).await?;
        tx.commit().await?;
        Ok(put(kept, old.is_none()))
    }

    async fn get_secret(&self, caller: Caller, namespace: String, name: String) -> Result<SecretValue, Problem> {
        let place = Place { owner: *caller.owner(), namespace, name };
        let mut tx = self.db.write().await?;
        let kept = vault::find(&mut tx, &place).await?.ok_or(VaultError::NotFound)?;
        let value = self.vault.open(&kept)?;
        self.note(&mut tx, &caller, Action::SecretRead, (Some(&kept), Some(&kept))).await?;
        // Nobody reads a secret without a trace.
        tx.commit().await?;
        Ok(revealed(kept, &value))
    }

    async fn list_secrets(
        &self,
        caller: Caller,
        namespace: String,
        limit: i32,
        cursor: Option<String>,
    ) -> Result<SecretPage, Problem> {
        let (page, after) = (Page::of(limit), pages::cursor(cursor.as_deref(), Name::parse)?);
        let mut connection = self.db.read().await?;
        let after = after.as_ref().map(|name| name.0.as_str());
        let mut found = vault::list(&mut connection, caller.owner(), &namespace, after, page.wanted()).await?;
        let next = page.cut(&mut found).map(|last| Name(last.place.name.clone()).to_text());
        Ok(SecretPage { data: found.into_iter().map(shown).collect(), next_cursor: next })
    }

    async fn delete_secret(&self, caller: Caller, namespace: String, name: String) -> Result<(), Problem> {
        let place = Place { owner: *caller.owner(), namespace, name };
        let mut tx = self.db.write().await?;
        let kept = vault::lock(&mut tx, &place).await?.ok_or(VaultError::NotFound)?;
        vault::delete(&mut tx, &place).await?;
        self.note(&mut tx, &caller, Action::SecretDeleted, (Some(&kept), None)).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl App {
    async fn note(
        &self,
        tx: &mut Tx,
        caller: &Caller,
        action: Action,
        (before, after): (Option<&Kept>, Option<&Kept>),
    ) -> Result<(), Problem> {
        let state = |kept: &Kept| json!({ "version": kept.version, "keyId": kept.key_id });
        let target = before.or(after).map(|kept| kept.place.target()).unwrap_or_default();
        let (before, after) = (before.map(state), after.map(state));
        let change = Change { action, target, owner: Some(*caller.owner()), before, after };
        audit::record(tx, (self.clock.now(), &self.random), &caller.actor(), &change).await?;
        Ok(())
    }
}

fn shown(kept: Kept) -> Secret {
    Secret {
        namespace: kept.place.namespace,
        name: kept.place.name,
        description: kept.description,
        version: kept.version,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
    }
}

fn put(kept: Kept, created: bool) -> StoredSecret {
    StoredSecret {
        created,
        namespace: kept.place.namespace,
        name: kept.place.name,
        description: kept.description,
        version: kept.version,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
    }
}

fn revealed(kept: Kept, value: &SecretString) -> SecretValue {
    SecretValue {
        namespace: kept.place.namespace,
        name: kept.place.name,
        description: kept.description,
        version: kept.version,
        created_at: kept.created_at,
        updated_at: kept.updated_at,
        value: value.expose_secret().to_owned(),
    }
}

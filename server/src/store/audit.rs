//! The audit log: a chain of entries to which one can only add.
//!
//! [`record`] locks the end of the chain until the transaction ends, so it stands last before the commit: what waits for
//! it then waits for nothing else.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_query::{Expr, ExprTrait as _, Query};
use serde_json::json;

use super::tables::{Audit, AuditHead};
use super::{StoreError, Tx};
use crate::domain::audit::{Actor, Change};
use crate::domain::ids::AuditId;
use crate::domain::time::Time;
use crate::random::Random;

const HEAD: i64 = 1;

/// Adds an entry. Call it last before the commit; where it fails, what it tells of must not be kept either.
///
/// # Errors
/// The store's failure; no randomness for the id.
pub async fn record(
    tx: &mut Tx,
    (now, random): (Time, &Random),
    actor: &Actor,
    change: &Change,
) -> Result<AuditId, StoreError> {
    let id = AuditId::new(now, random).map_err(|error| StoreError::Unusable(error.to_string()))?;
    let (last, previous) = lock_head(tx).await?;
    let position = last.saturating_add(1);
    let address = actor.address.map(|address| address.to_string());
    let state = |state: &Option<serde_json::Value>| state.as_ref().map(ToString::to_string);
    let (before, after) = (state(&change.before), state(&change.after));
    let said = json!([
        position,
        id.as_str(),
        now.ms(),
        change.action.name(),
        actor.user.as_ref().map(AsRef::<str>::as_ref),
        actor.credential,
        address,
        actor.request.as_ref().map(AsRef::<str>::as_ref),
        change.target,
        change.owner.as_ref().map(AsRef::<str>::as_ref),
        before,
        after
    ]);
    let hash = chained(&previous, &said.to_string());
    let statement = Query::insert()
        .into_table(Audit::Table)
        .columns([
            Audit::Position,
            Audit::Id,
            Audit::At,
            Audit::Action,
            Audit::Actor,
            Audit::Credential,
            Audit::Address,
            Audit::RequestId,
            Audit::Target,
            Audit::Owner,
            Audit::StateBefore,
            Audit::StateAfter,
            Audit::Previous,
            Audit::Hash,
        ])
        .values_panic([
            position.into(),
            id.into(),
            now.into(),
            change.action.into(),
            actor.user.into(),
            actor.credential.clone().into(),
            address.into(),
            actor.request.into(),
            change.target.as_str().into(),
            change.owner.into(),
            before.into(),
            after.into(),
            previous.into(),
            hash.as_str().into(),
        ])
        .to_owned();
    tx.execute(&statement).await?;
    move_head(tx, position, &hash).await?;
    Ok(id)
}

/// The hash of an entry together with the hash of the one before it.
fn chained(previous: &str, said: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{previous}\n{said}").as_bytes()))
}

async fn lock_head(tx: &mut Tx) -> Result<(i64, String), StoreError> {
    let statement = Query::select()
        .columns([AuditHead::Position, AuditHead::Hash])
        .from(AuditHead::Table)
        .and_where(Expr::col(AuditHead::Id).eq(HEAD))
        .lock_exclusive()
        .to_owned();
    let head = tx.fetch_optional(&statement).await?;
    head.ok_or_else(|| StoreError::Unusable("the audit log has no end".to_owned()))
}

async fn move_head(tx: &mut Tx, position: i64, hash: &str) -> Result<(), StoreError> {
    let statement = Query::update()
        .table(AuditHead::Table)
        .value(AuditHead::Position, position)
        .value(AuditHead::Hash, hash)
        .and_where(Expr::col(AuditHead::Id).eq(HEAD))
        .to_owned();
    tx.execute(&statement).await.map(drop)
}

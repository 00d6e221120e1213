//! The audit log: a chain of entries to which one can only add.
//!
//! [`record`] locks the end of the chain until the transaction ends, so it stands last before the commit: what waits for
//! it then waits for nothing else. `read` shows entries, `check` walks the chain; what an entry's hash is of is said here
//! once, so that both agree.

mod check;
mod read;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_query::{Expr, ExprTrait as _, Query};
use serde_json::json;
use sqlx::FromRow;

pub use check::{Broken, Chain, check};
pub use read::{Filter, list};

use super::tables::{Audit, AuditHead};
use super::{Connection, StoreError, Tx};
use crate::domain::audit::{Actor, Change};
use crate::domain::ids::AuditId;
use crate::domain::time::Time;
use crate::random::Random;

const HEAD: i64 = 1;

const COLUMNS: [Audit; 14] = [
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
];

/// An entry as it is kept. Names and ids are text: an entry must be readable, and its hash the same, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(missing_docs, reason = "the names are the migration's; what a column means is said there")]
pub struct Entry {
    pub position: i64,
    pub id: String,
    pub at: Time,
    pub action: String,
    pub actor: Option<String>,
    pub credential: Option<String>,
    pub address: Option<String>,
    pub request_id: Option<String>,
    pub target: String,
    pub owner: Option<String>,
    pub state_before: Option<String>,
    pub state_after: Option<String>,
    pub previous: String,
    pub hash: String,
}

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
    let (last, previous) = head(tx, true).await?;
    let state = |state: &Option<serde_json::Value>| state.as_ref().map(ToString::to_string);
    let mut entry = Entry {
        position: last.saturating_add(1),
        id: id.to_string(),
        at: now,
        action: change.action.name().to_owned(),
        actor: actor.user.map(|user| user.to_string()),
        credential: actor.credential.clone(),
        address: actor.address.map(|address| address.to_string()),
        request_id: actor.request.map(|request| request.to_string()),
        target: change.target.clone(),
        owner: change.owner.map(|owner| owner.to_string()),
        state_before: state(&change.before),
        state_after: state(&change.after),
        previous,
        hash: String::new(),
    };
    entry.hash = entry.chained();
    let (position, hash) = (entry.position, entry.hash.clone());
    tx.execute(&insert(entry)).await?;
    move_head(tx, position, &hash).await?;
    Ok(id)
}

impl Entry {
    /// The hash of the entry together with the hash of the one before it.
    fn chained(&self) -> String {
        let said = json!([
            self.position,
            self.id,
            self.at.ms(),
            self.action,
            self.actor,
            self.credential,
            self.address,
            self.request_id,
            self.target,
            self.owner,
            self.state_before,
            self.state_after
        ]);
        URL_SAFE_NO_PAD.encode(digest(&SHA256, format!("{}\n{said}", self.previous).as_bytes()))
    }
}

fn insert(entry: Entry) -> sea_query::InsertStatement {
    Query::insert()
        .into_table(Audit::Table)
        .columns(COLUMNS)
        .values_panic([
            entry.position.into(),
            entry.id.into(),
            entry.at.into(),
            entry.action.into(),
            entry.actor.into(),
            entry.credential.into(),
            entry.address.into(),
            entry.request_id.into(),
            entry.target.into(),
            entry.owner.into(),
            entry.state_before.into(),
            entry.state_after.into(),
            entry.previous.into(),
            entry.hash.into(),
        ])
        .to_owned()
}

/// Where the chain ends, and the hash there; nobody else adds to it until this transaction ends, where that is asked.
async fn head(connection: &mut Connection, lock: bool) -> Result<(i64, String), StoreError> {
    let mut statement = Query::select();
    statement
        .columns([AuditHead::Position, AuditHead::Hash])
        .from(AuditHead::Table)
        .and_where(Expr::col(AuditHead::Id).eq(HEAD));
    if lock {
        statement.lock_exclusive();
    }
    let head = connection.fetch_optional(&statement).await?;
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

/// Removes up to `most` entries from before that moment, oldest first and without leaving a gap; the last one stays, so
/// that the chain's end can always be checked. Says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_before(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(Audit::Position)
        .from(Audit::Table)
        .order_by(Audit::Position, sea_query::Order::Asc)
        .limit(1)
        .to_owned();
    let kept = Query::select()
        .expr(Expr::col(Audit::Position).min())
        .from(Audit::Table)
        .and_where(Expr::col(Audit::At).gte(before))
        .to_owned();
    let Some((oldest,)) = tx.fetch_optional::<(i64,)>(&oldest).await? else { return Ok(0) };
    let (last, _) = head(tx, false).await?;
    let kept = tx.fetch_optional::<(Option<i64>,)>(&kept).await?.and_then(|(kept,)| kept).unwrap_or(last);
    let end = [kept, oldest.saturating_add_unsigned(most)].into_iter().fold(last, Ord::min);
    let statement = Query::delete().from_table(Audit::Table).and_where(Expr::col(Audit::Position).lt(end)).to_owned();
    tx.execute(&statement).await
}

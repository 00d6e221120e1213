//! Walks the chain and says where it is broken (S114).

use sea_query::{Expr, ExprTrait as _, Order, Query};
use thiserror::Error;

use super::{COLUMNS, Entry, head};
use crate::store::tables::Audit;
use crate::store::{Db, StoreError};

/// Entries that are read at once.
const PAGE: u64 = 1_000;

/// A chain without a fault, from the oldest entry that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The first position that is kept; 0 where nothing was ever written.
    pub first: i64,
    /// The last one.
    pub last: i64,
}

/// Where the chain is broken.
#[derive(Debug, Error)]
pub enum Broken {
    /// An entry is not there.
    #[error("the entry at position {0} is gone")]
    Gone(i64),
    /// An entry says another hash before it than the one before it has.
    #[error("the entry at position {0} does not follow from the one before it")]
    Unlinked(i64),
    /// An entry is not what was written.
    #[error("the entry at position {0} was changed")]
    Changed(i64),
    /// The end is not what was written last.
    #[error("the log's end at position {0} was changed")]
    End(i64),
    /// The store's failure.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Walks every entry that is kept, as far as the chain went when it began.
///
/// # Errors
/// [`Broken`], which names the first position that is wrong.
pub async fn check(db: &Db) -> Result<Chain, Broken> {
    let mut connection = db.read().await?;
    let (last, end) = head(&mut connection, false).await?;
    let mut before: Option<Entry> = None;
    let mut first = 0;
    while before.as_ref().map_or(0, |entry| entry.position) < last {
        let from = before.as_ref().map_or(0, |entry| entry.position);
        let statement = Query::select()
            .columns(COLUMNS)
            .from(Audit::Table)
            .and_where(Expr::col(Audit::Position).gt(from))
            .and_where(Expr::col(Audit::Position).lte(last))
            .order_by(Audit::Position, Order::Asc)
            .limit(PAGE)
            .to_owned();
        let page: Vec<Entry> = connection.fetch_all(&statement).await?;
        if page.is_empty() {
            return Err(Broken::Gone(from.saturating_add(1)));
        }
        for entry in page {
            follows(&entry, before.as_ref())?;
            if before.is_none() {
                first = entry.position;
            }
            before = Some(entry);
        }
    }
    match before {
        Some(entry) if entry.hash != end => Err(Broken::End(last)),
        _ => Ok(Chain { first, last }),
    }
}

fn follows(entry: &Entry, before: Option<&Entry>) -> Result<(), Broken> {
    let linked = match before {
        Some(before) if entry.position != before.position.saturating_add(1) => {
            return Err(Broken::Gone(before.position.saturating_add(1)));
        }
        Some(before) => entry.previous == before.hash,
        // What was before the oldest entry that is kept is gone by retention.
        None => entry.position > 1 || entry.previous.is_empty(),
    };
    if !linked {
        return Err(Broken::Unlinked(entry.position));
    }
    if entry.chained() == entry.hash { Ok(()) } else { Err(Broken::Changed(entry.position)) }
}

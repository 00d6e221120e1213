//! What is over and may go: sign-ins with their refresh tokens, and what the portal kept of a browser.

use sea_query::{Expr, ExprTrait as _, Query};

use super::tables::{PortalSessions, RefreshTokens, Sessions};
use super::{StoreError, Tx};
use crate::domain::ids::SessionId;
use crate::domain::time::Time;

/// Removes up to `most` sessions that ended before that moment, with all their tokens, and says how many.
///
/// # Errors
/// The store's failure.
pub async fn remove_sessions(tx: &mut Tx, before: Time, most: u64) -> Result<u64, StoreError> {
    let over = Query::select()
        .column(Sessions::Id)
        .from(Sessions::Table)
        .and_where(Expr::col(Sessions::EndsAt).lt(before).or(Expr::col(Sessions::RevokedAt).lt(before)))
        .limit(most)
        .to_owned();
    let rows: Vec<(SessionId,)> = tx.fetch_all(&over).await?;
    let ids: Vec<SessionId> = rows.into_iter().map(|(id,)| id).collect();
    if ids.is_empty() {
        return Ok(0);
    }
    let tokens = Query::delete()
        .from_table(RefreshTokens::Table)
        .and_where(Expr::col(RefreshTokens::Session).is_in(ids.iter().copied()))
        .to_owned();
    tx.execute(&tokens).await?;
    let sessions = Query::delete().from_table(Sessions::Table).and_where(Expr::col(Sessions::Id).is_in(ids)).to_owned();
    tx.execute(&sessions).await
}

/// Removes what the portal kept until before that moment, and says of how many browsers.
///
/// # Errors
/// The store's failure.
pub async fn remove_portal_sessions(tx: &mut Tx, before: Time) -> Result<u64, StoreError> {
    let statement = Query::delete()
        .from_table(PortalSessions::Table)
        .and_where(Expr::col(PortalSessions::ExpiresAt).lt(before))
        .to_owned();
    tx.execute(&statement).await
}

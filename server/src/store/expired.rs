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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::UserId;
    use crate::domain::sessions::{Origin, Session};
    use crate::random::Random;
    use crate::store::{refresh_tokens, scratch, sessions};

    fn session(ends_at: i64, revoked_at: Option<i64>) -> Session {
        Session {
            id: SessionId::new(Time::from_ms(1), &Random::default()).unwrap(),
            owner: UserId::ADMINISTRATOR,
            origin: Origin::default(),
            created_at: Time::from_ms(1),
            last_used_at: Time::from_ms(1),
            expires_at: Time::from_ms(ends_at),
            ends_at: Time::from_ms(ends_at),
            revoked_at: revoked_at.map(Time::from_ms),
        }
    }

    #[tokio::test]
    async fn s9_only_sessions_that_are_over_are_removed_with_their_tokens_and_in_batches() {
        for scratch in scratch::each().await {
            let (over, revoked) = (session(10, None), session(1_000, Some(10)));
            let (alive, just_ended) = (session(1_000, None), session(100, None));
            let mut tx = scratch.db.write().await.unwrap();
            let administrator = crate::domain::users::User {
                id: UserId::ADMINISTRATOR,
                email: None,
                name: None,
                role: crate::domain::users::Role::Admin,
                tier: crate::domain::users::Tier::Admin,
                created_at: Time::from_ms(1),
                disabled_at: None,
            };
            crate::store::users::insert_if_new(&mut tx, &administrator, None).await.unwrap();
            for session in [&over, &revoked, &alive, &just_ended] {
                sessions::insert(&mut tx, session).await.unwrap();
                refresh_tokens::insert(&mut tx, session, 1, session.id.as_str(), Time::from_ms(1)).await.unwrap();
            }
            for removed in [1, 1, 0] {
                assert_eq!(remove_sessions(&mut tx, Time::from_ms(100), 1).await.unwrap(), removed);
            }
            for (session, there) in [(over, false), (revoked, false), (alive, true), (just_ended, true)] {
                assert_eq!(sessions::state(&mut tx, &session.id).await.unwrap().is_some(), there);
                let token = refresh_tokens::of_token(&mut tx, session.id.as_str()).await.unwrap();
                assert_eq!(token, there.then_some(session.id));
            }
        }
    }
}

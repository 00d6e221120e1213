//! Refresh tokens when things happen at the same time (S2, S7), and in one moment (S8).

use std::sync::Arc;
use std::time::Instant;

use sea_query::{Expr, ExprTrait as _, Query};

use super::tests::{House, refresh, text, visitor};
use crate::domain::ids::{SessionId, UserId};
use crate::domain::sessions::RefreshSecret;
use crate::store::sessions as stored_sessions;
use crate::store::tables::RefreshTokens;

/// Of fifty presentations, in the ordinary run. SECURITY.md wants a thousand:
/// `GATEPOST_ROUNDS=1000 scripts/with-services.sh cargo nextest run -p gatepost --no-capture -E 'test(/s2_.*round_after_round/)'`
const ROUNDS: usize = 40;
const AT_ONCE: usize = 50;

#[expect(clippy::disallowed_methods, reason = "whoever runs the tests says how long")]
fn rounds() -> usize {
    std::env::var("GATEPOST_ROUNDS").map_or(ROUNDS, |text| text.parse().unwrap())
}

/// A session without a password, for the many that these tests need.
async fn session(house: &House) -> RefreshSecret {
    let now = house.clock.now();
    let mut tx = house.db.write().await.unwrap();
    let (_, token) = house.auth.begin_session(&mut tx, UserId::ADMINISTRATOR, &visitor(), now).await.unwrap();
    tx.commit().await.unwrap();
    token
}

fn again(token: &RefreshSecret) -> RefreshSecret {
    RefreshSecret::parse(&text(token)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s7_after_each_of_a_thousand_revocations_no_token_that_was_minted_meanwhile_is_good() {
    for house in House::each().await {
        let mut minted_meanwhile = 0;
        for round in 0..1_000 {
            let token = session(&house).await;
            let id = house.auth.session_of(&token).await.unwrap().unwrap();
            let auth = Arc::clone(&house.auth);
            let racing = tokio::spawn(async move { refresh(&auth, &token).await });
            if round % 2 == 0 {
                tokio::task::yield_now().await;
            }
            let mut tx = house.db.write().await.unwrap();
            stored_sessions::revoke(&mut tx, &id, house.clock.now()).await.unwrap();
            tx.commit().await.unwrap();
            house.auth.forget_session(&id);

            if let Ok(minted) = racing.await.unwrap() {
                minted_meanwhile += 1;
                assert!(house.by_token(&minted.access_token).await.is_err());
                assert!(refresh(&house.auth, &minted.refresh_token).await.is_err());
            }
        }
        println!("{minted_meanwhile} of 1000 refreshes came first");
    }
}

/// How many tokens of the session were not used, and how many it has.
async fn unused(house: &House, session: &SessionId) -> (usize, usize) {
    let statement = Query::select()
        .columns([RefreshTokens::Generation, RefreshTokens::UsedAt])
        .from(RefreshTokens::Table)
        .and_where(Expr::col(RefreshTokens::Session).eq(session))
        .to_owned();
    let rows: Vec<(i64, Option<i64>)> = house.db.read().await.unwrap().fetch_all(&statement).await.unwrap();
    (rows.iter().filter(|(_, used_at)| used_at.is_none()).count(), rows.len())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_round_after_round_fifty_refreshes_leave_one_token_that_lives() {
    for house in House::each().await {
        let mut token = session(&house).await;
        let id = house.auth.session_of(&token).await.unwrap().unwrap();
        let (began, rounds) = (Instant::now(), rounds());
        for round in 1..=rounds {
            let asked = (0..AT_ONCE).map(|_| {
                let (auth, token) = (Arc::clone(&house.auth), again(&token));
                tokio::spawn(async move { refresh(&auth, &token).await.unwrap().refresh_token })
            });
            let mut answers: Vec<String> = Vec::new();
            for answer in futures_util::future::join_all(asked).await {
                answers.push(text(&answer.unwrap()));
            }
            answers.dedup();
            assert_eq!(answers.len(), 1);
            assert_eq!(unused(&house, &id).await, (1, round + 1));
            token = RefreshSecret::parse(&answers[0]).unwrap();
        }
        let engine = if house.db.is_embedded() { "SQLite" } else { "PostgreSQL" };
        println!("{engine}: {rounds} rounds of {AT_ONCE}, one live token after each, in {:?}", began.elapsed());
    }
}

#[tokio::test]
async fn s8_in_one_moment_each_older_generation_is_still_known_as_used() {
    for house in House::each().await {
        for replayed in 0..19 {
            let mut generations = vec![session(&house).await];
            for _ in 0..20 {
                let next = refresh(&house.auth, generations.last().unwrap()).await.unwrap().refresh_token;
                generations.push(next);
            }
            assert!(refresh(&house.auth, &generations[replayed]).await.is_err(), "generation {replayed}");
            assert!(refresh(&house.auth, &generations[20]).await.is_err(), "the family of generation {replayed}");
        }
    }
}

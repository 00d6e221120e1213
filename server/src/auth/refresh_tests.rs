//! Refresh tokens when things happen at the same time (S2, S7), and in one moment (S8).

use std::sync::Arc;

use super::tests::{House, refresh, text, visitor};
use crate::domain::ids::UserId;
use crate::domain::sessions::RefreshSecret;
use crate::store::sessions as stored_sessions;

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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s2_round_after_round_fifty_refreshes_leave_one_token_that_lives() {
    for house in House::each().await {
        let mut token = session(&house).await;
        for _ in 0..50 {
            let asked = (0..50).map(|_| {
                let (auth, token) = (Arc::clone(&house.auth), again(&token));
                tokio::spawn(async move { refresh(&auth, &token).await.unwrap().refresh_token })
            });
            let mut answers: Vec<String> = Vec::new();
            for answer in futures_util::future::join_all(asked).await {
                answers.push(text(&answer.unwrap()));
            }
            answers.dedup();
            assert_eq!(answers.len(), 1);
            token = RefreshSecret::parse(&answers[0]).unwrap();
        }
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

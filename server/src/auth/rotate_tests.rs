//! S30: the keys that sign are replaced, and nobody notices.

use super::tests::{House, refresh, start};
use super::*;
use crate::domain::signing::{PUBLISHED_AFTER, PUBLISHED_BEFORE};
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(24 * 3600);

fn kid(token: &str) -> String {
    jsonwebtoken::decode_header(token).unwrap().kid.unwrap()
}

fn kids(auth: &Auth) -> Vec<String> {
    auth.published().into_iter().map(|key| key.kid).collect()
}

#[tokio::test]
async fn s30_a_rotation_signs_nobody_out_in_either_of_two_processes() {
    for house in House::each().await {
        let other = start(&house.db, &house.clock, "a-secret-key-of-this-test").await.unwrap().auth;
        let both = [&*house.auth, &other];
        let tend = async || {
            for auth in both {
                auth.tend_signing_keys(EVERY).await.unwrap();
            }
        };
        let mut pair = house.signed_in("ada@example.com").await;
        let first = kid(&pair.access_token);
        let mut seen = vec![first.clone()];
        // A client that keeps the set for as long as it is told (5 minutes), and calls with each token until it ends.
        let mut kept = kids(&house.auth);
        for minutes in 0..(26 * 60) {
            house.clock.advance(Duration::from_secs(60));
            tend().await;
            if minutes % 5 == 0 {
                kept = kids(&other);
            }
            if minutes % 14 == 0 {
                pair = refresh(&house.auth, &pair.refresh_token).await.unwrap();
            }
            let signer = kid(&pair.access_token);
            assert!(kept.contains(&signer), "minute {minutes}: {signer} is not in the set that was kept");
            if minutes % 10 == 0 {
                for auth in both {
                    let identity =
                        auth.identify(Presented { bearer: Some(&pair.access_token), ..Presented::default() }).await;
                    assert!(identity.is_ok(), "minute {minutes}: {identity:?}");
                }
            }
            if seen.last() != Some(&signer) {
                seen.push(signer);
            }
        }
        assert_eq!(seen.len(), 2, "one rotation in 26 hours");
        assert_eq!(kids(&house.auth), kids(&other));
        assert_eq!(kids(&house.auth), [seen[1].clone()], "the first key is gone");
    }
}

#[tokio::test]
async fn s30_the_command_publishes_one_key_that_signs_when_all_have_seen_it() {
    for house in House::each().await {
        let sealer = signing_key_sealer(&["a-secret-key-of-this-test".into()]);
        let rotate = async || rotate_signing_key(&house.db, &sealer, house.clock.now(), &Random::default()).await;
        let next = rotate().await.unwrap();
        assert_eq!(rotate().await.unwrap(), next, "one that waits is not overtaken");

        house.auth.learn_signing_keys().await.unwrap();
        let before = house.signed_in("ada@example.com").await;
        assert_ne!(kid(&before.access_token), next.kid);
        assert!(kids(&house.auth).contains(&next.kid));
        house.clock.advance(PUBLISHED_BEFORE);
        let after = refresh(&house.auth, &before.refresh_token).await.unwrap();
        assert_eq!(kid(&after.access_token), next.kid);
        house.clock.advance(PUBLISHED_AFTER);
        house.auth.tend_signing_keys(EVERY).await.unwrap();
        assert_eq!(kids(&house.auth), [next.kid]);
    }
}

#[tokio::test]
async fn s30_a_token_of_an_unknown_key_makes_a_process_look_but_not_all_the_time() {
    for house in House::each().await {
        let sealer = signing_key_sealer(&["a-secret-key-of-this-test".into()]);
        let other = start(&house.db, &house.clock, "a-secret-key-of-this-test").await.unwrap().auth;
        let token_of_a_new_key = async || {
            rotate_signing_key(&house.db, &sealer, house.clock.now(), &Random::default()).await.unwrap();
            house.clock.advance(PUBLISHED_BEFORE);
            house.auth.learn_signing_keys().await.unwrap();
            house.signed_in("ada@example.com").await.access_token
        };
        let knows =
            async |token: &str| other.identify(Presented { bearer: Some(token), ..Presented::default() }).await.is_ok();

        let token = token_of_a_new_key().await;
        assert!(knows(&token).await, "the store knows the key");

        token_of_a_new_key().await;
        let strange = "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InN0cmFuZ2UifQ.e30.AAAA";
        assert!(!knows(strange).await);
        let newest = kids(&other).len();
        assert_eq!(newest, 3, "the strange one made it look, and it learned the new key on the way");
        rotate_signing_key(&house.db, &sealer, house.clock.now(), &Random::default()).await.unwrap();
        assert!(!knows(strange).await);
        assert_eq!(kids(&other).len(), 3, "it does not look again at once");
        house.clock.advance(Duration::from_secs(5));
        assert!(!knows(strange).await);
        assert_eq!(kids(&other).len(), 4);
    }
}

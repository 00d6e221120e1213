//! What is accepted, what is remembered, and who is asked (S23, S24, S31, S40, S41).

use futures_util::future::join_all;
use gatepost_sdk::verify::SignedKeyVerifier;
use serde_json::{Value, json};

use super::issuer::{AUDIENCE, Clock, Issuer, code, merged};

#[tokio::test]
async fn a_good_key_of_either_algorithm_says_whose_it_is() {
    let issuer = Issuer::start().await;
    for key in [issuer.make(), issuer.make_rsa()] {
        let found = issuer.verifier().verify(&key.token()).await.expect("good");
        assert_eq!((found.key_id.as_str(), found.user_id.as_str()), (key.id.as_str(), "usr_01k9"));
        assert_eq!(found.scopes, ["read:items", "write:items"]);
        assert_eq!(found.claims["plan"], "pro");
        assert_eq!(found.expires_at.unix_timestamp(), key.claims["exp"].as_i64().expect("a time"));
    }
}

#[tokio::test]
async fn three_verifications_make_one_fetch() {
    let issuer = Issuer::start().await;
    let (verifier, key) = (issuer.verifier(), issuer.make());
    for _ in 0..3 {
        verifier.verify(&key.token()).await.expect("good");
    }
    assert_eq!(issuer.fetches(), [key.path]);
}

#[tokio::test]
async fn twenty_at_once_make_one_fetch_and_one_who_gives_up_takes_nobody_along() {
    let issuer = Issuer::start().await;
    let (verifier, key, gate) = (issuer.verifier(), issuer.make(), issuer.hold());
    let token = key.token();
    let first = tokio::spawn({
        let (verifier, token) = (verifier.clone(), token.clone());
        async move { verifier.verify(&token).await }
    });
    while issuer.fetches().is_empty() {
        tokio::task::yield_now().await;
    }
    first.abort();
    assert!(first.await.expect_err("it gave up").is_cancelled());
    let all = tokio::spawn(async move { join_all((0..20).map(|_| verifier.verify(&token))).await });
    gate.notify_one();
    assert!(all.await.expect("done").into_iter().all(|found| found.is_ok_and(|found| found.key_id == key.id)));
    assert_eq!(issuer.fetches().len(), 1);
}

#[tokio::test]
async fn a_set_is_kept_for_its_max_age_then_asked_after_with_its_etag() {
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let (verifier, key) = (issuer.verifier_at(&clock), issuer.make());
    for (passed, fetches) in [(0, 1), (299_999, 1), (1, 2), (299_999, 2)] {
        clock.pass(passed);
        verifier.verify(&key.token()).await.expect("good");
        assert_eq!(issuer.fetches().len(), fetches, "after {passed}");
    }
    let asked = issuer.state.lock().expect("unpoisoned").fetches[1].1.clone();
    assert_eq!(asked, Some(format!("\"{}\"", key.id)));
}

#[tokio::test]
async fn max_age_is_honoured_up_to_an_hour() {
    let issuer = Issuer::start().await;
    let rows: [(&[(&'static str, &str)], i64); 5] = [
        (&[("cache-control", "max-age=7")], 7_000),
        (&[("cache-control", "max-age=100"), ("age", "90")], 10_000),
        (&[("cache-control", "public, max-age=999999")], 3_600_000),
        (&[], 300_000),
        (&[("cache-control", "no-store")], 0),
    ];
    for (headers, kept) in rows {
        let (clock, key) = (Clock::machine(), issuer.make());
        let token = key.with(&json!({}), &json!({ "exp": clock.seconds() + 9000 }));
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        issuer.say(Some((200, headers, json!({ "keys": [key.jwk] }).to_string())));
        issuer.forget_fetches();
        let verifier = issuer.verifier_at(&clock);
        verifier.verify(&token).await.expect("good");
        if kept > 0 {
            clock.pass(kept - 1);
            verifier.verify(&token).await.expect("good");
            clock.pass(1);
        }
        assert_eq!(issuer.fetches().len(), 1, "{kept}");
        verifier.verify(&token).await.expect("good");
        assert_eq!(issuer.fetches().len(), 2, "{kept}");
    }
}

#[tokio::test]
async fn a_revoked_key_is_refused_once_its_set_has_aged() {
    // H38, S41
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let (verifier, key) = (issuer.verifier_at(&clock), issuer.make());
    verifier.verify(&key.token()).await.expect("good");
    issuer.revoke(&key);
    clock.pass(300_000);
    for _ in 0..3 {
        assert_eq!(code(&verifier, &key.token()).await, "revoked");
    }
    assert_eq!(issuer.fetches().len(), 2);
    clock.pass(30_000);
    assert_eq!(code(&verifier, &key.token()).await, "revoked");
    assert_eq!(issuer.fetches().len(), 3);

    let never = issuer.make();
    issuer.revoke(&never);
    for _ in 0..3 {
        assert_eq!(code(&verifier, &never.token()).await, "unknown_key");
    }
    assert_eq!(issuer.fetches().len(), 4);
}

#[tokio::test]
async fn a_clock_that_goes_backwards_keeps_no_revoked_key_alive() {
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let (verifier, key) = (issuer.verifier_at(&clock), issuer.make());
    let token = key.with(&json!({}), &json!({ "iat": 1 }));
    verifier.verify(&token).await.expect("good");
    issuer.revoke(&key);
    clock.pass(-3_600_000);
    assert_eq!(code(&verifier, &token).await, "revoked");
}

#[tokio::test]
async fn invented_keys_make_no_storm_of_fetches() {
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let (verifier, known) = (issuer.verifier_at(&clock), issuer.make());
    verifier.verify(&known.token()).await.expect("good");
    issuer.forget_fetches();
    let tokens: Vec<String> = (0..100)
        .map(|_| {
            let key = issuer.make();
            issuer.revoke(&key);
            key.token()
        })
        .collect();
    let codes = join_all(tokens.iter().map(|token| code(&verifier, token))).await;
    let count = |word| codes.iter().filter(|code| **code == word).count();
    assert_eq!((count("unknown_key"), count("unavailable"), issuer.fetches().len()), (30, 70, 30));
    verifier.verify(&known.token()).await.expect("still good");
    clock.pass(1000);
    verifier.verify(&issuer.make().token()).await.expect("one more a second");
}

#[tokio::test]
async fn a_thousand_keys_are_remembered_the_least_used_forgotten_first() {
    let issuer = Issuer::start().await;
    let (verifier, first, second) = (issuer.verifier(), issuer.make(), issuer.make());
    verifier.verify(&first.token()).await.expect("good");
    verifier.verify(&second.token()).await.expect("good");
    for made in 0..999 {
        verifier.verify(&issuer.make().token()).await.expect("good");
        if made == 0 {
            verifier.verify(&first.token()).await.expect("good");
        }
    }
    let before = issuer.fetches().len();
    verifier.verify(&first.token()).await.expect("good");
    assert_eq!(issuer.fetches().len(), before);
    verifier.verify(&second.token()).await.expect("good");
    assert_eq!(issuer.fetches().len(), before + 1);
}

#[tokio::test]
async fn while_the_issuer_is_away_nothing_is_accepted() {
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let (verifier, key) = (issuer.verifier_at(&clock), issuer.make());
    verifier.verify(&key.token()).await.expect("good");
    issuer.say(Some((500, Vec::new(), String::new())));
    verifier.verify(&key.token()).await.expect("remembered");
    clock.pass(300_000);
    for _ in 0..2 {
        assert_eq!(code(&verifier, &key.token()).await, "unavailable");
    }
    assert_eq!(issuer.fetches().len(), 2);
    issuer.say(None);
    clock.pass(5_000);
    verifier.verify(&key.token()).await.expect("asked again");
}

#[tokio::test]
async fn redirects_huge_bodies_and_what_is_no_set_are_not_believed() {
    let (issuer, elsewhere) = (Issuer::start().await, Issuer::start().await);
    let huge = format!(r#"{{"keys":[],"x":"{}"}}"#, "x".repeat(70_000));
    for (status, headers, body) in [
        (302, vec![("location", elsewhere.base.clone())], String::new()),
        (200, vec![], huge),
        (200, vec![], "<html>".to_owned()),
        (200, vec![], "{}".to_owned()),
    ] {
        issuer.say(Some((status, headers, body)));
        assert_eq!(code(&issuer.verifier(), &issuer.make().token()).await, "unavailable", "{status}");
    }
    assert!(elsewhere.fetches().is_empty());
}

#[tokio::test]
async fn a_key_that_is_published_wrongly_is_not_used() {
    let issuer = Issuer::start().await;
    for change in [
        json!({ "d": "AAAA" }),
        json!({ "k": "AAAA" }),
        json!({ "use": "enc" }),
        json!({ "key_ops": ["sign"] }),
        json!({ "crv": "P-384" }),
        json!({ "x": "AAAA" }),
        json!({ "x": 1 }),
        json!({ "y": "A".repeat(43) }),
        json!({ "alg": null }),
        json!({ "kty": "oct" }),
        json!({ "kid": "key_other" }),
    ] {
        let key = issuer.make();
        let wrong: Value = serde_json::from_str(&merged(&key.jwk, &change)).expect("JSON");
        issuer.publish(&key, &[wrong]);
        assert_eq!(code(&issuer.verifier(), &key.token()).await, "unknown_key", "{change}");
    }
    let twice = issuer.make();
    issuer.publish(&twice, &[twice.jwk.clone(), twice.jwk.clone()]);
    assert_eq!(code(&issuer.verifier(), &twice.token()).await, "unknown_key");
    let small = issuer.make_rsa();
    let half: Value = serde_json::from_str(&merged(&small.jwk, &json!({ "n": &"z".repeat(171) }))).expect("JSON");
    issuer.publish(&small, &[half]);
    assert_eq!(code(&issuer.verifier(), &small.token()).await, "unknown_key", "1,026 bits");
}

#[test]
fn who_names_nobody_gets_no_verifier() {
    for (issuer, audience) in [
        ("", AUDIENCE),
        ("https://a.example", ""),
        ("ftp://a.example", AUDIENCE),
        ("https://u@a.example", AUDIENCE),
        ("https://a.example/?x", AUDIENCE),
    ] {
        assert!(SignedKeyVerifier::new([issuer], [audience]).is_err(), "{issuer:?} {audience:?}");
    }
    let nobody: [&str; 0] = [];
    assert!(SignedKeyVerifier::new(nobody, [AUDIENCE]).is_err());
    assert!(SignedKeyVerifier::new(["https://a.example"], nobody).is_err());
}

#[tokio::test]
async fn thirty_seconds_are_allowed_between_two_clocks() {
    // S31
    let issuer = Issuer::start().await;
    let clock = Clock::machine();
    let now = clock.seconds();
    for (claims, at, wanted) in [
        (json!({ "exp": now }), (now + 30) * 1000 - 1, "accepted"),
        (json!({ "exp": now }), (now + 30) * 1000 + 1, "expired"),
        (json!({ "nbf": now }), (now - 30) * 1000, "accepted"),
        (json!({ "nbf": now }), (now - 30) * 1000 - 1, "not_yet_valid"),
        (json!({ "iat": now + 3600 }), now * 1000, "not_yet_valid"),
    ] {
        let mut all = json!({ "iat": now - 100 });
        all.as_object_mut().expect("an object").extend(claims.as_object().expect("an object").clone());
        clock.set(at);
        let token = issuer.make().with(&json!({}), &all);
        assert_eq!(code(&issuer.verifier_at(&clock), &token).await, wanted, "{claims}");
    }
}

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Actor, Engine, TestApp};

async fn verify(actor: &Actor, key: &str, more: Value) -> Value {
    let mut body = json!({ "key": key });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    actor.post("/v1/keys/verify", body).await.is(200).body
}

both_engines! {
    async fn a_good_key_is_valid_and_says_whose_it_is(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read:items"]).await;
        let secret = key["secret"].as_str().expect("a secret");
        let known = verify(&app.admin(), secret, json!({ "scopes": ["read:items"] })).await;

        assert_eq!((&known["valid"], &known["code"]), (&json!(true), &json!("VALID")));
        assert_eq!((&known["keyId"], &known["userId"], &known["scopes"]), (&key["id"], &key["userId"], &key["scopes"]));
    }

    /// From the last reason of the order to the first: each is added to those before it, and wins over its neighbour.
    async fn each_reason_is_reached_and_the_first_in_the_written_order_is_told(app) {
        let owner = app.owner().await;
        let body = json!({
            "name": "x", "expiresInSeconds": 300, "maxIdleSeconds": 120, "limits": { "perMinute": 1, "perDay": 1 },
            "allowedOrigins": ["https://a.example"], "allowedIps": ["203.0.113.0/24"],
        });
        let key = owner.post("/v1/keys", body).await.is(201);
        let (secret, path) = (key.text("secret"), format!("/v1/keys/{}", key.text("id")));
        let code = async |wanted: Value| verify(&app.admin(), &secret, wanted).await["code"].clone();
        let good = |more: Value| {
            let mut all = json!({ "origin": "https://a.example", "ip": "203.0.113.9" });
            all.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            all
        };

        assert_eq!(code(good(json!({}))).await, "VALID");
        owner.patch(&path, json!({ "limits": { "perDay": 1 } })).await.is(200);
        assert_eq!(code(good(json!({}))).await, "QUOTA_EXCEEDED");
        owner.patch(&path, json!({ "limits": { "perMinute": 1, "perDay": 1 } })).await.is(200);
        assert_eq!(code(good(json!({}))).await, "RATE_LIMITED");
        let scopeless = json!({ "scopes": ["write:items"] });
        assert_eq!(code(good(scopeless.clone())).await, "INSUFFICIENT_SCOPE");
        let elsewhere = json!({ "scopes": ["write:items"], "ip": "198.51.100.1" });
        assert_eq!(code(good(elsewhere.clone())).await, "IP_DENIED");
        let another_page = json!({ "scopes": ["write:items"], "ip": "198.51.100.1", "origin": "https://b.example" });
        assert_eq!(code(another_page.clone()).await, "ORIGIN_DENIED");
        owner.patch(&path, json!({ "disabled": true })).await.is(200);
        assert_eq!(code(another_page.clone()).await, "DISABLED");
        app.clock.advance(Duration::from_secs(120));
        assert_eq!(code(another_page.clone()).await, "IDLE_TIMEOUT");
        app.clock.advance(Duration::from_secs(180));
        assert_eq!(code(another_page.clone()).await, "EXPIRED");
        owner.delete(&path).await.is(204);
        assert_eq!(code(another_page.clone()).await, "REVOKED");
        assert_eq!(verify(&app.admin(), "gp_live_no-such-key", another_page).await["code"], "NOT_FOUND");
    }

    async fn what_the_owner_keeps_with_it_is_told(app) {
        let body = json!({ "name": "x", "namespace": "tills", "metadata": { "customer": 42 } });
        let secret = app.owner().await.post("/v1/keys", body).await.is(201).text("secret");
        let known = verify(&app.admin(), &secret, json!({})).await;
        assert_eq!((&known["namespace"], &known["metadata"]), (&json!("tills"), &json!({ "customer": 42 })));
    }

    async fn a_bound_key_needs_the_origin_and_the_address_said(app) {
        let owner = app.owner().await;
        for (bound, more, code) in [
            (json!({ "name": "x", "allowedOrigins": ["https://a.example"] }), json!({}), "ORIGIN_DENIED"),
            (json!({ "name": "x", "allowedIps": ["10.0.0.0/8"] }), json!({}), "IP_DENIED"),
            (json!({ "name": "x", "allowedIps": ["10.0.0.0/8"] }), json!({ "ip": "::ffff:10.1.2.3" }), "VALID"),
        ] {
            let secret = owner.post("/v1/keys", bound).await.is(201).text("secret");
            assert_eq!(verify(&app.admin(), &secret, more).await["code"], code);
        }
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_pointed_at() {
    let app = TestApp::sqlite().await;
    let secret = app.owner().await.create_key(&[]).await["secret"].clone();
    app.admin().post("/v1/keys/verify", json!({ "key": secret, "ip": "localhost" })).await.faults("/ip");
}

#[tokio::test]
async fn s60_what_is_no_key_gets_one_generic_answer() {
    let app = TestApp::sqlite().await;
    let secret = app.owner().await.create_key(&[]).await["secret"].as_str().expect("a secret").to_owned();
    let mut answers = Vec::new();
    for key in ["x".to_owned(), format!("{}0", &secret[..45]), "gp_live_".to_owned(), "a".repeat(4096)] {
        answers.push(verify(&app.admin(), &key, json!({})).await);
    }
    assert_eq!(answers[0]["code"], "NOT_FOUND");
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}

#[tokio::test]
async fn a_valid_counts_as_use_cost_times_and_no_cost_counts_nothing() {
    let app =
        TestApp::with_settings(Engine::Sqlite, &[("LIMITS_FREE_PER_MINUTE", "10"), ("LIMITS_FREE_PER_DAY", "15")])
            .await;
    // At noon, so that the day does not end while the test counts.
    let noon = 12 * 3600 * 1000;
    let until = (noon - app.clock.now().ms()).rem_euclid(2 * noon);
    app.clock.advance(Duration::from_millis(u64::try_from(until).expect("ahead")));
    let owner = app.owner().await;
    let secret = owner.create_key(&[]).await["secret"].as_str().expect("a secret").to_owned();
    // Making the key took one of the account's ten.
    let take = async |cost: u32| verify(&app.admin(), &secret, json!({ "cost": cost })).await;

    assert_eq!(take(0).await["remaining"], 9);
    assert_eq!(take(0).await["remaining"], 9);
    assert_eq!(take(4).await["remaining"], 5);
    let refused = take(6).await;
    assert_eq!((&refused["code"], &refused["valid"]), (&json!("RATE_LIMITED"), &json!(false)));
    assert_eq!(take(5).await["code"], "VALID");

    app.clock.advance(Duration::from_secs(120));
    assert_eq!(take(6).await["code"], "QUOTA_EXCEEDED");
}

#[tokio::test]
async fn the_last_use_is_shown() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let key = owner.create_key(&[]).await;
    let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
    verify(&app.admin(), key["secret"].as_str().expect("a secret"), json!({})).await;
    app.app.auth.flush().await.expect("written");

    assert_eq!(owner.get(&path).await.is(200).text("lastUsedAt"), app.clock.now().to_rfc3339());
}

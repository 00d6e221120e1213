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

    async fn the_first_reason_in_the_written_order_is_told(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "x", "expiresInSeconds": 60 });
        let key = owner.post("/v1/keys", body).await.is(201);
        let (secret, path) = (key.text("secret"), format!("/v1/keys/{}", key.text("id")));
        let code = async |wanted: Value| verify(&app.admin(), &secret, wanted).await["code"].clone();
        let needs = json!({ "scopes": ["write:items"] });

        assert_eq!(code(needs.clone()).await, "INSUFFICIENT_SCOPE");
        owner.patch(&path, json!({ "disabled": true })).await.is(200);
        assert_eq!(code(needs.clone()).await, "DISABLED");
        app.clock.advance(Duration::from_secs(60));
        assert_eq!(code(needs.clone()).await, "EXPIRED");
        owner.delete(&path).await.is(204);
        assert_eq!(code(needs).await, "REVOKED");
    }
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

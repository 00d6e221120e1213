//! S67: whoever guesses from many addresses is slowed, and the owner is not.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, Engine, TestApp};

const WRONG: &str = "a guess that is long enough";

/// A login that seems to come from that address.
async fn log_in(app: &TestApp, email: &str, password: &str, from: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.nobody().send(Method::POST, "/v1/auth/login", Some(body), &[("x-forwarded-for", from)]).await
}

async fn behind_a_proxy(engine: Engine) -> TestApp {
    TestApp::with_settings(engine, &[("TRUSTED_PROXIES", "127.0.0.1/32")]).await
}

#[tokio::test]
async fn s67_guesses_from_everywhere_are_slowed_and_the_owner_at_home_is_not() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = behind_a_proxy(engine).await;
        let account = app.owner().await.account.expect("an account");
        log_in(&app, &account.email, &account.password, "203.0.113.1").await.is(200);
        for place in 0..10 {
            let from = format!("198.51.100.{place}");
            log_in(&app, &account.email, WRONG, &from).await.refuses(401, "INVALID_CREDENTIALS");
        }
        let refused = log_in(&app, &account.email, WRONG, "198.51.100.99").await.refuses(429, "RATE_LIMITED");
        assert_eq!(
            (refused.header("retry-after"), &refused.body["violatedPolicies"]),
            (Some("60"), &json!(["guesses"]))
        );

        log_in(&app, &account.email, &account.password, "203.0.113.1").await.is(200);
        log_in(&app, &account.email, &account.password, "192.0.2.1").await.refuses(429, "RATE_LIMITED");
        app.clock.advance(Duration::from_secs(60));
        log_in(&app, &account.email, WRONG, "198.51.100.1").await.refuses(401, "INVALID_CREDENTIALS");
        log_in(&app, &account.email, WRONG, "198.51.100.2").await.refuses(429, "RATE_LIMITED");
        app.clock.advance(Duration::from_secs(120));
        log_in(&app, &account.email, &account.password, "192.0.2.1").await.is(200);
        log_in(&app, &account.email, &account.password, "192.0.2.1").await.is(200);
        log_in(&app, &account.email, WRONG, "198.51.100.3").await.refuses(401, "INVALID_CREDENTIALS");
    }
}

/// S68: an address that nobody has is slowed alike.
#[tokio::test]
async fn s68_guesses_at_an_unknown_account_are_answered_alike() {
    let app = behind_a_proxy(Engine::Sqlite).await;
    let account = app.owner().await.account.expect("an account");
    for place in 0..14 {
        let from = format!("198.51.100.{place}");
        let known = log_in(&app, &account.email, WRONG, &from).await;
        let unknown = log_in(&app, "nobody@example.com", WRONG, &from).await;
        assert_eq!(known.status, if place < 10 { 401 } else { 429 });
        for member in ["type", "title", "status", "detail", "code", "violatedPolicies"] {
            assert_eq!(known.body[member], unknown.body[member], "{member}");
        }
    }
}

/// Many guesses at the same moment are as many, not one.
#[tokio::test]
async fn s67_guesses_at_once_are_counted_each() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = behind_a_proxy(engine).await;
        let account = app.owner().await.account.expect("an account");
        let places: Vec<String> = (0..40).map(|place| format!("198.51.100.{place}")).collect();
        let guesses = places.iter().map(|from| log_in(&app, &account.email, WRONG, from));
        let answers = futures_util::future::join_all(guesses).await;

        assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 10);
        assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 30);
    }
}

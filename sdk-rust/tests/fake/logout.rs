//! Signing out: the session is ended on the server, and its tokens are forgotten whatever the server says.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatepost_sdk::ErrorKind;
use gatepost_sdk::auth::{MemoryTokens, TokenStore as _, Tokens};
use serde_json::json;

use crate::support::{Fake, Reply};

const END: &str = "/v1/auth/sessions/ses_1";

fn access() -> String {
    format!("e30.{}.x", URL_SAFE_NO_PAD.encode(json!({ "sid": "ses_1" }).to_string()))
}

fn store(access: String, refresh: Option<&str>, life: Duration) -> Arc<MemoryTokens> {
    Arc::new(MemoryTokens::with(Tokens::new(access, refresh.map(str::to_owned), Some(life))))
}

const LIFE: Duration = Duration::from_secs(900);

#[tokio::test]
async fn it_ends_the_session_that_the_token_names_and_forgets_it() {
    let fake = Fake::start(|_, _| Reply::Says(204, Vec::new(), String::new())).await;
    let kept = store(access(), None, LIFE);
    let client = fake.builder().tokens(Arc::clone(&kept)).build().expect("a client");
    client.logout().await.expect("signed out");
    let asked = fake.asked();
    assert_eq!((asked[0].method.as_str(), asked[0].path.as_str()), ("DELETE", END));
    assert_eq!(asked[0].header("authorization"), Some(format!("Bearer {}", access()).as_str()));
    assert!(kept.load().await.expect("memory").is_none());
    client.logout().await.expect("nobody to sign out");
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn a_session_that_is_over_already_is_no_failure() {
    for status in [401, 404] {
        let fake = Fake::start(move |_, _| Reply::problem(status, "X")).await;
        let kept = store(access(), None, LIFE);
        let client = fake.builder().tokens(Arc::clone(&kept)).build().expect("a client");
        client.logout().await.expect("over already");
        assert!(kept.load().await.expect("memory").is_none());
    }
}

#[tokio::test]
async fn the_tokens_are_forgotten_also_when_the_call_fails_and_the_caller_is_told() {
    for reply in [Reply::problem(500, "BROKEN"), Reply::Drops] {
        let fake = Fake::start(move |_, _| reply.clone()).await;
        let kept = store(access(), None, LIFE);
        let client = fake.builder().tokens(Arc::clone(&kept)).max_retries(0).build().expect("a client");
        let error = client.logout().await.expect_err("not told");
        assert_ne!(error.kind(), ErrorKind::Unauthenticated);
        assert!(kept.load().await.expect("memory").is_none());
    }
}

#[tokio::test]
async fn a_token_that_names_no_session_is_forgotten_without_a_call() {
    let fake = Fake::start(|_, _| Reply::problem(500, "BROKEN")).await;
    let kept = store("opaque".into(), None, LIFE);
    let client = fake.builder().tokens(Arc::clone(&kept)).build().expect("a client");
    client.logout().await.expect("forgotten");
    assert!(fake.asked().is_empty() && kept.load().await.expect("memory").is_none());
}

#[tokio::test]
async fn a_renewal_on_its_way_does_not_bring_the_session_back() {
    let fake = Fake::start(|_, asked| {
        if asked.path == "/v1/auth/refresh" {
            Reply::json(200, &crate::support::pair(1, 900))
        } else {
            Reply::problem(401, "X")
        }
    })
    .await;
    let kept = store("opaque".into(), Some("refresh-0"), Duration::ZERO);
    let client = fake.builder().tokens(Arc::clone(&kept)).max_retries(0).build().expect("a client");
    let call = tokio::spawn({
        let client = client.clone();
        async move { client.get_me().send().await.map(drop) }
    });
    while fake.asked().is_empty() {
        tokio::task::yield_now().await;
    }
    client.logout().await.expect("forgotten");
    call.await.expect("done").expect_err("signed out");
    assert!(kept.load().await.expect("memory").is_none());
}

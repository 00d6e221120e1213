//! The middleware, as tower and poem see it: who gets in, who does not, and that nobody does unchecked.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use gatepost_sdk::Client;
use gatepost_sdk::guard::{Caller, Credentials, KeyGuard};
use http::{Request, Response};
use poem::{Endpoint as _, EndpointExt as _, endpoint::make_sync};
use serde_json::{Value, json};
use tower_layer::Layer as _;
use tower_service::Service;

use super::issuer::Issuer;

/// A handler that says who calls.
#[derive(Clone)]
struct Hello;

impl Service<Request<()>> for Hello {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        let caller: &Caller = request.extensions().get().expect("a caller");
        ready(Ok(Response::new(format!("{} {}", caller.key_id, caller.user_id))))
    }
}

fn request(header: Option<(&str, String)>) -> Request<()> {
    let mut request = Request::builder().uri("/");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    request.body(()).expect("a request")
}

#[tokio::test]
async fn tower_hands_the_caller_on_and_answers_the_others_with_the_reason() {
    let issuer = Issuer::start().await;
    let key = issuer.make();
    let mut service = KeyGuard::offline(issuer.verifier()).scopes(["read:items"]).layer(Hello);
    for header in [("x-api-key", key.token()), ("authorization", format!("bearer {}", key.token()))] {
        let answer = service.call(request(Some(header))).await.expect("infallible");
        assert_eq!(answer.body(), &format!("{} usr_01k9", key.id));
    }
    let other = key.with(&json!({}), &json!({ "aud": "https://other.example" }));
    let narrow = key.with(&json!({}), &json!({ "scope": "write:items" }));
    for (header, status, code) in [
        (None, 401, "UNAUTHENTICATED"),
        (Some(("x-api-key", "gp_live_junk".to_owned())), 401, "MALFORMED"),
        (Some(("x-api-key", other)), 401, "WRONG_AUDIENCE"),
        (Some(("x-api-key", narrow)), 403, "INSUFFICIENT_SCOPE"),
    ] {
        let answer = service.call(request(header)).await.expect("infallible");
        let problem: Value = serde_json::from_str(answer.body()).expect("JSON");
        assert_eq!((answer.status().as_u16(), problem["code"].as_str()), (status, Some(code)));
        assert_eq!(answer.headers()["content-type"], "application/problem+json");
        assert_eq!(answer.headers().contains_key("www-authenticate"), status == 401);
        assert_eq!(problem.get("requiredScopes").is_some(), status == 403);
    }
}

#[tokio::test]
async fn poem_hands_the_caller_on_and_answers_the_others_with_the_reason() {
    let issuer = Issuer::start().await;
    let key = issuer.make();
    let hello = make_sync(|request| request.data::<Caller>().expect("a caller").user_id.clone());
    let endpoint = hello.with(KeyGuard::offline(issuer.verifier()));
    let good = poem::Request::builder().header("x-api-key", key.token()).finish();
    let answer = endpoint.call(good).await.expect("answered");
    assert_eq!(answer.into_body().into_string().await.expect("text"), "usr_01k9");
    let refused = endpoint.call(poem::Request::builder().finish()).await.expect("answered");
    assert_eq!((refused.status().as_u16(), refused.content_type()), (401, Some("application/problem+json")));
}

#[tokio::test]
async fn umbrella_scopes_open_what_lies_under_them() {
    let issuer = Issuer::start().await;
    for (scope, needed, good) in [
        ("read", "read:orders", true),
        ("read", "write:orders", false),
        ("read write", "users:read", false),
        ("admin", "users:read", true),
    ] {
        let token = issuer.make().with(&json!({}), &json!({ "scope": scope }));
        let guard = KeyGuard::offline(issuer.verifier()).scopes([needed]);
        let decision = guard.decide(Credentials { key: Some(token), ..Credentials::default() }).await;
        assert_eq!(decision.is_ok(), good, "{scope} {needed}");
    }
}

#[tokio::test]
async fn nobody_is_let_in_unchecked() {
    let issuer = Issuer::start().await;
    let key = issuer.make();
    issuer.say(Some((503, Vec::new(), String::new())));
    let away = Client::builder().api_key("k").base_url("http://127.0.0.1:1").max_retries(0).build().expect("a client");
    for (guard, key) in [
        (KeyGuard::offline(issuer.verifier()), key.token()),
        (KeyGuard::asking(away.clone()), "gp_live_any".to_owned()),
        (KeyGuard::offline_or_asking(issuer.verifier(), away), "gp_live_any".to_owned()),
    ] {
        let refusal = guard.decide(Credentials { key: Some(key), ..Credentials::default() }).await.expect_err("away");
        assert_eq!((refusal.status.as_u16(), refusal.code.as_str()), (503, "UNAVAILABLE"));
    }
}

#[tokio::test]
async fn with_a_client_beside_the_verifier_other_keys_are_asked_after() {
    let (issuer, gatepost) = (Issuer::start().await, Issuer::start().await);
    let answer = json!({
        "valid": false, "code": "RATE_LIMITED", "keyId": "key_1", "userId": "usr_1", "name": "n", "environment": "live",
        "scopes": [], "expiresAt": null, "remaining": 0,
    });
    gatepost.say(Some((200, vec![("content-type", "application/json".into())], answer.to_string())));
    let client = Client::builder().api_key("k").base_url(&gatepost.base).build().expect("a client");
    let guard = KeyGuard::offline_or_asking(issuer.verifier(), client);
    let decide = |key: String| guard.decide(Credentials { key: Some(key), ..Credentials::default() });
    assert!(decide(issuer.make().token()).await.is_ok());
    assert!(gatepost.fetches().is_empty());
    let refusal = decide("gp_live_other".to_owned()).await.expect_err("over the limit");
    assert_eq!((refusal.status.as_u16(), refusal.code.as_str()), (429, "RATE_LIMITED"));
    assert_eq!(gatepost.fetches(), ["/v1/keys/verify"]);
}

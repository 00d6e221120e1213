//! The listener that only the portal calls.

use std::sync::Arc;

use poem::{Endpoint as _, Request};
use serde_json::json;

use crate::support::TestApp;

/// One call with a key, as the portal would make it when it knows this token.
async fn call(app: &TestApp, secret: &str, token: &'static str) {
    let portal = poem::endpoint::make_sync(|_: Request| poem::http::StatusCode::NOT_FOUND);
    let onion = gatepost::routes::build(&app.app, portal).expect("randomness").vouched_by(Arc::from("the token"));
    let request = Request::builder()
        .uri("/v1/me".parse().expect("a path"))
        .header("host", "a")
        .header("x-api-key", secret)
        .header("x-gatepost-vouch", token)
        .header("x-gatepost-visitor", "203.0.113.7");
    assert_eq!(onion.get_response(request.finish()).await.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_that_show_usage_do_not_add_to_it() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let key = owner.create_key(&["read"]).await;
    let (id, secret) = (key["id"].as_str().expect("an id"), key["secret"].as_str().expect("a secret"));

    call(&app, secret, "the token").await;
    call(&app, secret, "another").await;

    let usage = owner.get(&format!("/v1/usage?keyId={id}")).await.is(200).body;
    assert_eq!(usage["totals"]["count"], json!(1), "the visitor's own call alone");
    let log = owner.get(&format!("/v1/requests?keyId={id}")).await.is(200).body;
    assert_eq!(log["data"].as_array().map(Vec::len), Some(1), "the visitor's own call alone");
}

//! What every answer carries, errors above all (S15 to S19, S82).

use reqwest::Method;

use crate::support::TestApp;

#[tokio::test]
async fn s82_what_is_not_there_is_a_problem() {
    let app = TestApp::sqlite().await;
    for path in ["/v1/nothing", "/v1/items/", "/v1/keys/a/b", "/v1/", "/oauth/nothing"] {
        let answer = app.nobody().get(path).await.refuses(404, "NOT_FOUND");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
        assert_eq!(answer.body["requestId"].as_str(), answer.header("x-request-id"), "{path}");
        assert_eq!(answer.body["type"], "/docs/errors/not-found");
    }
}

#[tokio::test]
async fn s19_a_method_that_is_not_taken_is_405_and_says_which_are() {
    let app = TestApp::sqlite().await;
    let answer = app.nobody().delete("/v1/keys").await.refuses(405, "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    let answer = app.nobody().send(Method::PUT, "/v1/items/x", None, &[]).await.refuses(405, "METHOD_NOT_ALLOWED");
    assert_eq!(answer.header("allow"), Some("DELETE, GET, HEAD, OPTIONS, PATCH"));
}

#[tokio::test]
async fn head_is_get_without_its_body_and_options_tells_the_methods() {
    let app = TestApp::sqlite().await;
    let get = app.nobody().get("/v1/brands").await.is(200);
    let head = app.nobody().send(Method::HEAD, "/v1/brands", None, &[]).await.is(200);
    assert_eq!(head.header("content-length"), get.header("content-length"));
    assert!(head.body.is_null());
    let options = app.nobody().send(Method::OPTIONS, "/v1/keys", None, &[]).await.is(204);
    assert_eq!(options.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
}

#[tokio::test]
async fn any_page_may_ask_and_preflights_are_not_counted() {
    let app = TestApp::with_limits_of(1, "read").await;
    let headers = [
        ("origin", "https://shop.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "x-api-key"),
    ];
    for _ in 0..3 {
        let answer = app.nobody().send(Method::OPTIONS, "/v1/items", None, &headers).await.is(204);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        assert_eq!(answer.header("access-control-allow-methods"), Some("GET, HEAD, OPTIONS, POST"));
        assert!(answer.header("access-control-allow-headers").is_some_and(|allowed| allowed.contains("x-api-key")));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    let answer = app.nobody().send(Method::GET, "/v1/brands", None, &headers[..1]).await.is(200);
    assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
    assert!(answer.header("access-control-expose-headers").is_some_and(|shown| shown.contains("x-request-id")));
    let refused = app.nobody().send(Method::GET, "/v1/brands", None, &headers[..1]).await.is(429);
    assert_eq!(refused.header("access-control-allow-origin"), Some("*"), "a page must be able to read why");
}

#[tokio::test]
async fn a_request_id_is_ours_and_not_the_callers() {
    let app = TestApp::sqlite().await;
    let answer = app.nobody().send(Method::GET, "/health", None, &[("x-request-id", "req_mine")]).await.is(200);
    let id = answer.header("x-request-id").expect("an id");
    assert!(id.starts_with("req_") && id.len() == 30, "{id}");
    assert_ne!(Some(id), app.nobody().get("/health").await.header("x-request-id"));
}

#[tokio::test]
async fn answers_are_not_stored_and_not_sniffed_but_public_keys_may_be_kept() {
    let app = TestApp::sqlite().await;
    for path in ["/v1/me", "/v1/brands"] {
        let answer = app.root().get(path).await.is(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-granted-scopes"), Some("admin"), "{path}");
    }
    let keys = app.nobody().get("/.well-known/jwks.json").await.is(200);
    assert_eq!(keys.header("cache-control"), Some("public, max-age=300"));
}

#[tokio::test]
async fn scopes_are_told_with_every_answer() {
    let app = TestApp::sqlite().await;
    let key = app.owner().await.keyed(&["read:items", "keys:read"]).await;
    let answer = key.get("/v1/keys").await.is(200);
    assert_eq!(answer.header("x-required-scopes"), Some("keys:read"));
    assert_eq!(answer.header("x-granted-scopes"), Some("keys:read read:items"));
    let refused = key.get("/v1/usage").await.refuses(403, "INSUFFICIENT_SCOPE");
    assert_eq!(refused.header("x-required-scopes"), Some("usage:read"));
    assert_eq!(
        refused.header("www-authenticate"),
        Some("Bearer realm=\"gatepost\", error=\"insufficient_scope\", scope=\"usage:read\"")
    );
}

#[tokio::test]
async fn s17_a_key_and_a_token_together_have_the_rights_that_both_have() {
    let app = TestApp::sqlite().await;
    let (owner, stranger) = (app.owner().await, app.stranger().await);
    let narrow = owner.create_key(&["read:items"]).await["secret"].as_str().expect("a secret").to_owned();
    let both = |key: String| vec![("x-api-key", key)];
    let ask = async |actor: &crate::support::Actor, key: &str, path: &str| {
        let headers = both(key.to_owned());
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        actor.send(Method::GET, path, None, &headers).await
    };
    assert_eq!(ask(&owner, &narrow, "/v1/me").await.is(200).body["scopes"], serde_json::json!(["read:items"]));
    ask(&owner, &narrow, "/v1/keys").await.refuses(403, "INSUFFICIENT_SCOPE");
    ask(&stranger, &narrow, "/v1/me").await.refuses(400, "CREDENTIALS_CONFLICT");
    ask(&owner, "gp_live_junk", "/v1/me").await.refuses(401, "INVALID_KEY");
    let bad_token = owner.with(crate::support::Credential::Token("junk".to_owned()));
    ask(&bad_token, &narrow, "/v1/me").await.refuses(401, "INVALID_TOKEN");
}

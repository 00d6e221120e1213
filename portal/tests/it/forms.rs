//! Forms: from our own pages alone, faults beside their fields, secrets once.

use poem::Request;
use poem::http::{Method, StatusCode};

use crate::fake_api::{PASSWORD, SECRET};
use crate::support::Site;

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    let csrf = visitor.csrf().await;
    let body = format!("csrf={csrf}&name=x");
    for headers in [
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site")],
        vec![("origin", "https://evil.example")],
        vec![],
    ] {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri_str("/dashboard/keys")
            .content_type("application/x-www-form-urlencoded");
        request = request.header("cookie", visitor.cookie.clone().unwrap());
        for (name, value) in &headers {
            request = request.header(*name, *value);
        }
        let answer = site.call(request.body(body.clone())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{headers:?}");
    }
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line == "POST /v1/keys"));
}

#[tokio::test]
async fn a_form_without_its_sessions_token_is_refused() {
    let site = Site::start().await;
    let other = site.signed_in().await.csrf().await;
    let mut visitor = site.signed_in().await;
    for fields in
        [vec![("name", "x")], vec![("csrf", ""), ("name", "x")], vec![("csrf", other.as_str()), ("name", "x")]]
    {
        assert_eq!(visitor.send("/dashboard/keys", &fields).await.status, StatusCode::FORBIDDEN, "{fields:?}");
    }
    assert_eq!(visitor.send("/logout", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn faults_stand_beside_their_fields_and_what_was_typed_stays() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let answer =
        visitor.send("/signup", &[("email", "ada@example.com"), ("password", "short"), ("name", "<Ada>")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"password-fault\">has at least 15 characters<"));
    assert!(answer.body.contains("value=\"ada@example.com\"") && answer.body.contains("value=\"&#60;Ada&#62;\""));
    assert!(!answer.body.contains("short"), "a password is never shown again");
}

#[tokio::test]
async fn signing_up_says_the_same_whoever_exists() {
    let site = Site::start().await;
    let answer = site.visitor().send("/signup", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?registered"));
    assert!(answer.header("set-cookie").is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_told_without_saying_which_was_wrong() {
    let site = Site::start().await;
    let answer =
        site.visitor().send("/login", &[("email", "ada@example.com"), ("password", "not-the-right-password")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("The e-mail address or the password is wrong."));
    assert!(!answer.body.contains("not-the-right-password"));
}

#[tokio::test]
async fn a_new_secret_is_shown_once_and_never_kept_by_a_cache() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let fields = [
        ("name", "Shop <sync>"),
        ("scopes", "read:items"),
        ("scopes", "write:items"),
        ("expiry", "30"),
        ("idempotency_key", "abc"),
    ];
    let answer = visitor.submit("/dashboard/keys", &fields).await;
    assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"));
    assert!(answer.body.contains(SECRET) && answer.body.contains("Shop &#60;sync&#62;"));
    let calls = site.api.calls.lock().unwrap().clone();
    let sent = calls.iter().find(|call| call.line == "POST /v1/keys").unwrap();
    assert_eq!(
        sent.body,
        serde_json::json!({ "name": "Shop <sync>", "scopes": ["read:items", "write:items"], "expiresInSeconds": 2_592_000 })
    );
    for path in ["/dashboard/keys", "/dashboard/keys/key_1", "/dashboard"] {
        assert!(!visitor.get(path).await.body.contains(SECRET), "{path}");
    }
}

#[tokio::test]
async fn a_refused_key_keeps_what_was_ticked() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let answer = visitor
        .submit("/dashboard/keys", &[("name", &"x".repeat(101)), ("scopes", "write:items"), ("expiry", "365")])
        .await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("id=\"name-fault\">has 1 to 100 characters<"));
    assert!(
        answer.body.contains("value=\"write:items\" checked") && !answer.body.contains("value=\"read:items\" checked")
    );
    assert!(answer.body.contains("value=\"365\" checked"));
}

#[tokio::test]
async fn a_key_can_be_changed_stopped_and_revoked() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop"), ("scopes", "read:items")]).await;
    let page = visitor.get("/dashboard/keys/key_1").await.body;
    assert!(page.contains("value=\"read:items\" checked") && page.contains("value=\"Shop\""));

    let changed = visitor
        .submit("/dashboard/keys/key_1", &[("name", "Store"), ("description", "why"), ("scopes", "write:items")])
        .await;
    assert_eq!((changed.status, changed.header("location")), (StatusCode::SEE_OTHER, "/dashboard/keys?changed"));
    visitor.submit("/dashboard/keys/key_1/disabled", &[("disabled", "true")]).await;
    assert!(visitor.get("/dashboard/keys").await.body.contains("state disabled"));

    assert!(visitor.get("/dashboard/keys/key_1/revoke").await.body.contains("Revoke Store?"));
    let revoked = visitor.submit("/dashboard/keys/key_1/revoke", &[]).await;
    assert_eq!((revoked.status, revoked.header("location")), (StatusCode::SEE_OTHER, "/dashboard/keys?revoked"));
    assert!(!visitor.get("/dashboard/keys/key_1").await.body.contains("Change it"), "a dead key stays dead");
}

#[tokio::test]
async fn a_form_that_is_too_long_is_refused() {
    let site = Site::start().await;
    let answer = site.visitor().send("/login", &[("email", &"x".repeat(70_000))]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

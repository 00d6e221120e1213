//! What mails lead to, and changing a password: secrets go in forms, and are never shown again.

use poem::http::StatusCode;

use crate::fake_api::{LINK, PASSWORD};
use crate::support::Site;

const NEW: &str = "a-yellow-one-from-tomorrow-on";

fn asked(site: &Site, line: &str) -> usize {
    site.api.calls.lock().unwrap().iter().filter(|call| call.line == line).count()
}

#[tokio::test]
async fn opening_a_link_uses_nothing_up() {
    let site = Site::start().await;
    for (page, action) in [("verify-email", "Confirm my address"), ("reset-password", "Set the password")] {
        let answer = site.get(&format!("/{page}/{LINK}")).await;
        assert_eq!((answer.status, answer.header("cache-control")), (StatusCode::OK, "no-store"), "{page}");
        assert!(answer.body.contains(&format!("action=\"/{page}\"")) && answer.body.contains(action), "{page}");
        assert!(answer.body.contains(&format!("name=\"token\" value=\"{LINK}\"")), "{page}");
    }
    assert!(site.api.calls.lock().unwrap().is_empty());
    assert_eq!(site.get("/verify-email").await.header("location"), "/login");
    assert_eq!(site.get("/reset-password").await.header("location"), "/forgot-password");
}

#[tokio::test]
async fn a_links_secret_is_text_whatever_it_is() {
    let site = Site::start().await;
    let page = site.get("/reset-password/%22%3E%3Cscript%3E").await.body;
    assert!(page.contains("value=\"&#34;&#62;&#60;script&#62;\""), "{page}");
}

#[tokio::test]
async fn an_address_is_confirmed_by_its_button() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let answer = visitor.send("/verify-email", &[("token", LINK)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?verified"));
    assert!(visitor.get("/login?verified").await.body.contains("Your address is confirmed."));
}

#[tokio::test]
async fn a_link_that_is_used_up_says_what_to_do() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    let verify = visitor.send("/verify-email", &[("token", "gpm_old")]).await;
    let reset = visitor.send("/reset-password", &[("token", "gpm_old"), ("password", NEW)]).await;
    for answer in [&verify, &reset] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("The link was used, is too old, or is none of ours."));
    }
    assert!(verify.body.contains("href=\"/signup\"") && reset.body.contains("href=\"/forgot-password\""));
    assert!(!reset.body.contains(NEW));
}

#[tokio::test]
async fn asking_for_a_link_says_the_same_whoever_exists() {
    let site = Site::start().await;
    let mut visitor = site.visitor();
    assert!(visitor.get("/login").await.body.contains("href=\"/forgot-password\""));
    let answer = visitor.send("/forgot-password", &[("email", " ada@example.com ")]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/forgot-password?sent"));
    assert!(visitor.get("/forgot-password?sent").await.body.contains("If the address has an account"));
    let calls = site.api.calls.lock().unwrap().clone();
    assert_eq!(calls.last().unwrap().body, serde_json::json!({ "email": "ada@example.com" }));
    let wrong = visitor.send("/forgot-password", &[("email", "nobody")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"email-fault\">is no e-mail address<") && wrong.body.contains("value=\"nobody\""));
}

#[tokio::test]
async fn a_password_is_set_by_a_link_and_this_browser_is_signed_out() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let kept = visitor.cookie.clone();
    let weak = visitor.send("/reset-password", &[("token", LINK), ("password", "short one")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(weak.body.contains("id=\"password-fault\">has at least 15 characters<") && !weak.body.contains("short one"));
    assert!(weak.body.contains(&format!("value=\"{LINK}\"")), "the link is good still");
    let answer = visitor.send("/reset-password", &[("token", LINK), ("password", NEW)]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?reset"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    visitor.cookie = kept;
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::SEE_OTHER, "the session is dead on the server too");
    assert!(site.get("/login?reset").await.body.contains("Your password is set"));
}

#[tokio::test]
async fn a_password_is_changed_by_who_knows_it() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    assert_eq!(site.get("/dashboard/password").await.header("location"), "/login?next=/dashboard/password");
    assert!(visitor.get("/dashboard/sessions").await.body.contains("href=\"/dashboard/password\""));
    let wrong = visitor.submit("/dashboard/password", &[("currentPassword", "not-the-right-one"), ("newPassword", NEW)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"currentPassword-fault\">is not your current password<"));
    let weak = visitor.submit("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", "short one")]).await;
    assert!(weak.body.contains("id=\"newPassword-fault\">has at least 15 characters<"));
    for secret in [PASSWORD, NEW, "not-the-right-one", "short one"] {
        assert!(!wrong.body.contains(secret) && !weak.body.contains(secret), "{secret}");
    }
    let done = visitor.submit("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", NEW)]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/dashboard/sessions?password"));
    assert!(visitor.get("/dashboard/sessions?password").await.body.contains("Your password is changed."));
    let unsigned = visitor.send("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", NEW)]).await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN, "not without the session's token");
    assert_eq!(asked(&site, "POST /v1/auth/password/change"), 3);
}

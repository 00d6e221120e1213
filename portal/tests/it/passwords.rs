//! What mails lead to, and changing a password: secrets go in forms, and are never shown again.

use std::sync::atomic::Ordering;

use poem::Request;
use poem::http::{Method, StatusCode};

use crate::fake_api::{LINK, PASSWORD};
use crate::support::Site;

const NEW: &str = "a-yellow-one-from-tomorrow-on";

/// The forms of who is not signed in, filled in.
const FORMS: [(&str, &[(&str, &str)]); 5] = [
    ("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]),
    ("/signup", &[("email", "ada@example.com"), ("password", PASSWORD)]),
    ("/forgot-password", &[("email", "ada@example.com")]),
    ("/verify-email", &[("token", LINK)]),
    ("/reset-password", &[("token", LINK), ("password", NEW)]),
];

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
    let never_one = visitor.send("/verify-email", &[("token", "")]).await;
    for answer in [&verify, &reset, &never_one] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("The link was used, is too old, or is none of ours."));
    }
    assert!(verify.body.contains("href=\"/signup\">Open the account again"));
    assert!(reset.body.contains("href=\"/forgot-password\">Ask for another link"));
    for answer in [verify, reset] {
        assert!(!answer.body.contains("<form") && !answer.body.contains(NEW), "nothing to send again");
    }
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
    assert!(
        weak.body.contains("id=\"password-fault\">has at least 15 characters<") && !weak.body.contains("short one")
    );
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
    let wrong =
        visitor.submit("/dashboard/password", &[("currentPassword", "not-the-right-one"), ("newPassword", NEW)]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"currentPassword-fault\">is not your current password<"));
    let weak =
        visitor.submit("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", "short one")]).await;
    assert!(weak.body.contains("id=\"newPassword-fault\">has at least 15 characters<"));
    for secret in [PASSWORD, NEW, "not-the-right-one", "short one"] {
        assert!(!wrong.body.contains(secret) && !weak.body.contains(secret), "{secret}");
    }
    let done = visitor.submit("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", NEW)]).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/dashboard/sessions?password"));
    assert!(visitor.get("/dashboard/sessions?password").await.body.contains("Your password is changed."));
    let unsigned = visitor.send("/dashboard/password", &[("currentPassword", PASSWORD), ("newPassword", NEW)]).await;
    assert_eq!(unsigned.status, StatusCode::FORBIDDEN, "not without the session's token");
    assert_eq!(site.api.asked("POST /v1/auth/password/change"), 3);
}

#[tokio::test]
async fn a_form_says_that_the_api_is_away_or_wants_a_pause_and_keeps_what_was_typed() {
    let site = Site::start().await;
    for (trouble, words) in [(503, "Try again in a moment."), (429, "Try again in 5 minutes.")] {
        site.api.trouble.store(trouble, Ordering::SeqCst);
        for (form, fields) in FORMS {
            let page = site.visitor().send(form, fields).await;
            assert_eq!((page.status.as_u16(), page.header("set-cookie")), (trouble, ""), "{form}");
            assert!(page.body.contains(words) && page.body.contains(&format!("action=\"{form}\"")), "{form}");
            for (name, value) in fields {
                assert_eq!(page.body.contains(value), *name != "password", "{form} {trouble}: {name}");
            }
        }
    }
}

#[tokio::test]
async fn a_form_says_that_the_api_is_away_when_nobody_listens() {
    let site = Site::alone();
    for (form, fields) in FORMS {
        let page = site.visitor().send(form, fields).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert!(page.body.contains("The API did not answer as it should."), "{form}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_sets_no_password_and_signs_nobody_in() {
    let site = Site::start().await;
    for (form, fields) in FORMS {
        for headers in [&[("sec-fetch-site", "cross-site")][..], &[("origin", "https://evil.example")], &[]] {
            let request = Request::builder().method(Method::POST).uri_str(form);
            let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let request = request.content_type("application/x-www-form-urlencoded");
            let answer = site.call(request.body(serde_urlencoded::to_string(fields).unwrap())).await;
            assert_eq!((answer.status, answer.header("set-cookie")), (StatusCode::FORBIDDEN, ""), "{form} {headers:?}");
        }
    }
    assert!(site.api.calls.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_is_signed_in_finds_sessions_and_password_from_every_page() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    for path in ["/dashboard", "/dashboard/keys", "/dashboard/usage", "/dashboard/password"] {
        let page = visitor.get(path).await.body;
        let (_, menu) = page.split_once("<nav aria-label=\"Dashboard\">").unwrap();
        let (menu, _) = menu.split_once("</nav>").unwrap();
        assert!(menu.contains("\"/dashboard/sessions\"") && menu.contains("\"/dashboard/password\""), "{path}");
    }
}

#[tokio::test]
async fn a_password_stays_while_the_api_is_away_and_a_dead_session_leads_to_sign_in() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let csrf = visitor.csrf().await;
    let fields = [("csrf", csrf.as_str()), ("currentPassword", PASSWORD), ("newPassword", NEW)];
    site.api.trouble.store(503, Ordering::SeqCst);
    let away = visitor.send("/dashboard/password", &fields).await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.body.contains("The API is away") && !away.body.contains(NEW) && !away.body.contains(PASSWORD));
    site.api.trouble.store(429, Ordering::SeqCst);
    let limited = visitor.send("/dashboard/password", &fields).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(limited.body.contains("Try again in 5 minutes.") && !limited.body.contains(NEW));
    site.api.trouble.store(401, Ordering::SeqCst);
    assert_eq!(visitor.send("/dashboard/password", &fields).await.header("location"), "/login?ended");
}

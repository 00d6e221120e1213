//! Sessions: new at sign-in, ended on the server, tokens renewed once.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;

use crate::fake_api::PASSWORD;
use crate::support::{BROWSER, CONTRACT, PUBLIC_URL, Site};

const HOUR_MS: i64 = 3_600_000;

#[tokio::test]
async fn who_is_not_signed_in_is_sent_to_sign_in_and_back() {
    let site = Site::start().await;
    let answer = site.get("/dashboard/keys").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?next=/dashboard/keys"));
    let mut visitor = site.visitor();
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/dashboard/keys")];
    assert_eq!(visitor.send("/login", &fields).await.header("location"), "/dashboard/keys");
    let evil = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "https://evil.example/")];
    assert_eq!(site.visitor().send("/login", &evil).await.header("location"), "/dashboard");
}

#[tokio::test]
async fn a_planted_session_is_worth_nothing_after_sign_in() {
    let site = Site::start().await;
    let attacker = site.signed_in().await;
    let mut victim = site.visitor();
    victim.cookie = attacker.cookie.clone();
    victim.send("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_ne!(victim.cookie, attacker.cookie, "a new id at sign-in");
    assert_eq!(victim.get("/dashboard").await.status, StatusCode::OK);
    assert_eq!(attacker.get("/dashboard").await.status, StatusCode::SEE_OTHER, "the old id is dead");

    let mut planted = site.visitor();
    planted.cookie = Some(format!("gatepost={}", "A".repeat(43)));
    planted.send("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert!(!planted.cookie.unwrap().contains("AAAA"));
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let kept = visitor.cookie.clone();
    let answer = visitor.submit("/logout", &[]).await;
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    visitor.cookie = kept;
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::SEE_OTHER);
}

const END_THIS: &str = "DELETE /v1/auth/sessions/ses_1";

#[tokio::test]
async fn signing_out_ends_the_session_in_the_api_too() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    assert_eq!(visitor.submit("/logout", &[]).await.header("location"), "/login?out");
    let calls = site.api.calls.lock().unwrap().clone();
    let told = calls.last().unwrap();
    assert_eq!((told.line.as_str(), told.visitor.as_str()), (END_THIS, "203.0.113.9"));
    assert!(told.authorization.starts_with("Bearer access-0."), "{}", told.authorization);
}

#[tokio::test]
async fn who_was_away_for_an_hour_signs_out_in_the_api_too() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let csrf = visitor.csrf().await;
    site.advance_ms(HOUR_MS);
    visitor.send("/logout", &[("csrf", &csrf)]).await;
    assert_eq!((site.api.asked("POST /v1/auth/refresh"), site.api.asked(END_THIS)), (1, 1));
    let calls = site.api.calls.lock().unwrap().clone();
    assert!(calls.last().unwrap().authorization.starts_with("Bearer access-1."), "with a token that is good");
}

#[tokio::test]
async fn who_signs_out_is_signed_out_also_while_the_api_is_away() {
    let site = Site::start().await;
    for trouble in [503, 500, 429, 401, 404] {
        let mut visitor = site.signed_in().await;
        let (kept, csrf) = (visitor.cookie.clone(), visitor.csrf().await);
        site.api.trouble.store(trouble, Ordering::SeqCst);
        let answer = visitor.send("/logout", &[("csrf", &csrf)]).await;
        site.api.trouble.store(0, Ordering::SeqCst);
        assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?out"), "{trouble}");
        assert!(answer.header("set-cookie").contains("Max-Age=0"), "{trouble}");
        visitor.cookie = kept;
        assert_eq!(visitor.get("/dashboard").await.status, StatusCode::SEE_OTHER, "{trouble}: dead on the server");
    }
}

#[tokio::test]
async fn signing_in_again_ends_the_session_before_in_the_api_too() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.send("/login", &[("email", "ada@example.com"), ("password", "not-the-right-password")]).await;
    assert_eq!(site.api.asked(END_THIS), 0, "a wrong password ends nothing");
    visitor.send("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    assert_eq!(site.api.asked(END_THIS), 1);
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::OK);
}

#[tokio::test]
async fn while_the_api_is_away_no_session_ends_and_the_page_says_so() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let csrf = visitor.csrf().await;
    site.api.trouble.store(503, Ordering::SeqCst);
    for form in ["/dashboard/sessions/ses_2/end", "/logout/everywhere"] {
        let answer = visitor.send(form, &[("csrf", &csrf)]).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert!(answer.body.contains("The API is away") && answer.header("set-cookie").is_empty(), "{form}");
    }
    assert_eq!(visitor.get("/dashboard/sessions").await.status, StatusCode::SERVICE_UNAVAILABLE);
    site.api.trouble.store(0, Ordering::SeqCst);
    assert!(visitor.get("/dashboard/sessions").await.body.contains("ses_2"));
}

#[tokio::test]
async fn a_page_that_says_no_knows_who_is_signed_in() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    let missing = visitor.get("/dashboard/nowhere").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("href=\"/dashboard\"") && !missing.body.contains("href=\"/login\""));
    let stranger = site.get("/nowhere").await.body;
    assert!(stranger.contains("href=\"/login\"") && !stranger.contains("href=\"/dashboard\""));
    site.api.trouble.store(503, Ordering::SeqCst);
    let away = visitor.get("/dashboard/keys").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.body.contains("The API is away") && away.body.contains("href=\"/dashboard\""));
}

#[tokio::test]
async fn signing_out_everywhere_asks_the_api() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    assert_eq!(visitor.submit("/logout/everywhere", &[]).await.header("location"), "/login?out");
    assert!(site.api.calls.lock().unwrap().iter().any(|call| call.line == "POST /v1/auth/revoke"));
}

#[tokio::test]
async fn signing_out_everywhere_is_asked_first() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    let page = visitor.get("/logout/everywhere").await.body;
    assert!(page.contains("Sign out everywhere?") && page.contains("action=\"/logout/everywhere\""));
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::OK, "looking ends nothing");
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line == "POST /v1/auth/revoke"));
    assert_eq!(site.get("/logout/everywhere").await.header("location"), "/login");
}

#[tokio::test]
async fn sessions_are_listed_and_the_one_that_asks_is_marked() {
    let site = Site::start().await;
    let page = site.signed_in().await.get("/dashboard/sessions").await.body;
    for words in [
        "Firefox on Linux",
        "this one",
        "A client without a name",
        "203.0.113.9",
        "3 minutes ago",
        "2 days ago",
        "in 30 days",
        "Firefox/140.0 &#60;b&#62;",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("/dashboard/sessions/ses_2/end"));
    assert!(!page.contains("/dashboard/sessions/ses_1/end"), "signing out here has a button of its own");
}

#[tokio::test]
async fn one_session_is_ended_and_the_others_stay() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let ended = visitor.submit("/dashboard/sessions/ses_2/end", &[]).await;
    assert_eq!((ended.status, ended.header("location")), (StatusCode::SEE_OTHER, "/dashboard/sessions?ended"));
    let page = visitor.get("/dashboard/sessions?ended").await.body;
    assert!(page.contains("The session is ended.") && !page.contains("ses_2"));
    assert_eq!(visitor.submit("/dashboard/sessions/ses_9/end", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.send("/dashboard/sessions/ses_2/end", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_session_is_the_visitors_browser_not_the_portal() {
    let site = Site::start().await;
    site.signed_in().await;
    let calls = site.api.calls.lock().unwrap().clone();
    let login = calls.iter().find(|call| call.line == "POST /v1/auth/login").unwrap();
    assert_eq!(login.agent, BROWSER);
}

#[tokio::test]
async fn the_cookie_is_bound_to_the_host_over_https() {
    let site = Site::with(CONTRACT, "https://api.example.org", 900).await;
    let answer = site.visitor().send("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await;
    let cookie = answer.header("set-cookie");
    for part in ["__Host-gatepost=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Max-Age=", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_ends_too_in_the_end() {
    let site = Site::with(CONTRACT, "http://127.0.0.1:3003", 864_000_000).await;
    let visitor = site.signed_in().await;
    site.advance_ms(23 * HOUR_MS);
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::OK, "used within a day");
    site.advance_ms(23 * HOUR_MS);
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::OK, "use keeps it");
    site.advance_ms(25 * HOUR_MS);
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::SEE_OTHER, "idle for a day");

    let visitor = site.signed_in().await;
    for _ in 0..32 {
        site.advance_ms(23 * HOUR_MS);
        visitor.get("/dashboard").await;
    }
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::SEE_OTHER, "thirty days at most");
}

#[tokio::test]
async fn a_session_that_idled_away_ends_in_the_api_too() {
    let site = Site::with(CONTRACT, PUBLIC_URL, 864_000).await;
    let (_idle, used) = (site.signed_in().await, site.signed_in().await);
    site.advance_ms(23 * HOUR_MS);
    assert_eq!(used.get("/dashboard").await.status, StatusCode::OK);
    site.end_idle().await;
    assert_eq!(site.api.asked(END_THIS), 0, "a living session is left alone");
    site.advance_ms(2 * HOUR_MS);
    site.end_idle().await;
    assert_eq!(site.api.asked(END_THIS), 1);
    site.end_idle().await;
    assert_eq!(site.api.asked(END_THIS), 1, "once");
    assert_eq!(used.get("/dashboard").await.status, StatusCode::OK, "the other session lives on");
}

#[tokio::test]
async fn what_the_api_cannot_be_told_now_waits_for_the_next_round() {
    let site = Site::start().await;
    site.signed_in().await;
    site.advance_ms(25 * HOUR_MS);
    for trouble in [503, 429] {
        site.api.trouble.store(trouble, Ordering::SeqCst);
        site.end_idle().await;
    }
    site.api.trouble.store(0, Ordering::SeqCst);
    assert_eq!(site.api.asked(END_THIS), 0);
    site.end_idle().await;
    assert_eq!(site.api.asked(END_THIS), 1);

    site.signed_in().await;
    site.advance_ms(25 * HOUR_MS);
    site.api.refresh_token.store(99, Ordering::SeqCst);
    site.end_idle().await;
    let asked = site.api.calls.lock().unwrap().len();
    site.end_idle().await;
    assert_eq!(site.api.calls.lock().unwrap().len(), asked, "a session that is dead there is forgotten here");
}

#[tokio::test]
async fn fifty_pages_at_once_renew_the_tokens_once() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    site.advance_ms(HOUR_MS);
    let pages = futures_util::future::join_all((0..50).map(|_| visitor.get("/dashboard/keys"))).await;
    assert!(pages.iter().all(|page| page.status == StatusCode::OK));
    assert_eq!(site.api.refreshes.load(Ordering::SeqCst), 1);
    site.advance_ms(HOUR_MS);
    assert_eq!(visitor.get("/dashboard").await.status, StatusCode::OK, "the new pair was kept");
    assert_eq!(site.api.refreshes.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_session_that_the_api_ended_ends_here() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    site.api.refresh_token.store(99, Ordering::SeqCst);
    site.advance_ms(HOUR_MS);
    let answer = visitor.get("/dashboard").await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/login?ended"));
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(visitor.get("/dashboard").await.header("location"), "/login?next=/dashboard");
}

#[tokio::test]
async fn the_portal_vouches_for_the_visitor_in_every_call() {
    let site = Site::start().await;
    site.signed_in().await.get("/dashboard").await;
    let calls = site.api.calls.lock().unwrap().clone();
    assert!(calls.len() >= 5);
    for call in calls {
        assert_eq!((call.vouch.as_str(), call.visitor.as_str()), ("vouch-for-me", "203.0.113.9"), "{}", call.line);
        assert_eq!(call.authorization.is_empty(), call.line == "POST /v1/auth/login", "{}", call.line);
    }
}

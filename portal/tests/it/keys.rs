//! Keys beyond the first form: what bounds them, and putting one in another's place.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;
use serde_json::json;

use crate::fake_api::SECRET;
use crate::support::{Site, Visitor};

const BOUNDS: [(&str, &str); 7] = [
    ("name", "Shop"),
    ("namespace", "shop.eu"),
    ("maxIdleSeconds", "30"),
    ("allowedOrigins", "https://shop.example\r\n https://www.shop.example "),
    ("allowedIps", "203.0.113.0/24, 2001:db8::1"),
    ("limits.perMinute", "60"),
    ("limits.perDay", "1000"),
];

fn with<'a>(name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    BOUNDS.into_iter().map(|(field, kept)| if field == name { (field, value) } else { (field, kept) }).collect()
}

fn sent(site: &Site, line: &str) -> serde_json::Value {
    let calls = site.api.calls.lock().unwrap();
    calls.iter().rev().find(|call| call.line == line).unwrap().body.clone()
}

async fn one_key(site: &Site) -> Visitor<'_> {
    let mut visitor = site.signed_in().await;
    let made = visitor.submit("/dashboard/keys", &[("name", "Shop"), ("scopes", "read:items")]).await;
    assert_eq!(made.status, StatusCode::OK);
    visitor
}

#[tokio::test]
async fn a_key_is_bounded_as_its_form_says_and_its_page_shows_it() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let made = visitor.submit("/dashboard/keys", &BOUNDS).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let wanted = json!({ "name": "Shop", "scopes": [], "expiresInSeconds": 7_776_000, "namespace": "shop.eu", "maxIdleSeconds": 2_592_000,
        "allowedOrigins": ["https://shop.example", "https://www.shop.example"], "allowedIps": ["203.0.113.0/24", "2001:db8::1"],
        "limits": { "perMinute": 60, "perDay": 1000 } });
    assert_eq!(sent(&site, "POST /v1/keys"), wanted);
    let page = visitor.get("/dashboard/keys/key_1").await.body;
    for words in [
        "shop.eu",
        "30 days at most",
        "https://www.shop.example",
        "203.0.113.0/24",
        "60 requests",
        "1000 requests",
        "<dd>secret</dd>",
    ] {
        assert!(page.contains(words) && (made.body.contains(words) || words.contains("secret")), "{words}");
    }
}

#[tokio::test]
async fn each_fault_of_the_api_stands_at_its_field_and_the_fold_is_open() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let mut fields = with("allowedIps", "203.0.113.1\r\nnowhere");
    fields.retain(|(name, _)| *name != "limits.perDay");
    fields.push(("limits.perDay", "0"));
    let page = visitor.submit("/dashboard/keys", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("id=\"allowedIps-fault\">is no address and no network<"));
    assert!(page.body.contains("id=\"limits.perDay-fault\">is at least 1<"));
    assert!(page.body.contains("<details class=\"more\" open>"));
    assert!(page.body.contains("203.0.113.1\r\nnowhere</textarea>"), "what was typed stays");
    assert!(page.body.contains("value=\"30\" checked") && page.body.contains("value=\"shop.eu\""));
    assert!(visitor.get("/dashboard/keys/new").await.body.contains("<details class=\"more\">"), "folded otherwise");
}

#[tokio::test]
async fn what_cannot_be_a_number_is_told_before_the_api_is_asked() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let page = visitor.submit("/dashboard/keys", &with("limits.perMinute", "many")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.body.contains("id=\"limits.perMinute-fault\">is a whole number<") && page.body.contains("value=\"many\"")
    );
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line == "POST /v1/keys"));
}

#[tokio::test]
async fn a_rotated_keys_secret_is_shown_once_with_the_end_of_the_old_one() {
    let site = Site::start().await;
    for (seconds, starts, told) in [
        ("3600", "now", "works until <time datetime=\"2026-11-22T13:30:00Z\""),
        ("0", "now", "dead: it is refused from now on"),
        ("86400", "firstUse", "works until the new one is first used, and 1 day from then on"),
        ("0", "firstUse", "works until the new one is first used, and not at all from then on"),
    ] {
        site.api.forget_keys();
        let mut visitor = one_key(&site).await;
        let asked = visitor.get("/dashboard/keys/key_1/rotate").await.body;
        assert!(asked.contains("value=\"300\" checked") && asked.contains("value=\"now\" checked"));
        let fields = [("gracePeriodSeconds", seconds), ("graceStarts", starts), ("idempotency_key", "abc")];
        let page = visitor.submit("/dashboard/keys/key_1/rotate", &fields).await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
        assert!(page.body.contains(SECRET) && page.body.contains(told), "{starts} {seconds}: {}", page.body);
        let wanted = json!({ "gracePeriodSeconds": seconds.parse::<i64>().unwrap(), "graceStarts": starts });
        assert_eq!(sent(&site, "POST /v1/keys/key_1/rotate"), wanted);
        for path in ["/dashboard/keys", "/dashboard/keys/key_1", "/dashboard/keys/key_2"] {
            assert!(!visitor.get(path).await.body.contains(SECRET), "{path}");
        }
    }
}

#[tokio::test]
async fn the_old_key_and_the_new_one_lead_to_each_other() {
    let site = Site::start().await;
    let mut visitor = one_key(&site).await;
    assert!(visitor.get("/dashboard/keys/key_1").await.body.contains("/dashboard/keys/key_1/rotate"));
    visitor.submit("/dashboard/keys/key_1/rotate", &[("gracePeriodSeconds", "300")]).await;
    let old = visitor.get("/dashboard/keys/key_1").await.body;
    assert!(old.contains("href=\"/dashboard/keys/key_2\"") && !old.contains("/dashboard/keys/key_1/rotate"));
    assert!(visitor.get("/dashboard/keys/key_2").await.body.contains("href=\"/dashboard/keys/key_1\""));
    assert!(visitor.get("/dashboard/keys").await.body.contains(">replaced<"));
    assert!(visitor.get("/dashboard/keys/key_1/rotate").await.body.contains("This key was replaced already"));
}

#[tokio::test]
async fn a_refused_rotation_says_why_and_makes_nothing() {
    let site = Site::start().await;
    let mut visitor = one_key(&site).await;
    for grace in ["", "42", "soon"] {
        let page = visitor.submit("/dashboard/keys/key_1/rotate", &[("gracePeriodSeconds", grace)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{grace}");
        assert!(page.body.contains("id=\"gracePeriodSeconds-fault\">is none of these<"), "{grace}");
    }
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line == "POST /v1/keys/key_1/rotate"));
    visitor.submit("/dashboard/keys/key_1/revoke", &[]).await;
    assert!(visitor.get("/dashboard/keys/key_1/rotate").await.body.contains("A dead key is not revived"));
    let page = visitor.submit("/dashboard/keys/key_1/rotate", &[("gracePeriodSeconds", "300")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("A key is replaced once."));
    assert_eq!(visitor.get("/dashboard/keys/key_9/rotate").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        visitor.submit("/dashboard/keys/key_9/rotate", &[("gracePeriodSeconds", "0")]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn while_the_api_is_away_a_key_is_neither_made_nor_changed() {
    let site = Site::start().await;
    let mut visitor = one_key(&site).await;
    let csrf = visitor.csrf().await;
    site.api.trouble.store(503, Ordering::SeqCst);
    for (form, field) in [
        ("/dashboard/keys", ("name", "Second")),
        ("/dashboard/keys/key_1", ("name", "Other")),
        ("/dashboard/keys/key_1/rotate", ("gracePeriodSeconds", "300")),
        ("/dashboard/keys/key_1/disabled", ("disabled", "true")),
        ("/dashboard/keys/key_1/revoke", ("why", "leaked")),
    ] {
        let page = visitor.send(form, &[("csrf", &csrf), field]).await;
        assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "{form}");
        assert!(page.body.contains("The API is away"), "{form}");
    }
    for path in ["", "/new", "/key_1", "/key_1/rotate", "/key_1/revoke"] {
        assert_eq!(
            visitor.get(&format!("/dashboard/keys{path}")).await.status,
            StatusCode::SERVICE_UNAVAILABLE,
            "{path}"
        );
    }
    site.api.trouble.store(0, Ordering::SeqCst);
    let list = visitor.get("/dashboard/keys").await.body;
    assert!(
        list.matches("<li class=\"key\">").count() == 1 && list.contains(">Shop<") && list.contains("state active")
    );
}

#[tokio::test]
async fn forms_about_a_key_need_the_sessions_token() {
    let site = Site::start().await;
    let mut visitor = one_key(&site).await;
    let foreign = site.signed_in().await.csrf().await;
    let asked = site.api.calls.lock().unwrap().len();
    for form in ["", "/rotate", "/disabled", "/revoke"] {
        let form = format!("/dashboard/keys/key_1{form}");
        let fields = [("gracePeriodSeconds", "0"), ("disabled", "true"), ("name", "x")];
        assert_eq!(visitor.send(&form, &fields).await.status, StatusCode::FORBIDDEN, "{form}");
        let fields = [("csrf", foreign.as_str()), ("gracePeriodSeconds", "0"), ("disabled", "true"), ("name", "x")];
        assert_eq!(visitor.send(&form, &fields).await.status, StatusCode::FORBIDDEN, "{form}");
    }
    assert_eq!(site.api.calls.lock().unwrap().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn a_form_that_does_not_say_what_to_do_wakes_no_key() {
    let site = Site::start().await;
    let mut visitor = one_key(&site).await;
    visitor.submit("/dashboard/keys/key_1/disabled", &[("disabled", "true")]).await;
    for fields in [&[][..], &[("disabled", "")], &[("disabled", "no")]] {
        let answer = visitor.submit("/dashboard/keys/key_1/disabled", fields).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{fields:?}");
    }
    assert!(visitor.get("/dashboard/keys/key_1").await.body.contains("state disabled"));
    visitor.submit("/dashboard/keys/key_1/disabled", &[("disabled", "false")]).await;
    assert!(visitor.get("/dashboard/keys/key_1").await.body.contains("state active"));
}

#[tokio::test]
async fn the_smallest_scopes_are_shown_beside_what_the_key_called() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop"), ("scopes", "read:items"), ("scopes", "keys:read")]).await;
    assert!(visitor.get("/dashboard/keys/key_1").await.body.contains("href=\"/dashboard/keys/key_1/scopes\""));
    let page = visitor.get("/dashboard/keys/key_1/scopes").await;
    assert_eq!(page.status, StatusCode::OK);
    let (_, rest) = page.body.split_once("Too much").unwrap();
    assert!(rest.split("</div>").next().unwrap().contains("<code>read:items</code>"));
    for words in ["Give it only what it needs", "name=\"scopes\" value=\"keys:read\"", "listKeys", "createItem"] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(!page.body.contains("name=\"scopes\" value=\"read:items\""));
    let planned =
        site.api.calls.lock().unwrap().iter().find(|call| call.line == "POST /v1/scopes/plan").unwrap().clone();
    assert_eq!(planned.body, serde_json::json!({ "keyId": "key_1", "days": 30 }));
}

#[tokio::test]
async fn a_key_is_given_only_what_it_needs() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop"), ("scopes", "read:items"), ("scopes", "keys:read")]).await;
    let answer = visitor.submit("/dashboard/keys/key_1/scopes", &[("scopes", "keys:read")]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, "/dashboard/keys?changed"));
    let changed =
        site.api.calls.lock().unwrap().iter().find(|call| call.line == "PATCH /v1/keys/key_1").unwrap().clone();
    assert_eq!(changed.body, serde_json::json!({ "scopes": ["keys:read"] }), "nothing else is touched");
    assert_eq!(
        visitor.send("/dashboard/keys/key_1/scopes", &[("scopes", "keys:read")]).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn nothing_is_offered_where_there_is_nothing_to_go_by_or_nothing_too_much() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Unused"), ("scopes", "read:items")]).await;
    visitor.submit("/dashboard/keys", &[("name", "Exact"), ("scopes", "keys:read")]).await;
    let unused = visitor.get("/dashboard/keys/key_1/scopes").await.body;
    assert!(unused.contains("It called nothing") && !unused.contains("Give it only"));
    let exact = visitor.get("/dashboard/keys/key_2/scopes").await.body;
    assert!(exact.contains("no scope that it does not use") && !exact.contains("Give it only"));
    assert_eq!(visitor.get("/dashboard/keys/key_9/scopes").await.status, StatusCode::NOT_FOUND);
    site.api.trouble.store(503, std::sync::atomic::Ordering::SeqCst);
    assert_eq!(visitor.get("/dashboard/keys/key_1/scopes").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

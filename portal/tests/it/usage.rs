//! Limits as they are now, and usage by span and key.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;

use crate::support::{Site, Visitor};

const HOUR_MS: i64 = 3_600_000;

async fn with_a_key(site: &Site) -> Visitor<'_> {
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop sync")]).await;
    visitor
}

fn asked_of_usage(site: &Site) -> Vec<String> {
    let calls = site.api.calls.lock().unwrap();
    calls.iter().filter(|call| call.line == "GET /v1/usage").map(|call| call.query.clone()).collect()
}

#[tokio::test]
async fn limits_are_told_in_words_beside_their_bars() {
    let site = Site::start().await;
    let page = site.signed_in().await.get("/dashboard").await.body;
    for words in [
        "Calls a minute",
        "48 of 60 left, more in 42 s",
        "Calls a minute: 12 of 60 used",
        "Calls a day (UTC)",
        "nearly used up",
        "As of this page",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn the_pages_script_asks_for_the_limits_alone() {
    let site = Site::start().await;
    assert_eq!(site.get("/dashboard/limits.json").await.header("location"), "/login?next=/dashboard/limits.json");
    let visitor = site.signed_in().await;
    let answer = visitor.get("/dashboard/limits.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.header("cache-control"), "no-store");
    let windows: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!((windows[0]["name"].as_str(), windows[0]["percent"].as_i64()), (Some("minute"), Some(20)));
    assert_eq!((windows[0]["warning"].as_str(), windows[0]["high"].as_bool()), (None, Some(false)));
    assert_eq!((windows[1]["warning"].as_str(), windows[1]["high"].as_bool()), (Some("nearly used up"), Some(true)));
    site.api.trouble.store(503, Ordering::SeqCst);
    assert_eq!(visitor.get("/dashboard/limits.json").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_page_that_is_left_open_does_not_keep_its_session_alive() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    for _ in 0..12 {
        site.advance_ms(2 * HOUR_MS - 1);
        assert_eq!(visitor.get("/dashboard/limits.json").await.status, StatusCode::OK);
    }
    site.advance_ms(HOUR_MS);
    assert_eq!(visitor.get("/dashboard/limits.json").await.status, StatusCode::SEE_OTHER, "idle for a day");
}

#[tokio::test]
async fn ninety_days_are_asked_for_by_day_and_shown_by_day() {
    let site = Site::start().await;
    let page = site.signed_in().await.get("/dashboard/usage?range=90d").await;
    assert_eq!((page.status, page.body.matches("class=\"bar\"").count()), (StatusCode::OK, 90));
    assert!(page.body.contains("href=\"/dashboard/usage?range=90d\" aria-current=\"page\""));
    let asked = asked_of_usage(&site);
    assert_eq!(asked.len(), 3);
    for query in asked {
        assert!(query.contains("interval=day") && query.contains("from=2026-08-25T00"), "{query}");
    }
}

#[tokio::test]
async fn usage_of_one_key_is_asked_for_and_stays_over_spans_and_in_the_csv() {
    let site = Site::start().await;
    let visitor = with_a_key(&site).await;
    let page = visitor.get("/dashboard/usage?range=7d&key=key_1").await.body;
    assert!(asked_of_usage(&site).iter().all(|query| query.contains("keyId=key_1")));
    assert!(page.contains("<option value=\"key_1\" selected>Shop sync ("));
    assert!(page.contains("href=\"/dashboard/usage?range=30d&#38;key=key_1\""), "the other spans keep the key");
    assert!(page.contains("href=\"/dashboard/usage.csv?range=7d&#38;key=key_1\""));
    let csv = visitor.get("/dashboard/usage.csv?range=7d&key=key_1").await;
    assert_eq!((csv.status, csv.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
    assert_eq!(asked_of_usage(&site).len(), 6);
    assert!(asked_of_usage(&site).iter().all(|query| query.contains("keyId=key_1")));
}

#[tokio::test]
async fn a_span_or_a_key_that_is_none_of_ours_is_told_and_kept() {
    let site = Site::start().await;
    let visitor = with_a_key(&site).await;
    let page = visitor.get("/dashboard/usage?range=%3Cb%3E&key=key_9").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["“&#60;b&#62;” is none of these", "is none of your keys", "value=\"key_9\" selected"] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(asked_of_usage(&site).is_empty(), "nothing was asked");
    assert_eq!(visitor.get("/dashboard/usage.csv?range=1y").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn usage_says_so_while_the_api_is_away() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    for (trouble, status) in [(503, StatusCode::SERVICE_UNAVAILABLE), (429, StatusCode::TOO_MANY_REQUESTS)] {
        site.api.trouble.store(trouble, Ordering::SeqCst);
        for path in ["/dashboard/usage", "/dashboard/usage.csv", "/dashboard"] {
            assert_eq!(visitor.get(path).await.status, status, "{path}");
        }
    }
}

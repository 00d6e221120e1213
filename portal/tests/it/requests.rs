//! The request log: filters, pages, one request, everybody's.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;

use crate::fake_api::ADMIN;
use crate::support::{Site, Visitor};

async fn with_a_key(site: &Site) -> Visitor<'_> {
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop sync")]).await;
    visitor
}

fn asked(site: &Site, line: &str) -> Vec<String> {
    let calls = site.api.calls.lock().unwrap();
    calls.iter().filter(|call| call.line == line).map(|call| call.query.clone()).collect()
}

#[tokio::test]
async fn a_request_is_a_row_that_leads_to_it() {
    let site = Site::start().await;
    assert_eq!(site.get("/dashboard/requests").await.header("location"), "/login?next=/dashboard/requests");
    let page = site.signed_in().await.get("/dashboard/requests").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "href=\"/dashboard/requests/req_7\">getItem",
        "/v1/items/itm_&#60;1&#62;",
        "/v1/items?limit=5",
        "status bad\">404",
        "status good\">200",
        "NOT_FOUND",
        "1.3 ms",
        "31 ms",
        "30 minutes ago",
        "key_1",
        "<option value=\"getKeyUsage\">",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
}

#[tokio::test]
async fn filters_are_asked_for_and_stay_on_every_page() {
    let site = Site::start().await;
    let visitor = with_a_key(&site).await;
    let filters = "operationId=getItem&status=4XX&keyId=key_1&method=GET&search=itm_&from=2026-11-21T12%3A00&to=2026-11-22T12%3A00";
    let page = visitor.get(&format!("/dashboard/requests?{filters}")).await.body;
    let query = asked(&site, "GET /v1/requests").remove(0);
    for part in [
        "operationId=getItem",
        "status=4xx",
        "keyId=key_1",
        "method=GET",
        "search=itm_",
        "from=2026-11-21T12",
        "to=2026-11-22T12",
    ] {
        assert!(query.contains(part), "{part}: {query}");
    }
    for words in [
        "value=\"getItem\"",
        "<option value=\"key_1\" selected>Shop sync (",
        "<option selected>GET</option>",
        "value=\"itm_\"",
        "type=\"datetime-local\" value=\"2026-11-21T12:00\"",
        "Show all",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let older = page
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|href| href.contains("cursor="))
        .unwrap();
    assert!(older.contains("method=GET") && older.contains("cursor=older%2F%26%3D"), "{older}");
    let last = visitor.get(&older.replace("&#38;", "&")).await.body;
    assert!(asked(&site, "GET /v1/requests")[1].contains("cursor=older%2F%26%3D"));
    assert!(!last.contains(">Older<") && last.contains(">Newest<"));
    let none = visitor.get("/dashboard/requests?operationId=none").await.body;
    assert!(none.contains("No request is like that."));
}

#[tokio::test]
async fn a_filter_that_cannot_be_is_told_at_its_field_and_kept() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    let page = visitor.get("/dashboard/requests?from=yesterday&status=600&method=BREW&search=itm_").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "id=\"from-fault\">is a time such as",
        "name=\"from\" type=\"text\" value=\"yesterday\"",
        "id=\"status-fault\"",
        "value=\"600\"",
        "<option selected>BREW</option>",
        "value=\"itm_\"",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(asked(&site, "GET /v1/requests").is_empty() && !page.body.contains("No request is like that."));
    let refused = visitor.get("/dashboard/requests?operationId=Bad").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.body.contains("id=\"operationId-fault\">is no operation<") && refused.body.contains("value=\"Bad\"")
    );
}

#[tokio::test]
async fn one_request_tells_all_that_is_kept_and_no_credential() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    let page = visitor.get("/dashboard/requests/req_7").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "<code>req_7</code>",
        "href=\"/docs/errors/not-found\"",
        "href=\"/reference/getItem\"",
        "href=\"/dashboard/keys/key_1\"",
        "203.0.113.7",
        "curl/8 &#60;b&#62;",
        "*/* &#60;b&#62;",
        "sent, not kept",
        "22 Nov 2026, 12:00 UTC",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert_eq!(visitor.get("/dashboard/requests/req_9").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_short_address_leads_to_the_request_and_nowhere_else() {
    let site = Site::start().await;
    assert_eq!(site.get("/requests").await.header("location"), "/dashboard/requests");
    assert_eq!(site.get("/requests/req_7").await.header("location"), "/dashboard/requests/req_7");
    for id in ["..%2F..%2Flogin", "%0D%0Aset-cookie:x", "%2F%2Fevil.example"] {
        assert_eq!(site.get(&format!("/requests/{id}")).await.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn a_page_about_an_error_leads_to_the_request_by_its_id() {
    let site = Site::start().await;
    let page = site.get("/docs/errors/not-found").await.body;
    assert!(page.contains("action=\"/dashboard/requests\"") && page.contains("name=\"search\""));
}

#[tokio::test]
async fn while_the_api_is_away_or_refuses_the_log_says_so() {
    let site = Site::start().await;
    let (visitor, admin) = (site.signed_in().await, site.signed_in_as(ADMIN).await);
    for (trouble, status) in [(503, StatusCode::SERVICE_UNAVAILABLE), (429, StatusCode::TOO_MANY_REQUESTS)] {
        site.api.trouble.store(trouble, Ordering::SeqCst);
        for path in ["/dashboard/requests", "/dashboard/requests/req_7"] {
            assert_eq!(visitor.get(path).await.status, status, "{path}");
        }
        for path in ["/dashboard/admin", "/dashboard/admin/requests"] {
            assert_eq!(admin.get(path).await.status, status, "{path}");
        }
    }
}

#[tokio::test]
async fn only_administrators_know_of_everybodys_requests() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    assert!(!visitor.get("/dashboard").await.body.contains("/dashboard/admin"), "no link");
    let missing = visitor.get("/dashboard/nowhere").await;
    for path in ["/dashboard/admin", "/dashboard/admin/requests"] {
        let refused = visitor.get(path).await;
        assert_eq!((refused.status, &refused.body), (StatusCode::NOT_FOUND, &missing.body), "{path}");
        assert_eq!(site.get(path).await.header("location"), format!("/login?next={path}"));
    }
    assert!(!site.api.calls.lock().unwrap().iter().any(|call| call.line.contains("/v1/admin/")), "nobody was asked");
    let admin = site.signed_in_as(ADMIN).await;
    assert!(admin.get("/dashboard").await.body.contains("href=\"/dashboard/admin\""));
    site.api.demoted.store(true, Ordering::SeqCst);
    for path in ["/dashboard/admin", "/dashboard/admin/requests"] {
        assert_eq!(admin.get(path).await.status, StatusCode::NOT_FOUND, "an administrator no more: {path}");
    }
}

#[tokio::test]
async fn an_administrator_filters_everybodys_requests_by_account_and_address() {
    let site = Site::start().await;
    let admin = site.signed_in_as(ADMIN).await;
    let page = admin.get("/dashboard/admin/requests?userId=usr_1&address=203.0.113.7&method=GET").await.body;
    let query = asked(&site, "GET /v1/admin/requests").remove(0);
    for part in ["userId=usr_1", "address=203.0.113.7", "method=GET"] {
        assert!(query.contains(part), "{part}: {query}");
    }
    for words in ["usr_1", "nobody", "203.0.113.8", "req_6", "value=\"usr_1\""] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("href=\"/dashboard/admin/requests?method=GET&#38;userId=usr_1"), "pages stay there");
    let bad = admin.get("/dashboard/admin/requests?to=never&address=203.0.113.7").await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bad.body.contains("id=\"to-fault\"") && bad.body.contains("value=\"203.0.113.7\""));
}

#[tokio::test]
async fn administration_shows_the_whole_and_what_was_busy() {
    let site = Site::start().await;
    let admin = site.signed_in_as(ADMIN).await;
    let page = admin.get("/dashboard/admin?range=7d").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in [
        "1200",
        "2.5 %",
        "8 ms",
        "22 ms",
        "2 days ago",
        "Keys expired",
        "degraded",
        "17 requests dropped",
        "getItem",
        "key_1",
        "usr_1",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    assert!(asked(&site, "GET /v1/admin/requests/stats")[0].contains("from=2026-11-15T"));
    let wrong = admin.get("/dashboard/admin?range=1y").await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("“1y” is none of these") && wrong.body.contains("degraded"), "the rest is there");
    assert_eq!(asked(&site, "GET /v1/admin/requests/stats").len(), 1);
}

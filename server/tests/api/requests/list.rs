use std::collections::HashSet;
use std::time::Duration;

use gatepost::domain::time::Time;
use serde_json::json;

use super::{rows, seen, told};
use crate::support::{Actor, TestApp};

fn text<'a>(value: &'a serde_json::Value, name: &str) -> &'a str {
    value[name].as_str().expect("a text")
}

/// Somebody's key, its id, and what they do with it: an item is missing, one is made, and one may not be.
async fn three_requests(app: &TestApp) -> (Actor, Actor, String) {
    let owner = app.owner().await;
    let key = owner.create_key(&["read", "write:items"]).await;
    let keyed = owner.with_key(text(&key, "secret"));
    keyed.get("/v1/items/itm_missing?limit=3").await.is(404);
    app.clock.advance(Duration::from_secs(1));
    keyed.create_item().await;
    app.clock.advance(Duration::from_secs(1));
    keyed.post("/v1/keys", json!({ "name": "more", "scopes": ["read"] })).await.is(403);
    (owner, keyed, text(&key, "id").to_owned())
}

both_engines! {
    async fn a_request_is_there_at_once_newest_first_and_tells_what_it_was(app) {
        let (owner, _, key) = three_requests(&app).await;
        let page = owner.get(&format!("/v1/requests?keyId={key}")).await.is(200).body;

        assert_eq!(told(&page), rows([("createKey", 403), ("createItem", 201), ("getItem", 404)]));
        let (refused, missing) = (&page["data"][0], &page["data"][2]);
        assert_eq!((&refused["code"], &refused["method"]), (&json!("INSUFFICIENT_SCOPE"), &json!("POST")));
        assert_eq!(missing["code"], "NOT_FOUND");
        assert_eq!((&missing["method"], &missing["path"], &missing["query"]), (&json!("GET"), &json!("/v1/items/itm_missing"), &json!(null)));
        assert_eq!((&missing["userId"], &missing["keyId"], &missing["sessionId"]), (&json!(owner.account_id()), &json!(key), &json!(null)));
        assert_eq!(missing["address"], "127.0.0.1");
        assert!(missing["latencyMs"].as_f64().is_some_and(|ms| ms > 0.0), "{missing}");
        assert_eq!(missing["createdAt"], app.clock.now().minus(Duration::from_secs(2)).to_rfc3339());
    }

    async fn each_filter_lets_through_what_it_says(app) {
        let (owner, keyed, key) = three_requests(&app).await;
        owner.get("/v1/me").await.is(200);
        let now = app.clock.now();
        let at = |seconds: u64| now.minus(Duration::from_secs(seconds)).to_rfc3339();
        for (query, wanted) in [
            (format!("keyId={key}&status=4xx"), rows([("createKey", 403), ("getItem", 404)])),
            (format!("keyId={key}&status=404"), rows([("getItem", 404)])),
            (format!("keyId={key}&status=5xx"), rows([])),
            (format!("keyId={key}&method=POST"), rows([("createKey", 403), ("createItem", 201)])),
            (format!("keyId={key}&method=HEAD"), rows([])),
            (format!("keyId={key}&operationId=createItem"), rows([("createItem", 201)])),
            (format!("keyId={key}&from={}", at(1)), rows([("createKey", 403), ("createItem", 201)])),
            (format!("keyId={key}&to={}", at(1)), rows([("getItem", 404)])),
            (format!("keyId={key}&from={}&to={}", at(1), at(0)), rows([("createItem", 201)])),
            ("search=itm_missing".to_owned(), rows([("getItem", 404)])),
            ("search=ITM_missing".to_owned(), rows([])),
            ("search=%25".to_owned(), rows([])),
            ("keyId=key_none".to_owned(), rows([])),
            ("operationId=getCurrentUser".to_owned(), rows([("getCurrentUser", 200)])),
        ] {
            assert_eq!(seen(&owner, &query).await, wanted, "{query}");
        }
        let id = keyed.get("/v1/items").await.is(200).header("x-request-id").expect("an id").to_owned();
        assert_eq!(seen(&owner, &format!("search={id}")).await, rows([("listItems", 200)]));
        assert_eq!(seen(&owner, &format!("operationId=listItems&search={}", &id[..12])).await, rows([("listItems", 200)]));
    }

    async fn a_status_that_is_none_is_a_fault(app) {
        let owner = app.owner().await;
        for bad in ["6xx", "abc", "4", "4xxx", "099"] {
            owner.get(&format!("/v1/requests?status={bad}")).await.faults("/status");
        }
    }

    async fn nobody_sees_another_accounts_requests(app) {
        let (owner, _, key) = three_requests(&app).await;
        app.nobody().get("/v1/items").await.is(200);
        let stranger = app.stranger().await;

        assert_eq!(seen(&stranger, "").await, rows([]));
        assert_eq!(seen(&stranger, &format!("keyId={key}")).await, rows([]));
        assert!(!seen(&owner, "").await.contains(&("listItems".to_owned(), 200)));
    }

    async fn what_is_free_is_not_among_them(app) {
        let owner = app.owner().await;
        owner.get("/v1/rate-limit").await.is(200);
        owner.get("/v1/me").await.is(200);

        assert_eq!(seen(&owner, "").await, rows([("getCurrentUser", 200)]));
    }

    async fn pages_hold_every_request_once_also_while_more_come(app) {
        let owner = app.owner().await;
        for _ in 0..7 {
            owner.get("/v1/me").await.is(200);
        }
        let (mut ids, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("/v1/requests?limit=3&operationId=getCurrentUser{cursor}")).await.is(200).body;
            ids.extend(page["data"].as_array().expect("requests").iter().map(|row| text(row, "id").to_owned()));
            owner.get("/v1/me").await.is(200);
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (7, 7));
        assert!(ids.is_sorted_by(|newer, older| newer > older), "{ids:?}");
    }

    async fn requests_are_kept_for_as_long_as_the_setting_says(app) {
        let owner = app.owner().await;
        let session = owner.account.clone().expect("an account");
        owner.get("/v1/me").await.is(200);
        let begin = app.clock.now();
        for (days, there) in [(30, true), (0, true), (1, false)] {
            app.clock.advance(Duration::from_secs(days * 86_400));
            gatepost::jobs::clean(&app.app).await;
            let again = app.sign_in(session.clone()).await;
            let until = Time::from_ms(begin.ms() + 1).to_rfc3339();
            assert_eq!(!seen(&again, &format!("to={until}")).await.is_empty(), there, "after {days} days more");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_switched_off_keeps_nothing_and_calls_are_counted_all_the_same() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("REQUEST_LOG", "false")]).await;
    let owner = app.owner().await;
    owner.get("/v1/me").await.is(200);

    assert_eq!(seen(&owner, "").await, rows([]));
    assert_eq!(owner.get("/v1/usage").await.is(200).body["totals"]["count"], 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counters_that_are_switched_off_count_nothing_and_requests_are_kept_all_the_same() {
    let app = TestApp::with_settings(crate::support::Engine::Sqlite, &[("USAGE_COUNTERS", "false")]).await;
    let owner = app.owner().await;
    owner.get("/v1/me").await.is(200);

    assert_eq!(owner.get("/v1/usage").await.is(200).body["totals"]["count"], 0);
    assert_eq!(seen(&owner, "operationId=getCurrentUser").await, rows([("getCurrentUser", 200)]));
}

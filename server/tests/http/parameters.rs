//! Query and path parameters: 400 for what cannot be parsed, 422 with a pointer for what breaks the schema.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn what_is_no_number_is_400_and_what_is_out_of_bounds_422() {
    let app = TestApp::sqlite().await;
    for bad in ["abc", "", "1.5x", "1e", "0x10", "99999999999999999999x"] {
        let answer = app.nobody().get(&format!("/v1/items?limit={bad}")).await.refuses(400, "MALFORMED");
        assert_eq!(answer.body["errors"][0]["pointer"], "/limit", "{bad}: {}", answer.body);
    }
    for bad in ["0", "-1", "101", "1000000000", "99999999999999999999", "1.5"] {
        let answer = app.nobody().get(&format!("/v1/items?limit={bad}")).await.faults("/limit");
        assert_eq!(answer.body["errors"][0]["in"], "query", "{bad}: {}", answer.body);
    }
    app.nobody().get("/v1/items?limit=100").await.is(200);
}

#[tokio::test]
async fn all_faults_of_a_query_are_named_at_once() {
    let app = TestApp::sqlite().await;
    let answer = app.nobody().get("/v1/items?limit=0&condition=shiny&cursor=").await.is(422);
    let pointers: Vec<_> =
        answer.body["errors"].as_array().expect("errors").iter().map(|fault| fault["pointer"].clone()).collect();
    assert_eq!(pointers, [json!("/limit"), json!("/condition"), json!("/cursor")]);
}

#[tokio::test]
async fn h73_a_time_that_is_none_is_422() {
    let app = TestApp::sqlite().await;
    for bad in ["yesterday", "2026-02-30T00:00:00Z", "2026-11-22", "2026-11-22T25:00:00Z"] {
        app.root().get(&format!("/v1/usage?from={bad}")).await.faults("/from");
    }
    app.root().get("/v1/usage?from=2026-11-21T13%3A00%3A00%2B01%3A00&to=2026-11-21T13:00:00.5Z").await.is(200);
}

#[tokio::test]
async fn h64_a_doubled_parameter_is_400_and_an_unknown_one_nothing() {
    let app = TestApp::sqlite().await;
    app.nobody().get("/v1/items?limit=1&limit=2").await.refuses(400, "MALFORMED");
    app.nobody().get("/v1/items?foo=1&foo=2&limit=1").await.is(200);
    let many: String = (0..800).map(|n| format!("k{n}=1&")).collect();
    app.nobody().get(&format!("/v1/items?{many}limit=1")).await.is(200);
}

#[tokio::test]
async fn an_id_that_no_schema_allows_is_an_id_that_nothing_has() {
    let app = TestApp::sqlite().await;
    for id in ["x".repeat(65), "x".repeat(1000), "'%20OR%201=1--".to_owned(), "..%2F..".to_owned()] {
        app.nobody().get(&format!("/v1/items/{id}")).await.refuses(404, "NOT_FOUND");
    }
}

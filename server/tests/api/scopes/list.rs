use serde_json::Value;

use crate::support::TestApp;

async fn all(app: &TestApp, limit: usize) -> Vec<Value> {
    let (mut scopes, mut next) = (Vec::new(), String::new());
    loop {
        let page = app.nobody().get(&format!("/v1/scopes?limit={limit}{next}")).await.is(200);
        scopes.extend(page.body["data"].as_array().expect("data").clone());
        match page.body["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return scopes,
        }
    }
}

#[tokio::test]
async fn pages_of_any_size_bring_every_scope_once() {
    let app = TestApp::sqlite().await;
    let whole = all(&app, 100).await;

    assert_eq!(whole.len(), gatepost::domain::scopes::Scope::ALL.len());
    for limit in [1, 7, 26] {
        assert_eq!(all(&app, limit).await, whole, "{limit}");
    }
}

#[tokio::test]
async fn a_scope_names_the_operations_that_ask_for_it_and_who_may_grant_it() {
    let app = TestApp::sqlite().await;
    let scopes = all(&app, 100).await;
    let scope = |name: &str| scopes.iter().find(|scope| scope["scope"] == name).expect("the scope").clone();

    assert!(scope("write:items")["operations"].as_array().expect("operations").contains(&"createItem".into()));
    assert_eq!(scope("write:items")["adminGranted"], false);
    assert_eq!(scope("identities:write")["adminGranted"], true);
}

#[tokio::test]
async fn a_cursor_that_we_did_not_give_is_refused() {
    TestApp::sqlite().await.nobody().get("/v1/scopes?cursor=nothing").await.faults("/cursor");
}

//! Demo data: what the first call and each page of a new server answer with.

use gatepost::jobs::fill_demo;

use crate::support::contract::{Operation, operations};
use crate::support::{Account, Actor, Engine, TestApp, rows};

/// A server with demo data, and the account that can be signed in to.
async fn demo(engine: Engine) -> (TestApp, Actor) {
    let app = TestApp::start(engine).await;
    let host = fill_demo(&app.app).await.expect("an empty database is filled");
    let account = Account { email: host.email().to_owned(), password: host.show_once() };
    let host = app.sign_in(account).await;
    (app, host)
}

/// Who sees most in such a list: the account of the demo, as itself or as its own service, or an administrator.
async fn reader(app: &TestApp, host: &Actor, operation: Operation) -> Actor {
    let callers = operation.callers();
    if callers.iter().any(|caller| ["any", "user", "member"].contains(caller)) {
        host.clone()
    } else if callers.contains(&"admin") {
        app.admin()
    } else {
        host.trusted_with(app.admin(), &operation.scopes()).await
    }
}

/// The list's path, each parameter the first thing of the collection that it stands in.
async fn path(reader: &Actor, operation: Operation) -> String {
    // What is no id in a list, and where one's own orders are listed.
    let mut path = operation.path.replace("{userId}", "me").replace("{namespace}", "payments");
    path = path.replace("{guildId}", "21000000000000200").replace("/v1/orders/", "/v1/me/orders/");
    while let Some((before, rest)) = path.clone().split_once('{') {
        let (_, after) = rest.split_once('}').expect("a parameter ends");
        let listed = reader.get(before.trim_end_matches('/')).await.is(200).body;
        path = format!("{before}{}{after}", listed["data"][0]["id"].as_str().expect("something with an id"));
    }
    path.replace("/v1/me/orders/", "/v1/orders/")
}

async fn each_list_answers_something(engine: Engine) {
    let (app, host) = demo(engine).await;
    let mut empty = Vec::new();
    // Its endpoint for webhooks is switched off, so that nothing of the demo leaves the house.
    let lists = |op: &Operation| op.method == "get" && op.id().starts_with("list") && op.id() != "listDeliveries";
    for operation in operations().into_iter().filter(lists) {
        let reader = reader(&app, &host, operation).await;
        let listed = reader.get(&path(&reader, operation).await).await.is(200).body;
        if listed["data"].as_array().is_none_or(Vec::is_empty) {
            empty.push(operation.id().to_owned());
        }
    }
    assert_eq!(empty, [""; 0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_list_of_a_demo_server_answers_something_sqlite() {
    each_list_answers_something(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_list_of_a_demo_server_answers_something_postgres() {
    each_list_answers_something(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filling_twice_does_nothing_also_at_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::start(engine).await;
        let (one, other) = tokio::join!(fill_demo(&app.app), fill_demo(&app.app));
        assert_eq!(u8::from(one.is_some()) + u8::from(other.is_some()), 1, "{engine:?}");
        let count = async || {
            let mut all = Vec::new();
            for table in ["users", "keys", "items", "applications", "projects", "events", "usage_minutes", "requests"] {
                all.push(rows(&app.app, table).await);
            }
            all
        };
        let before = count().await;
        assert!(fill_demo(&app.app).await.is_none());
        assert_eq!(count().await, before, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_made_is_not_mixed_with_demo_data() {
    let app = TestApp::sqlite().await;
    app.owner().await.create_item().await;
    assert!(fill_demo(&app.app).await.is_none());
    assert_eq!((rows(&app.app, "items").await, rows(&app.app, "projects").await), (1, 0));
}

/// The account is a member like any other, and its keys open nothing: nobody was shown their secrets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_account_of_the_demo_is_no_administrator_and_its_desk_is_full() {
    let (_app, host) = demo(Engine::Sqlite).await;
    host.get("/v1/admin/overview").await.is(403);
    let usage = host.get("/v1/usage?interval=day&groupBy=operation").await.is(200).body;
    assert!(usage["data"].as_array().is_some_and(|buckets| !buckets.is_empty()));
    for status in ["active", "disabled", "expired", "revoked"] {
        let keys = host.get(&format!("/v1/keys?status={status}")).await.is(200).body;
        assert!(keys["data"].as_array().is_some_and(|keys| !keys.is_empty()), "{status}");
    }
}

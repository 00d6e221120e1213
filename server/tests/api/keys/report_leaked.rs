use reqwest::Method;
use sea_query::{Alias, Expr, Query};
use serde_json::{Value, json};

use crate::support::scanner::{NAME, PATH, report, signature};
use crate::support::{Engine, TestApp};

fn leak(token: &str) -> Value {
    json!({ "token": token, "type": "gatepost_api_key", "url": "https://github.com/octocat/hello/blob/main/.env", "source": "content" })
}

fn secret(key: &Value) -> &str {
    key["secret"].as_str().expect("a secret")
}

fn labels(answer: &Value) -> Vec<&str> {
    answer.as_array().expect("a list").iter().map(|one| one["label"].as_str().expect("a label")).collect()
}

both_engines! {
    /// S61: what is found is refused by the very next request, whatever kind of key it is.
    async fn what_is_found_is_revoked_and_labelled(app) {
        let owner = app.owner().await;
        let (plain, signed) = (owner.create_key(&["read"]).await, owner.create_signed_key(&app.base).await);
        app.nobody().with_key(secret(&plain)).get("/v1/me").await.is(200);
        app.nobody().with_key(secret(&signed)).get("/v1/me").await.is(200);

        let body = json!([leak(secret(&plain)), leak("gp_live_nothing"), leak(secret(&signed)), leak(secret(&plain))]);
        let answer = report(&app.nobody(), &body).await.is(200).body;
        assert_eq!(labels(&answer), ["true_positive", "false_positive", "true_positive", "true_positive"]);
        assert!(!answer.to_string().contains(secret(&plain)));
        for key in [&plain, &signed] {
            app.nobody().with_key(secret(key)).get("/v1/me").await.refuses(401, "REVOKED");
        }
        // Reported again it is still a key, and nothing happens.
        assert_eq!(labels(&report(&app.nobody(), &json!([leak(secret(&plain))])).await.is(200).body), ["true_positive"]);
    }

    async fn the_keys_that_it_narrows_go_with_it(app) {
        let owner = app.owner().await;
        let parent = owner.create_key(&["read"]).await;
        let child = owner.post("/v1/keys", json!({ "name": "child", "scopes": ["read"], "parentId": parent["id"] })).await.is(201);
        let actor = app.nobody().with_key(&child.text("secret"));
        actor.get("/v1/me").await.is(200);
        report(&app.nobody(), &json!([leak(secret(&parent))])).await.is(200);
        actor.get("/v1/me").await.refuses(401, "REVOKED");
    }

    /// S61: large batches.
    async fn a_hundred_are_taken_and_one_more_is_not(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&[]).await;
        let mut body: Vec<Value> = (0..99).map(|place| leak(&format!("gp_live_{place}"))).collect();
        body.push(leak(secret(&key)));
        let answer = report(&app.nobody(), &json!(body)).await.is(200).body;
        assert_eq!(labels(&answer).iter().filter(|label| **label == "true_positive").count(), 1);
        body.push(leak("one more"));
        report(&app.nobody(), &json!(body)).await.is(422);
    }
}

#[tokio::test]
async fn only_who_may_report_is_believed_and_only_to_the_byte() {
    let app = TestApp::sqlite().await;
    let key = app.owner().await.create_key(&[]).await;
    let bytes = json!([leak(secret(&key))]).to_string().into_bytes();
    let spaced = [bytes.as_slice(), b" "].concat();
    let good = signature(&bytes);
    let json = ("content-type", "application/json");
    let (id, signed) = ("github-public-key-identifier", "github-public-key-signature");
    for (what, body, headers) in [
        ("nothing", &bytes, vec![json]),
        ("no signature", &bytes, vec![json, (id, NAME)]),
        ("no name", &bytes, vec![json, (signed, good.as_str())]),
        ("another's name", &bytes, vec![json, (id, "another"), (signed, good.as_str())]),
        ("junk", &bytes, vec![json, (id, NAME), (signed, "AAAA")]),
        ("other bytes", &spaced, vec![json, (id, NAME), (signed, good.as_str())]),
    ] {
        let answer = app.nobody().send_raw(Method::POST, PATH, Some(body.clone()), &headers).await;
        assert_eq!((answer.status, &answer.body["code"]), (401, &json!("INVALID_SIGNATURE")), "{what}");
    }
    app.nobody().with_key(secret(&key)).get("/v1/me").await.is(200);
}

#[tokio::test]
async fn where_nobody_may_report_the_answer_says_so() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("LEAK_REPORT_KEYS", "")]).await;
    report(&app.nobody(), &json!([leak("x")])).await.refuses(404, "NOT_FOUND");
}

#[tokio::test]
async fn the_owner_is_told_and_the_audit_log_knows() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let key = owner.create_key(&[]).await;
    report(&app.nobody(), &json!([leak(secret(&key))])).await.is(200);
    let told = texts(&app, "owner || ' ' || type || ' ' || data", "events").await;
    let told: Vec<_> = told.into_iter().filter(|text| text.contains("key.leaked")).collect();
    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with(owner.user_id.as_deref().expect("an account")));
    assert!(told[0].contains(key["id"].as_str().expect("an id")) && told[0].contains("github.com/octocat"));
    let noted = texts(&app, "action || ' ' || target", "audit").await;
    assert!(noted.contains(&format!("key.leaked {}", key["id"].as_str().expect("an id"))), "{noted:?}");
    let states = texts(&app, "coalesce(state_before, '') || coalesce(state_after, '')", "audit").await;
    assert!(states.iter().chain(&told).all(|text| !text.contains(secret(&key))));
}

async fn texts(app: &TestApp, column: &'static str, table: &'static str) -> Vec<String> {
    let statement = Query::select().expr(Expr::cust(column)).from(Alias::new(table)).to_owned();
    let rows: Vec<(String,)> =
        app.app.db.read().await.expect("a connection").fetch_all(&statement).await.expect("rows");
    rows.into_iter().map(|(text,)| text).collect()
}

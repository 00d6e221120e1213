//! Publishable keys, by the one that is always there: the portal's.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::contract::{Operation, operations};
use crate::support::{Actor, Answer, TestApp};

fn portal(app: &TestApp) -> Actor {
    app.nobody().with_key(&gatepost::auth::portal_key())
}

/// A call of any operation from the portal's own pages, as a browser makes it.
async fn call(app: &TestApp, operation: Operation) -> Answer {
    let path = operation.path.replace(['{', '}'], "");
    let method: Method = operation.method.to_uppercase().parse().expect("a method");
    portal(app).send(method, &path, operation.example_body(), &[("origin", &app.base)]).await
}

fn takes_a_key(operation: &Operation) -> bool {
    let schemes = operation.object["security"].as_array().into_iter().flatten();
    schemes.filter_map(Value::as_object).any(|one| one.contains_key("apiKey"))
}

/// Every operation of the contract: what needs a scope or a certain caller is closed, and so is what tells of its owner.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_signs_people_in_and_reads_what_is_public_and_nothing_else() {
    let app = TestApp::sqlite().await;
    let (mut open, mut closed) = (0, 0);
    for operation in operations().into_iter().filter(takes_a_key) {
        let reads = matches!(operation.limit_class(), "read" | "free") && !operation.needs_credential();
        let signs_in = operation.object["tags"][0] == "auth" && operation.callers().contains(&"any");
        let answer = call(&app, operation).await;
        if reads || (signs_in && operation.scopes().is_empty()) {
            let let_in = answer.status != 403 && answer.body["code"] != "INVALID_KEY";
            assert!(let_in, "{}: {}", operation.id(), answer.body);
            open += 1;
        } else {
            assert_eq!(answer.status, 403, "{}: {}", operation.id(), answer.body);
            closed += 1;
        }
    }
    assert!(open > 0 && closed > 0, "{open} open, {closed} closed");
}

#[tokio::test]
async fn what_it_may_not_do_is_said() {
    let app = TestApp::sqlite().await;
    let answer = portal(&app).send(Method::GET, "/v1/me", None, &[("origin", &app.base)]).await;
    assert!(answer.refuses(403, "FORBIDDEN").body["detail"].as_str().is_some_and(|text| text.contains("publishable")));
}

both_engines! {
    async fn one_works_from_its_own_pages_alone(app) {
        let owner = app.owner().await;
        let body = json!({ "name": "app", "kind": "publishable", "allowedOrigins": ["https://app.example.com"] });
        let key = owner.post("/v1/keys", body).await.is(201);
        let secret = key.text("secret");
        assert!(secret.starts_with("gp_pub_") && secret.len() == 45 && key.body["scopes"] == json!([]));
        let actor = app.nobody().with_key(&secret);
        let from = async |headers: &[(&str, &str)]| actor.send(Method::GET, "/v1/items", None, headers).await;

        from(&[("origin", "https://app.example.com")]).await.is(200);
        from(&[("origin", "https://evil.example")]).await.refuses(403, "ORIGIN_DENIED");
        from(&[]).await.refuses(403, "ORIGIN_DENIED");
        let answer = actor.send(Method::GET, "/v1/me", None, &[("origin", "https://app.example.com")]).await;
        answer.refuses(403, "FORBIDDEN");
        owner.patch(&format!("/v1/keys/{}", key.text("id")), json!({ "scopes": ["read"] })).await.faults("/scopes");
    }
}

#[tokio::test]
async fn one_without_origins_or_with_a_scope_is_not_made() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    owner.post("/v1/keys", json!({ "name": "x", "kind": "publishable" })).await.faults("/allowedOrigins");
    let body =
        json!({ "name": "x", "kind": "publishable", "allowedOrigins": ["https://a.example"], "scopes": ["read"] });
    owner.post("/v1/keys", body).await.faults("/scopes");
}

#[tokio::test]
async fn verifying_it_says_valid_and_no_scopes() {
    let app = TestApp::sqlite().await;
    let body = json!({ "key": gatepost::auth::portal_key(), "origin": app.base });
    let known = app.admin().post("/v1/keys/verify", body).await.is(200).body;
    assert_eq!((&known["code"], &known["scopes"], &known["name"]), (&json!("VALID"), &json!([]), &json!("portal")));
}

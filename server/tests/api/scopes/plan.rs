use gatepost::domain::scopes::Scope;
use serde_json::{Value, json};

use crate::support::contract::operations;
use crate::support::{Actor, TestApp};

const PATH: &str = "/v1/scopes/plan";

async fn plan(actor: &Actor, body: Value) -> Value {
    actor.post(PATH, body).await.is(200).body
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|name| name.as_str().expect("a name")).collect()
}

fn of<'a>(plan: &'a Value, operation: &str) -> &'a Value {
    let all = plan["operations"].as_array().expect("operations");
    all.iter().find(|one| one["operation"] == operation).unwrap_or_else(|| panic!("{operation} in {plan}"))
}

both_engines! {
    async fn promise_10_the_plan_of_a_list_is_what_its_operations_ask_for_by_name(app) {
        let owner = app.owner().await;
        let plan = plan(&owner, json!({ "operations": ["createItem", "listKeys", "getKey", "listItems"] })).await;

        assert_eq!(names(&plan["scopes"]), ["keys:read", "write:items"]);
        assert_eq!(of(&plan, "listItems")["opens"], "anyone");
        assert_eq!(of(&plan, "createItem")["scopes"], json!(["write:items"]));
        assert_eq!((&plan["key"], &of(&plan, "listKeys")["calls"]), (&Value::Null, &Value::Null));
    }

    /// What the plan says is tried: a key with these scopes and no others calls each operation.
    async fn promise_10_a_key_with_the_planned_scopes_passes_the_gate_of_each_operation(app) {
        let owner = app.owner().await;
        for operation in operations() {
            let plan = plan(&owner, json!({ "operations": [operation.id()] })).await;
            let scopes = names(&plan["scopes"]);
            let opens = of(&plan, operation.id())["opens"].clone();
            // Whoever grants must hold: an administrator grants what only he may.
            let given = scopes.iter().any(|name| name.parse::<Scope>().is_ok_and(Scope::admin_granted));
            let key = if given || opens == "admin" { app.root().keyed(&scopes).await } else { owner.keyed(&scopes).await };
            let path = operation.path.replace(['{', '}'], "");
            let method = operation.method.to_uppercase().parse().expect("a method");
            // Without a body, which is read behind the gate: what is refused with 403 is refused by the gate.
            let answer = key.send(method, &path, None, &[]).await;
            let takes_keys = operation.takes("apiKey") || !operation.needs_credential();
            if opens == "user" {
                assert_eq!(plan["notOpened"], json!([operation.id()]));
                assert!(matches!(answer.status, 401 | 403), "{}: {}", operation.id(), answer.status);
            } else if takes_keys && !operation.takes_clients() {
                assert_eq!(plan["notOpened"], json!([]));
                assert!(!matches!(answer.status, 403), "{}: {} {}", operation.id(), answer.status, answer.body);
            }
        }
    }

    async fn what_a_key_called_needs_less_than_it_holds(app) {
        let owner = app.owner().await;
        let made = owner.create_key(&["read", "write:items"]).await;
        let key = owner.with_key(made["secret"].as_str().expect("a secret"));
        key.get("/v1/keys").await.is(200);
        key.get("/v1/keys").await.is(200);
        key.get("/v1/items").await.is(200);
        key.delete(&format!("/v1/keys/{}", made["id"].as_str().expect("an id"))).await.is(403);

        let plan = plan(&owner, json!({ "keyId": made["id"] })).await;
        assert_eq!(names(&plan["scopes"]), ["keys:read"]);
        assert_eq!(names(&plan["key"]["held"]), ["read", "write:items"]);
        assert_eq!(names(&plan["key"]["unneeded"]), ["read", "write:items"]);
        assert_eq!(names(&plan["key"]["missing"]), ["keys:write"]);
        assert_eq!((&of(&plan, "listKeys")["calls"], &of(&plan, "listKeys")["refused"]), (&json!(2), &json!(0)));
        assert_eq!((&of(&plan, "revokeKey")["calls"], &of(&plan, "revokeKey")["refused"]), (&json!(1), &json!(1)));
    }

    async fn only_the_calls_of_the_days_asked_for_are_looked_at(app) {
        let owner = app.owner().await;
        let made = owner.create_key(&["read"]).await;
        owner.with_key(made["secret"].as_str().expect("a secret")).get("/v1/keys").await.is(200);
        app.clock.advance(std::time::Duration::from_secs(3 * 86_400));
        let owner = app.sign_in(owner.account.clone().expect("an account")).await;

        let with = plan(&owner, json!({ "keyId": made["id"], "days": 3 })).await;
        assert_eq!(names(&with["scopes"]), ["keys:read"]);
        let without = plan(&owner, json!({ "keyId": made["id"], "days": 2 })).await;
        assert_eq!((names(&without["scopes"]), &without["operations"]), (vec![], &json!([])));
        assert_eq!(names(&without["key"]["unneeded"]), ["read"]);
    }

    async fn anothers_key_is_not_there_to_plan_for(app) {
        let made = app.owner().await.create_key(&["read"]).await;
        app.stranger().await.post(PATH, json!({ "keyId": made["id"] })).await.refuses(404, "NOT_FOUND");
        app.stranger().await.post(PATH, json!({ "keyId": "key_x" })).await.refuses(404, "NOT_FOUND");
    }
}

#[tokio::test]
async fn an_unknown_operation_is_pointed_at() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let answer = owner.post(PATH, json!({ "operations": ["listKeys", "makeTea", "getMe", "x"] })).await.is(422);
    let pointers: Vec<_> =
        answer.body["errors"].as_array().expect("faults").iter().map(|one| &one["pointer"]).collect();
    assert_eq!(pointers, ["/operations/1", "/operations/3"]);
}

#[tokio::test]
async fn a_question_is_a_list_or_a_key_and_never_both() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    owner.post(PATH, json!({ "operations": ["getMe"], "keyId": "key_x" })).await.faults("/keyId");
    owner.post(PATH, json!({ "operations": ["getMe"], "days": 3 })).await.faults("/days");
    owner.post(PATH, json!({ "days": 3 })).await.faults("/operations");
    owner.post(PATH, json!({})).await.is(422);
}

#[tokio::test]
async fn what_only_an_administrator_may_grant_is_said() {
    let app = TestApp::sqlite().await;
    let plan = plan(&app.owner().await, json!({ "operations": ["listAllKeys", "createItem", "changePassword"] })).await;
    assert_eq!((names(&plan["scopes"]), names(&plan["adminGranted"])), (vec!["admin"], vec!["admin"]));
    assert_eq!(names(&plan["notOpened"]), ["changePassword"]);
    assert_eq!(of(&plan, "listAllKeys")["opens"], "admin");
}

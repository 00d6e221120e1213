//! One small broken contract for each rule: a good one, with one thing put wrong.

use serde_json::{Value, json};

use super::check;

/// A contract that keeps every rule.
fn good() -> Value {
    let text = json!({ "type": "string", "maxLength": 100 });
    let error = json!({ "description": "No.", "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
    let refer = json!({ "$ref": "#/components/responses/No" });
    let scoped = json!([{ "apiKey": ["things:read"] }, { "bearer": ["things:read"] }]);
    let said = |id: &str, verb: &str| json!({ "operationId": id, "tags": ["things"], "summary": verb, "description": verb, "security": scoped, "x-caller": ["user"], "x-limit": "read" });
    let mut list = said("listThings", "List");
    list["parameters"] = json!([
        { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 20 } },
        { "name": "cursor", "in": "query", "schema": text },
    ]);
    list["responses"] = json!({ "200": { "description": "Yes.", "content": { "application/json": {
        "schema": { "$ref": "#/components/schemas/ThingPage" }, "example": { "data": [], "nextCursor": null }
    } } }, "401": refer, "403": refer, "429": refer, "500": refer });
    let mut create = said("createThing", "Create");
    create["parameters"] = json!([{ "name": "Idempotency-Key", "in": "header", "schema": text }]);
    create["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" }, "example": { "name": "a" } } } });
    create["responses"] = json!({ "201": { "description": "Yes.", "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } });
    for code in ["400", "401", "403", "409", "413", "415", "422", "429", "500"] {
        create["responses"][code] = refer.clone();
    }
    json!({
        "openapi": "3.1.1", "info": { "title": "Things", "version": "1" }, "tags": [{ "name": "things", "description": "Things." }],
        "paths": { "/v1/things": { "get": list, "post": create } },
        "webhooks": { "thing.created": { "post": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } } } } },
        "components": {
            "securitySchemes": { "apiKey": { "type": "apiKey", "in": "header", "name": "X-API-Key" }, "bearer": { "type": "http", "scheme": "bearer" } },
            "responses": { "No": error },
            "schemas": {
                "Scope": { "type": "string", "enum": ["things:read"] },
                "Thing": { "type": "object", "properties": { "name": text } },
                "ThingPage": { "type": "object", "properties": {
                    "data": { "type": "array", "maxItems": 100, "items": { "$ref": "#/components/schemas/Thing" } },
                    "nextCursor": { "type": ["string", "null"], "maxLength": 100 }
                } },
                "Problem": { "type": "object", "properties": { "title": text } }
            }
        }
    })
}

fn broken(contract: &Value) -> Vec<(&'static str, Option<usize>, String)> {
    let text = serde_json::to_string_pretty(contract).expect("JSON");
    let loaded = crate::from_text("contract.json", &text).expect("a document");
    check(&loaded).into_iter().map(|found| (found.code, found.line, found.to_string())).collect()
}

#[test]
fn a_good_contract_is_left_alone() {
    assert_eq!(broken(&good()), []);
}

#[test]
fn each_rule_refuses_what_breaks_it_with_line_and_remedy() {
    let list = "/paths/~1v1~1things/get";
    let create = "/paths/~1v1~1things/post";
    let thing = "/components/schemas/Thing/properties/name";
    let cases: Vec<(&str, String, Value)> = vec![
        ("rule-version", "/openapi".into(), json!("3.0.3")),
        ("rule-operation-id", format!("{list}/operationId"), Value::Null),
        ("rule-operation-id", format!("{list}/operationId"), json!("things")),
        ("rule-operation-id", format!("{list}/operationId"), json!("list_things")),
        ("rule-tag", format!("{list}/tags"), json!(["things", "more"])),
        ("rule-tag", format!("{list}/tags"), json!(["other"])),
        ("rule-text", format!("{list}/summary"), Value::Null),
        ("rule-text", format!("{list}/description"), json!("")),
        ("rule-example", format!("{list}/responses/200/content/application~1json/example"), Value::Null),
        ("rule-security", format!("{list}/security"), Value::Null),
        ("rule-security", format!("{list}/security"), json!([{ "apiKey": ["things:steal"] }])),
        ("rule-security", format!("{list}/security"), json!([{ "apiKey": ["things:read"] }, { "bearer": [] }])),
        ("rule-caller", format!("{list}/x-caller"), Value::Null),
        ("rule-caller", format!("{list}/x-caller"), json!(["everybody"])),
        ("rule-limit", format!("{list}/x-limit"), Value::Null),
        ("rule-limit", format!("{list}/x-limit"), json!("often")),
        ("rule-one-success", format!("{list}/responses/202"), json!({ "description": "Also." })),
        ("rule-error", format!("{list}/responses/default"), json!({ "$ref": "#/components/responses/No" })),
        ("rule-error", format!("{list}/responses/4XX"), json!({ "$ref": "#/components/responses/No" })),
        ("rule-error", format!("{list}/responses/404"), json!({ "description": "In place." })),
        ("rule-error", "/components/responses/No/content".into(), json!({ "text/plain": {} })),
        ("rule-codes", format!("{list}/responses/429"), Value::Null),
        ("rule-codes", format!("{create}/responses/422"), Value::Null),
        (
            "rule-media-type",
            format!("{create}/requestBody/content"),
            json!({ "text/plain": { "schema": { "type": "string", "maxLength": 9 }, "example": "a" } }),
        ),
        ("rule-list", "/components/schemas/ThingPage/properties/nextCursor".into(), Value::Null),
        ("rule-list", format!("{list}/parameters/0/schema/maximum"), json!(1000)),
        ("rule-idempotency", format!("{create}/parameters"), Value::Null),
        ("rule-webhook", "/webhooks/thing.created/post/requestBody".into(), Value::Null),
        ("rule-camel-case", "/components/schemas/Thing/properties/created_at".into(), json!({ "type": "boolean" })),
        ("rule-camel-case", format!("{list}/parameters/1/name"), json!("page_cursor")),
        ("rule-any-of", thing.into(), json!({ "anyOf": [{ "type": "boolean" }, { "type": "null" }] })),
        ("rule-nullable", thing.into(), json!({ "type": "boolean", "nullable": true })),
        ("rule-one-type", thing.into(), json!({ "type": ["boolean", "string"], "maxLength": 1 })),
        (
            "rule-untagged",
            thing.into(),
            json!({ "oneOf": [{ "type": "boolean" }, { "type": "string", "maxLength": 1 }] }),
        ),
        ("rule-bounds", thing.into(), json!({ "type": "string" })),
        ("rule-bounds", thing.into(), json!({ "type": "integer", "minimum": 0 })),
        ("rule-bounds", thing.into(), json!({ "type": "array", "items": { "type": "boolean" } })),
        ("rule-bounds", thing.into(), json!({ "type": "object", "additionalProperties": { "type": "boolean" } })),
    ];
    for (code, pointer, value) in cases {
        let mut contract = good();
        put(&mut contract, &pointer, value.clone());
        let found = broken(&contract);
        let one = found.iter().find(|(found, ..)| *found == code);
        let (_, line, text) = one.unwrap_or_else(|| panic!("{code} does not refuse {value} at {pointer}: {found:?}"));
        assert!(line.is_some_and(|line| line > 1), "{text}");
        assert!(text.starts_with("contract.json:") && text.contains("). "), "no place or remedy: {text}");
    }
}

#[test]
fn a_foreign_standard_excuses_bodies_and_names() {
    let mut contract = good();
    put(
        &mut contract,
        "/paths/~1v1~1things/post/requestBody/content",
        json!({ "application/x-www-form-urlencoded": { "schema": { "type": "object", "properties": { "grant_type": { "type": "string" } } }, "example": { "grant_type": "a" } } }),
    );
    assert!(!broken(&contract).is_empty());
    put(&mut contract, "/paths/~1v1~1things/post/x-foreign", json!("RFC 6749"));
    assert_eq!(broken(&contract), []);
}

/// Sets the value at a pointer; null removes the member.
fn put(root: &mut Value, pointer: &str, value: Value) {
    let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
    let parent = root.pointer_mut(parent).unwrap_or_else(|| panic!("no {parent}"));
    match parent.as_object_mut() {
        Some(members) if value.is_null() => drop(members.remove(&key.replace("~1", "/"))),
        Some(members) => drop(members.insert(key.replace("~1", "/"), value)),
        None => panic!("no object at {parent}"),
    }
}

//! Each rewriting of `for_progenitor`, and that progenitor takes what comes out.

use serde_json::{Value, json};

use super::for_progenitor;
use crate::targets::rust::plan::{Call, Plan};
use crate::targets::rust::run;

fn plan(schemas: &Value, operation: &Value) -> Plan {
    let document = json!({
        "openapi": "3.1.1", "info": { "title": "T", "version": "1" },
        "paths": { "/things/{thing-id}": { "post": operation } },
        "components": { "schemas": schemas },
    });
    Plan::new(&crate::from_text("t.json", &document.to_string()).expect("loads").api)
}

fn with_body(schemas: &Value) -> Value {
    let body = json!({ "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Sent" } } } });
    let answer = json!({ "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Shown" } } }, "description": "" });
    let operation = json!({
        "operationId": "do-it", "requestBody": body,
        "parameters": [
            { "name": "thing-id", "in": "path", "required": true, "schema": { "type": ["string", "null"], "minLength": 1 } },
            { "name": "session", "in": "cookie", "schema": { "type": "string" } },
        ],
        "responses": { "200": answer, "404": answer, "default": { "description": "" } },
    });
    let plan = plan(schemas, &operation);
    let calls: Vec<&Call> = plan.calls.iter().collect();
    let document = for_progenitor(&plan, &calls, true);
    run::progenitor(document.clone()).expect("progenitor takes it");
    document
}

fn properties(sent: &Value, shown: &Value) -> (Value, Value) {
    let object = |properties: &Value| json!({ "type": "object", "properties": properties });
    let document = with_body(&json!({ "Sent": object(sent), "Shown": object(shown) }));
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    (schema("Sent"), schema("Shown"))
}

#[test]
fn an_operation_has_one_answer_and_no_error_types() {
    let document =
        with_body(&json!({ "Sent": { "type": "object" }, "Shown": { "type": "object", "properties": { "a": {} } } }));
    let operation = &document["paths"]["/things/{thing_id}"]["post"];
    assert_eq!(operation["operationId"], "do_it");
    let responses = operation["responses"].as_object().expect("responses");
    assert_eq!(responses.keys().collect::<Vec<_>>(), ["200"]);
    assert!(responses["200"]["content"]["application/json"].is_object(), "problem+json is JSON");
}

#[test]
fn parameters_have_clean_names_no_null_and_no_cookies() {
    let document = with_body(&json!({ "Sent": { "type": "object" }, "Shown": { "type": "object" } }));
    let parameters = &document["paths"]["/things/{thing_id}"]["post"]["parameters"];
    assert_eq!(
        parameters,
        &json!([{ "name": "thing_id", "in": "path", "required": true, "schema": { "type": "string" } }])
    );
}

#[test]
fn bounds_formats_and_defaults_are_dropped() {
    let loose = json!({
        "text": { "type": "string", "minLength": 1, "maxLength": 3, "pattern": "^(?=a)", "format": "uri", "default": "x" },
        "count": { "type": "integer", "minimum": 1, "exclusiveMaximum": 9, "default": 3 },
        "list": { "type": "array", "items": { "type": "string" }, "maxItems": 2, "uniqueItems": true },
    });
    let (sent, shown) = properties(&loose, &loose);
    for schema in [&sent, &shown] {
        assert_eq!(schema["properties"]["text"], json!({ "type": "string" }));
        assert_eq!(schema["properties"]["count"], json!({ "type": "integer", "format": "int64" }));
    }
    assert_eq!(shown["properties"]["list"], json!({ "type": "array", "items": { "type": "string" } }));
    assert_eq!(sent["properties"]["list"]["nullable"], true, "an empty list is sent, an absent one is not");
}

#[test]
fn enums_are_text_here_and_are_written_open_elsewhere() {
    let document = with_body(&json!({
        "Sent": { "type": "object", "properties": { "sort": { "$ref": "#/components/schemas/Sort" } } },
        "Shown": { "type": "object" },
        "Sort": { "type": "string", "enum": ["ASC", "asc", ">", ">="] },
    }));
    assert_eq!(document["components"]["schemas"]["Sort"], json!({ "type": "string" }));
}

#[test]
fn what_null_clears_is_a_reference_to_a_nullable_component() {
    let nullable = json!({ "note": { "type": ["string", "null"] } });
    let document = with_body(&json!({
        "Sent": { "type": "object", "properties": nullable }, "Shown": { "type": "object", "properties": nullable },
    }));
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Sent"]["properties"]["note"], json!({ "$ref": "#/components/schemas/ClearableValue0" }));
    assert_eq!(schemas["ClearableValue0"], json!({ "type": "string", "nullable": true }));
    assert_eq!(
        schemas["Shown"]["properties"]["note"],
        json!({ "type": "string", "nullable": true }),
        "absent and null are one in an answer"
    );
}

#[test]
fn answers_keep_what_they_do_not_know_and_bodies_send_what_they_say() {
    let (sent, shown) = properties(&json!({ "a": { "type": "string" } }), &json!({ "a": { "type": "string" } }));
    assert_eq!(shown["additionalProperties"], json!({}));
    assert_eq!(sent.get("additionalProperties"), None);
}

#[test]
fn aliases_are_written_out_and_circles_of_them_end() {
    let document = with_body(&json!({
        "Sent": { "type": "object", "properties": { "name": { "$ref": "#/components/schemas/Name" }, "tree": { "$ref": "#/components/schemas/Tree" } } },
        "Shown": { "type": "object" },
        "Name": { "type": "string", "minLength": 1 },
        "Tree": { "type": "array", "items": { "$ref": "#/components/schemas/Tree" } },
    }));
    assert_eq!(document["components"]["schemas"]["Sent"]["properties"]["name"], json!({ "type": "string" }));
    assert!(document["components"]["schemas"].get("Name").is_none());
}

#[test]
fn names_that_the_code_uses_are_given_to_others() {
    let document = with_body(&json!({
        "Sent": { "type": "object", "properties": { "option": { "$ref": "#/components/schemas/Option" } } },
        "Shown": { "type": "object" },
        "Option": { "type": "object", "properties": { "someName": {}, "some_name": {} } },
    }));
    let option = &document["components"]["schemas"]["OptionType"];
    let names: Vec<_> = option["properties"].as_object().expect("properties").keys().collect();
    assert_eq!(names, ["some_name", "some_name_value"]);
}

//! Each rewriting, as before and after.

use serde_json::{Value, json};

use super::lower;
use crate::document::Document;

fn lowered(root: &Value) -> Value {
    let document = Document::from_text("test.json", root.to_string()).expect("a document");
    lower(&document).0
}

fn schema(before: &Value) -> Value {
    let root = json!({
        "openapi": "3.1.1", "info": { "title": "T", "version": "1" },
        "components": { "schemas": { "T": before, "Other": { "type": "object" } } }
    });
    lowered(&root)["components"]["schemas"]["T"].clone()
}

#[test]
fn each_word_of_3_1_becomes_its_word_in_3_0() {
    let other = "#/components/schemas/Other";
    let cases = [
        (
            json!({ "type": ["string", "null"], "maxLength": 3 }),
            json!({ "type": "string", "maxLength": 3, "nullable": true }),
        ),
        (json!({ "type": "null" }), json!({ "type": "string", "nullable": true, "enum": [null] })),
        (
            json!({ "type": ["string", "integer"], "maxLength": 3 }),
            json!({ "anyOf": [{ "type": "string", "maxLength": 3 }, { "type": "integer" }] }),
        ),
        (
            json!({ "oneOf": [{ "$ref": other }, { "type": "null" }] }),
            json!({ "nullable": true, "allOf": [{ "$ref": other }] }),
        ),
        (
            json!({ "anyOf": [{ "type": "string" }, { "type": "null" }], "title": "x" }),
            json!({ "title": "x", "nullable": true, "type": "string" }),
        ),
        (
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }, { "type": "null" }] }),
            json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }], "nullable": true }),
        ),
        (json!({ "const": "a" }), json!({ "type": "string", "enum": ["a"] })),
        (json!({ "type": "string", "examples": ["a", "b"] }), json!({ "type": "string", "example": "a" })),
        (
            json!({ "type": "integer", "exclusiveMinimum": 0 }),
            json!({ "type": "integer", "minimum": 0, "exclusiveMinimum": true }),
        ),
        (json!({ "type": "integer", "exclusiveMaximum": 9, "maximum": 5 }), json!({ "type": "integer", "maximum": 5 })),
        (json!({ "$ref": other, "description": "x" }), json!({ "description": "x", "allOf": [{ "$ref": other }] })),
        (json!({ "$ref": other }), json!({ "$ref": other })),
        (json!({ "type": "array" }), json!({ "type": "array", "items": {} })),
        (json!({ "type": "array", "items": true }), json!({ "type": "array", "items": {} })),
        (json!({ "properties": { "a": false } }), json!({ "properties": { "a": { "not": {} } } })),
        (
            json!({ "type": "string", "contentEncoding": "base64" }),
            json!({ "type": "string", "x-contentEncoding": "base64", "format": "byte" }),
        ),
        (
            json!({ "type": "object", "required": [], "additionalProperties": true }),
            json!({ "type": "object", "additionalProperties": true }),
        ),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
            json!({
                "type": "array", "maxItems": 2, "items": { "anyOf": [{ "type": "string" }, { "type": "integer" }] },
                "x-prefixItems": [{ "type": "string" }, { "type": "integer" }]
            }),
        ),
        (json!({ "type": "string", "if": {}, "x-kept": 1 }), json!({ "type": "string", "x-if": {}, "x-kept": 1 })),
    ];
    for (before, after) in cases {
        assert_eq!(schema(&before), after, "of {before}");
    }
}

#[test]
fn examples_and_defaults_are_values_and_stay() {
    let value = json!({ "type": ["string", "null"], "const": 1 });
    let kept = schema(&json!({ "type": "object", "default": value, "example": value }));
    assert_eq!((&kept["default"], &kept["example"]), (&value, &value));
}

#[test]
fn scopes_of_keys_and_tokens_move_out_of_security() {
    let root = lowered(&json!({
        "openapi": "3.1.1", "info": { "title": "T", "version": "1" },
        "paths": { "/a": { "get": { "security": [{ "key": ["a:read"] }, { "token": ["a:read"] }, { "oauth": ["a"] }], "responses": {} } } },
        "components": { "securitySchemes": {
            "key": { "type": "apiKey", "in": "header", "name": "X" }, "token": { "type": "http", "scheme": "bearer" },
            "oauth": { "type": "oauth2", "flows": {} }
        } }
    }));
    let operation = &root["paths"]["/a"]["get"];
    assert_eq!(operation["security"], json!([{ "key": [] }, { "token": [] }, { "oauth": ["a"] }]));
    assert_eq!(operation["x-required-scopes"], json!(["a:read"]));
    assert_eq!(operation["responses"], json!({ "default": { "description": "" } }));
}

#[test]
fn what_3_0_lacks_around_schemas_moves_aside() {
    let root = lowered(&json!({
        "openapi": "3.1.1", "info": { "title": "T", "version": "1", "summary": "s", "license": { "name": "MIT", "identifier": "MIT" } },
        "webhooks": { "made": { "post": { "requestBody": { "content": { "application/json": { "schema": { "const": 1 } } } } } } },
        "components": { "securitySchemes": { "tls": { "type": "mutualTLS" } }, "pathItems": {} }
    }));
    assert_eq!(root["openapi"], "3.0.3");
    assert_eq!(root["info"]["x-summary"], "s");
    assert_eq!(root["info"]["license"], json!({ "name": "MIT", "x-identifier": "MIT" }));
    assert_eq!(root["paths"], json!({}));
    assert!(root.get("webhooks").is_none());
    let media = &root["x-webhooks"]["made"]["post"]["requestBody"]["content"]["application/json"];
    assert_eq!(media["schema"], json!({ "type": "integer", "enum": [1] }));
    assert_eq!(root["components"]["securitySchemes"], json!({}));
}

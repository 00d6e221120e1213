//! Each way of writing a type, in both dialects, and what the model makes of it.

use serde_json::{Value, json};

use crate::model::{Additional, Api, Kind, PageKind, Schema, Variant};
use crate::{Loaded, from_text};

fn load(root: &Value) -> Loaded {
    from_text("test.json", &root.to_string()).unwrap_or_else(|error| panic!("{error}"))
}

fn with_types(version: &str, types: &Value) -> Loaded {
    load(&json!({ "openapi": version, "info": { "title": "T", "version": "1" }, "components": { "schemas": types } }))
}

fn shown(version: &str, schema: &Value) -> String {
    let other = json!({ "type": "object", "properties": { "a": { "type": "string" } } });
    let types = json!({ "T": schema, "Other": other, "Kind": { "type": "string", "enum": ["x", "y"] } });
    let api = with_types(version, &types).api;
    show(&api.types["T"].schema)
}

/// A type in a few letters.
fn show(schema: &Schema) -> String {
    let text = match &schema.kind {
        Kind::Any => "any".to_owned(),
        Kind::Never => "never".to_owned(),
        Kind::Null => "null".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::String(text) => {
            format!("string{}", text.format.as_ref().map(|format| format!("({format})")).unwrap_or_default())
        }
        Kind::Integer(bounds) | Kind::Number(bounds) => {
            let name = if matches!(schema.kind, Kind::Integer(_)) { "int" } else { "num" };
            let part = |sign: &str, bound: &Option<serde_json::Number>| {
                bound.as_ref().map(|bound| format!("{sign}{bound}")).unwrap_or_default()
            };
            [
                name.to_owned(),
                part(">=", &bounds.minimum),
                part(">", &bounds.exclusive_minimum),
                part("<=", &bounds.maximum),
                part("<", &bounds.exclusive_maximum),
            ]
            .concat()
        }
        Kind::Enum(set) => {
            let values: Vec<String> = set.values.iter().map(|one| one.value.to_string()).collect();
            format!("enum({}{})", values.join(","), if set.open { ",…" } else { "" })
        }
        Kind::Const(value) => format!("={value}"),
        Kind::Array(array) => format!("[{}]", show(&array.items)),
        Kind::Tuple(tuple) => {
            let places: Vec<String> = tuple.items.iter().map(show).collect();
            format!(
                "({}{})",
                places.join(","),
                tuple.rest.as_ref().map(|rest| format!(",...{}", show(rest))).unwrap_or_default()
            )
        }
        Kind::Map(map) => format!("{{*:{}}}", show(&map.values)),
        Kind::Object(object) => {
            let mut members: Vec<String> = object
                .properties
                .iter()
                .map(|one| format!("{}{}:{}", one.name, if one.required { "" } else { "?" }, show(&one.schema)))
                .collect();
            match &object.additional {
                Additional::Unsaid => {}
                Additional::Forbidden => members.push("!".to_owned()),
                Additional::Typed(typed) => members.push(format!("*:{}", show(typed))),
            }
            format!("{{{}}}", members.join(","))
        }
        Kind::Union(union) => union.variants.iter().map(show_variant).collect::<Vec<_>>().join(if union.exclusive {
            " ^ "
        } else {
            " | "
        }),
        Kind::Intersection(parts) => parts.iter().map(show).collect::<Vec<_>>().join(" & "),
        Kind::Ref(name) => format!("@{name}"),
    };
    if schema.nullable { format!("{text}?") } else { text }
}

fn show_variant(variant: &Variant) -> String {
    let tags = if variant.tags.is_empty() { String::new() } else { format!("{}=>", variant.tags.join("/")) };
    format!("{tags}{}", show(&variant.schema))
}

fn all(version: &str, cases: &[(Value, &str)]) {
    for (schema, expected) in cases {
        assert_eq!(shown(version, schema), *expected, "of {schema}");
    }
}

#[test]
fn null_values_and_numbers_become_one_shape() {
    let other = "#/components/schemas/Other";
    let cases = [
        (json!({ "type": "string", "format": "uuid" }), "string(uuid)"),
        (json!({ "type": ["string", "null"] }), "string?"),
        (json!({ "type": ["string", null] }), "string?"),
        (json!({ "type": "null" }), "null"),
        (json!({ "type": ["string", "integer", "null"] }), "string | int?"),
        (json!({ "oneOf": [{ "$ref": other }, { "type": "null" }] }), "@Other?"),
        (json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] }), "int?"),
        (json!({ "oneOf": [{ "const": null }, { "type": "string" }, { "type": "boolean" }] }), "string ^ bool?"),
        (json!({ "const": "a" }), "=\"a\""),
        (json!({ "const": null }), "null"),
        (json!({ "enum": ["a", "b", null, "a"] }), "enum(\"a\",\"b\")?"),
        (json!({ "enum": [] , "type": "string" }), "string"),
        (json!({ "type": "string", "enum": [1, true] }), "enum(\"1\",\"true\")"),
        (json!({ "enum": [true, false] }), "bool"),
        (json!({ "anyOf": [{ "type": "string" }, { "enum": ["a"] }] }), "enum(\"a\",…)"),
        (json!({ "type": "integer", "exclusiveMinimum": 0, "maximum": 9 }), "int>0<=9"),
        (
            json!({ "type": "number", "minimum": 0, "exclusiveMinimum": true, "maximum": 1, "exclusiveMaximum": false }),
            "num>0<=1",
        ),
    ];
    all("3.1.1", &cases);
}

#[test]
fn lists_and_objects_become_one_shape() {
    let cases = [
        (json!(true), "any"),
        (json!(false), "never"),
        (json!({}), "any"),
        (json!({ "not": {} }), "never"),
        (json!({ "type": "array", "items": { "type": "string" } }), "[string]"),
        (json!({ "items": false }), "[never]"),
        (json!({ "type": "array" }), "[any]"),
        (
            json!({ "type": "array", "prefixItems": [{ "type": "string" }, { "type": "integer" }], "items": false }),
            "(string,int)",
        ),
        (json!({ "type": "array", "prefixItems": [{ "type": "string" }] }), "(string,...any)"),
        (json!({ "type": "object" }), "{*:any}"),
        (json!({ "additionalProperties": { "type": "integer" } }), "{*:int}"),
        (json!({ "patternProperties": { "^x": { "type": "integer" } }, "additionalProperties": false }), "{*:int}"),
        (json!({ "type": "object", "additionalProperties": false }), "{!}"),
        (
            json!({ "properties": { "a": true, "b": { "type": "string" } }, "required": ["b", "zz"] }),
            "{a?:any,b:string}",
        ),
        (
            json!({ "properties": { "a": { "type": "string" } }, "additionalProperties": { "type": "integer" } }),
            "{a?:string,*:int}",
        ),
    ];
    all("3.1.1", &cases);
}

#[test]
fn compositions_and_references_become_one_shape() {
    let other = "#/components/schemas/Other";
    let cases = [
        (json!({ "allOf": [{ "$ref": other }], "description": "x" }), "@Other"),
        (json!({ "$ref": other, "description": "x" }), "@Other"),
        (json!({ "$ref": other, "required": ["a"] }), "{a:string}"),
        (
            json!({ "allOf": [{ "$ref": other }, { "properties": { "b": { "type": "integer" } } }, { "required": ["a"] }] }),
            "{a:string,b?:int}",
        ),
        (
            json!({ "allOf": [{ "$ref": other }], "properties": { "a": { "type": "string", "format": "date" } } }),
            "{a?:string(date)}",
        ),
        (json!({ "allOf": [{ "type": "string" }, { "maxLength": 4 }] }), "string"),
        (json!({ "allOf": [{ "type": "string" }, { "type": "integer" }] }), "string & int"),
        (
            json!({ "type": "object", "properties": { "a": { "type": "string" }, "b": { "type": "string" } }, "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] }),
            "{a?:string,b?:string}",
        ),
        (
            json!({ "properties": { "n": { "type": "integer" } }, "oneOf": [{ "$ref": other }, { "properties": { "z": true } }] }),
            "{n?:int,a?:string} ^ {n?:int,z?:any}",
        ),
        (
            json!({ "oneOf": [{ "oneOf": [{ "type": "string" }, { "type": "integer" }] }, { "type": "string" }] }),
            "string ^ int",
        ),
        (json!({ "anyOf": [{ "type": "string" }, {}] }), "any"),
        (json!({ "$ref": "#/components/schemas/Other/properties/a" }), "@OtherA"),
        (json!({ "$ref": "#/components/schemas/None" }), "any"),
        (json!({ "$ref": "https://example.com/a.json" }), "any"),
        (json!({ "type": "file" }), "string(binary)"),
    ];
    all("3.1.1", &cases);
}

#[test]
fn what_3_0_alone_says() {
    let other = "#/components/schemas/Other";
    let cases = [
        (json!({ "type": "string", "nullable": true }), "string?"),
        (json!({ "nullable": true, "allOf": [{ "$ref": other }] }), "@Other?"),
        (json!({ "$ref": other, "required": ["a"] }), "@Other"),
        (json!({ "type": "string", "enum": ["a", null], "nullable": true }), "enum(\"a\")?"),
        (json!({ "type": "integer", "maximum": 5, "exclusiveMaximum": true }), "int<5"),
    ];
    all("3.0.3", &cases);
}

#[test]
fn discriminators_are_declared_or_found() {
    let cat = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "const": "cat" } } });
    let dog = json!({ "type": "object", "required": ["kind"], "properties": { "kind": { "enum": ["dog", "wolf"] } } });
    let (cat_ref, dog_ref) =
        (json!({ "$ref": "#/components/schemas/Cat" }), json!({ "$ref": "#/components/schemas/Dog" }));
    let types = json!({
        "Cat": cat, "Dog": dog,
        "Found": { "oneOf": [cat_ref, dog_ref] },
        "Mapped": { "oneOf": [cat_ref, dog_ref], "discriminator": { "propertyName": "kind", "mapping": { "miau": "#/components/schemas/Cat", "wuff": "Dog" } } },
        "Said": { "oneOf": [cat_ref, dog_ref], "discriminator": { "propertyName": "kind" } },
        "Named": { "oneOf": [cat_ref, dog_ref], "discriminator": { "propertyName": "type" } },
        "Mixed": { "oneOf": [cat_ref, { "type": "string" }] },
    });
    let api = with_types("3.1.1", &types).api;
    let of = |name: &str| show(&api.types[name].schema);
    assert_eq!(of("Found"), "cat=>@Cat ^ dog/wolf=>@Dog");
    assert_eq!(of("Mapped"), "miau=>@Cat ^ wuff=>@Dog");
    assert_eq!(of("Said"), "cat=>@Cat ^ dog/wolf=>@Dog");
    assert_eq!(of("Named"), "Cat=>@Cat ^ Dog=>@Dog");
    assert_eq!(of("Mixed"), "@Cat ^ string");
}

#[test]
fn inline_types_get_unique_names_on_demand() {
    let inner = json!({ "type": "object", "properties": { "price": { "type": "object", "properties": { "amount": { "type": "integer" } } } } });
    let api = with_types("3.1.1", &json!({ "Item": inner, "ItemPrice": { "type": "string" } })).api;
    let named = api.with_named_inlines();
    assert_eq!(show(&named.types["Item"].schema), "{price?:@ItemPrice2}");
    assert_eq!(show(&named.types["ItemPrice2"].schema), "{amount?:int}");
    assert_eq!(show(&api.types["Item"].schema), "{price?:{amount?:int}}", "the model itself stays");
}

fn operations(paths: &Value) -> Api {
    let page = json!({ "type": "object", "properties": { "items": { "type": "array", "items": {} }, "meta": { "type": "object", "properties": { "next_cursor": { "type": "string" } } } } });
    load(&json!({ "openapi": "3.0.0", "paths": paths, "components": { "schemas": { "Page": page } } })).api
}

#[test]
fn method_names_leave_the_resource_out_unless_two_would_be_one() {
    let operation = |id: &str, tag: &str| json!({ "operationId": id, "tags": [tag], "responses": {} });
    let api = operations(&json!({ "/a": {
        "get": operation("createKey", "keys"), "put": operation("revokeKey", "keys"), "post": operation("revokeKeys", "keys"),
        "delete": operation("repos/list-for-user", "repos"), "patch": operation("getRateLimit", "me"), "head": operation("list_categories", "categories"),
        "options": operation("keys", "keys"),
    } }));
    let names: Vec<&str> = api.operations.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["create", "revokeKey", "revokeKeys", "listForUser", "getRateLimit", "list", "keys"]);
}

#[test]
fn ids_are_filled_in_and_made_unique() {
    let api = operations(&json!({
        "/v1/users/{id}": { "get": {}, "put": { "operationId": "same" } }, "/v1/users/{id}.{ext}": { "get": { "operationId": "same" }, "post": { "operationId": " " } }
    }));
    let ids: Vec<&str> = api.operations.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["getUsersById", "same", "getUsersByIdExt", "postUsersByIdExt"]);
    assert!(api.operations.iter().all(|one| one.resource == "users"));
    assert_eq!(api.operations[2].parameters.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["id", "ext"]);
}

#[test]
fn templates_of_routers_mean_their_parameters() {
    let declared =
        |name: &str| json!([{ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }]);
    let loaded = load(&json!({ "openapi": "3.0.0", "paths": {
        "/a/{path*}": { "get": { "operationId": "a", "parameters": declared("path") } },
        "/b/{id:[0-9]+}.json": { "get": { "operationId": "b", "parameters": declared("id") } },
    } }));
    assert_eq!(loaded.diagnostics, []);
    let parts: Vec<String> = loaded.api.operations.iter().map(|one| format!("{:?}", one.segments[1].parts)).collect();
    assert_eq!(parts, ["[Parameter(\"path\")]", "[Parameter(\"id\"), Literal(\".json\")]"]);
}

#[test]
fn pages_are_seen_in_the_shape_of_the_answer() {
    let answer = |schema: Value| json!({ "200": { "content": { "application/json": { "schema": schema } } } });
    let query = |name: &str, kind: &str| json!([{ "name": name, "in": "query", "schema": { "type": kind } }]);
    let page = json!({ "$ref": "#/components/schemas/Page" });
    let list = json!({ "type": "array", "items": {} });
    let api = operations(&json!({
        "/cursor": { "get": { "parameters": query("cursor", "string"), "responses": answer(page.clone()) } },
        "/number": { "get": { "parameters": query("page", "integer"), "responses": answer(list.clone()) } },
        "/offset": { "get": { "parameters": query("offset", "integer"), "responses": answer(page.clone()) } },
        "/whole": { "get": { "responses": answer(list) } },
        "/body": { "post": { "requestBody": { "content": { "application/json": { "schema": { "properties": { "cursor": { "type": "string" } } } } } }, "responses": answer(page) } },
    }));
    let kinds: Vec<String> = api
        .operations
        .iter()
        .map(|one| {
            one.page.as_ref().map_or_else(
                || "none".to_owned(),
                |page| match &page.kind {
                    PageKind::Cursor { next, parameter } => format!(
                        "{} by {} to {:?} in {}",
                        page.items.join("."),
                        next.join("."),
                        parameter.place,
                        parameter.name
                    ),
                    PageKind::Number { first, .. } => format!("number from {first}"),
                    PageKind::Offset { .. } => "offset".to_owned(),
                },
            )
        })
        .collect();
    assert_eq!(
        kinds,
        [
            "items by meta.next_cursor to Query in cursor",
            "number from 1",
            "offset",
            "none",
            "items by meta.next_cursor to Body in cursor"
        ]
    );
}

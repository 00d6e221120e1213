//! The fake's request log, its statistics and its plans of scopes.

use poem::{Request, Response};
use serde_json::{Value, json};

use super::{ok, problem};

/// The request of the fake's log that has headers.
pub const REQUEST: &str = "req_7";

pub fn requests(request: &Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if query.contains("operationId=Bad") {
        let fault = json!([{ "in": "query", "pointer": "/operationId", "message": "is no operation" }]);
        return problem(422, "INVALID", "1 fault in the request.", &fault);
    }
    if query.contains("operationId=none") {
        return ok(json!({ "data": [], "nextCursor": null }));
    }
    let next = if query.contains("cursor=") { Value::Null } else { json!("older/&=") };
    let mut missing = logged();
    // So that tests see what was asked.
    missing["userAgent"] = json!(query);
    let made = json!({ "id": "req_6", "createdAt": "2026-11-22T11:00:00.000Z", "userId": null, "keyId": null, "sessionId": null, "operationId": "listItems",
        "method": "GET", "path": "/v1/items", "query": "limit=5", "status": 200, "code": null, "latencyMs": 31.4, "address": "203.0.113.8", "userAgent": null });
    ok(json!({ "data": [missing, made], "nextCursor": next }))
}

pub fn one_request(id: &str) -> Response {
    if id != REQUEST {
        return problem(404, "NOT_FOUND", "There is no such request.", &json!([]));
    }
    let mut detail = logged();
    detail["headers"] = json!([{ "name": "accept", "value": "*/* <b>" }, { "name": "authorization", "value": null }]);
    ok(detail)
}

fn logged() -> Value {
    json!({ "id": REQUEST, "createdAt": "2026-11-22T12:00:00.000Z", "userId": "usr_1", "keyId": "key_1", "sessionId": null, "operationId": "getItem",
        "method": "GET", "path": "/v1/items/itm_<1>", "query": null, "status": 404, "code": "NOT_FOUND", "latencyMs": 1.284, "address": "203.0.113.7", "userAgent": "curl/8 <b>" })
}

pub fn stats() -> Value {
    json!({ "from": "2026-11-21T12:00:00.000Z", "to": "2026-11-22T12:00:00.000Z",
        "totals": { "count": 1200, "errors": 30, "errorRate": 0.025, "latencyMsP50": 1.2, "latencyMsP95": 8.4, "latencyMsP99": 21.5 },
        "statuses": [{ "status": 200, "count": 1170 }, { "status": 404, "count": 30 }],
        "operations": [{ "operationId": "getItem", "count": 800, "errors": 30 }],
        "keys": [{ "keyId": "key_1", "count": 1000, "errors": 28 }],
        "owners": [{ "userId": "usr_1", "count": 1100, "errors": 30 }] })
}

pub fn overview() -> Value {
    json!({ "version": "0.1.0", "startedAt": "2026-11-20T12:30:00.000Z", "users": 12, "sessions": 9,
        "keys": { "active": 20, "disabled": 1, "idle": 0, "expired": 3, "revoked": 4 },
        "requests": { "count": 1200, "errors": 30 }, "requestLog": { "enabled": true, "dropped": 17 },
        "checks": [{ "name": "database", "engine": "sqlite", "status": "ok" }, { "name": "limits", "engine": "redis", "status": "degraded" }] })
}

/// A key that called nothing where its name says so.
pub fn plan(body: &Value, keys: &[Value]) -> Response {
    let id = &body["keyId"];
    let Some(key) = keys.iter().find(|key| key["id"] == *id) else {
        return problem(404, "NOT_FOUND", "There is no such key.", &json!([]));
    };
    let (scopes, unneeded, operations) = match key["name"].as_str() {
        Some("Unused") => (json!([]), key["scopes"].clone(), json!([])),
        Some("Exact") => (key["scopes"].clone(), json!([]), calls()),
        _ => (json!(["keys:read"]), json!(["read:items"]), calls()),
    };
    ok(json!({ "scopes": scopes, "adminGranted": [], "notOpened": [], "operations": operations,
        "key": { "keyId": id, "from": "2026-10-23T00:00:00.000Z", "to": "2026-11-23T00:00:00.000Z", "held": key["scopes"], "unneeded": unneeded, "missing": ["write:items"] } }))
}

fn calls() -> Value {
    json!([
        { "operation": "createItem", "scopes": ["write:items"], "opens": "key", "calls": 2, "refused": 2 },
        { "operation": "listKeys", "scopes": ["keys:read"], "opens": "key", "calls": 40, "refused": 0 },
    ])
}

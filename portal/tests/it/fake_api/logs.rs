//! The fake's request log, its statistics and its plans of scopes; usage and the audit log.

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

/// Two pages of the audit log; what was asked for stands in the first entry's target.
pub fn audit(request: &Request) -> Response {
    let query = request.uri().query().unwrap_or_default();
    if query.contains("action=Bad") {
        let faults = json!([{ "in": "query", "pointer": "/action", "message": "must match \"^[a-z_]+$\"" }]);
        return problem(422, "INVALID", "1 fault in the request.", &faults);
    }
    let entry = |position: i64, actor: Value, before: Value, after: Value| {
        json!({ "id": format!("aud_{position}"), "position": position, "createdAt": "2026-11-22T12:00:00.000Z",
        "action": "key.updated", "actorId": actor, "credential": "ses_1", "address": "203.0.113.9", "requestId": "req_7", "target": format!("key_{position}?{query}"),
        "ownerId": "usr_1", "before": before, "after": after, "previousHash": "", "hash": "a6c8e0" })
    };
    let changed = entry(2, json!("usr_1"), json!({ "name": "Shop" }), json!({ "name": "Shop <b>" }));
    let data = if query.contains("action=none") {
        vec![]
    } else {
        vec![changed, entry(1, Value::Null, Value::Null, Value::Null)]
    };
    let next = if query.contains("cursor=") || data.is_empty() { Value::Null } else { json!("older/&=") };
    ok(json!({ "data": data, "nextCursor": next }))
}

pub fn usage(request: &Request) -> Value {
    let query = request.uri().query().unwrap_or_default();
    let bucket = |key: Option<&str>, operation: Option<&str>, status: Option<i64>, count: i64, errors: i64| json!({ "start": "2026-11-22T12:00:00.000Z", "keyId": key, "operation": operation, "status": status, "count": count, "errors": errors, "latencyMsP50": 2.0, "latencyMsP95": 9.0 });
    let data = match () {
        () if query.contains("groupBy=key") => {
            vec![bucket(Some("key_1"), None, None, 9, 1), bucket(None, None, None, 3, 0)]
        }
        () if query.contains("groupBy=status") => {
            vec![bucket(None, None, Some(200), 11, 0), bucket(None, None, Some(404), 1, 1)]
        }
        () => vec![bucket(None, Some("listItems"), None, 8, 0), bucket(None, Some("createItem"), None, 4, 1)],
    };
    json!({ "from": "2026-11-21T12:00:00.000Z", "to": "2026-11-22T13:00:00.000Z", "interval": "hour", "groupBy": "key",
        "totals": { "count": 12, "errors": 1, "latencyMsP50": 2.0, "latencyMsP95": 9.0 }, "data": data })
}

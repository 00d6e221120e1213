//! The fake's webhooks, and what was sent to them.

use poem::http::StatusCode;
use poem::{IntoResponse as _, Request, Response};
use serde_json::{Value, json};

use super::{Seen, json_response, ok, problem};

pub const WEBHOOK_SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
/// The one event that there is.
pub const EVENT: &str = "evt_01k9z3v8q2m4n6p8r0s2t4v6w8";
/// The delivery that fails.
pub const FAILING: &str = "dlv_1";

pub fn answer(seen: &Seen, request: &Request, line: &str, body: &Value) -> Response {
    let (method, path) = line.split_once(" /v1/webhooks").unwrap();
    let mut webhooks = seen.webhooks.lock().unwrap();
    let mut steps = path.trim_start_matches('/').splitn(2, '/');
    let (id, rest) = (steps.next().unwrap_or_default(), steps.next().unwrap_or_default());
    if id.is_empty() {
        return if method == "POST" {
            create(&mut webhooks, body)
        } else {
            ok(json!({ "data": *webhooks, "nextCursor": null }))
        };
    }
    let Some(place) = webhooks.iter().position(|webhook| webhook["id"] == id) else {
        return problem(404, "NOT_FOUND", "There is no such webhook.", &json!([]));
    };
    let disabled = webhooks[place]["enabled"] == false;
    match (method, rest) {
        ("GET", "") => ok(webhooks[place].clone()),
        ("PATCH", "") => change(&mut webhooks[place], body),
        ("DELETE", "") => {
            webhooks.remove(place);
            StatusCode::NO_CONTENT.into_response()
        }
        ("GET", "health") => ok(health(id)),
        ("POST", "rotate-secret") => rotate(id, body),
        ("POST", _) if disabled => problem(409, "CONFLICT", "The webhook is disabled.", &json!([])),
        ("POST", "test") => ok(delivery("dlv_2", id)),
        ("POST", "deliveries/replay-failed") => ok(json!({ "replayed": 2 })),
        ("POST", _) if rest.starts_with("events/") => replay_event(rest, id),
        ("GET", "deliveries") => deliveries(id, request.uri().query().unwrap_or_default()),
        ("GET", "deliveries/dlv_1" | "deliveries/dlv_2") => ok(detail(&rest["deliveries/".len()..], id)),
        ("POST", "deliveries/dlv_1/replay") => ok(delivery(FAILING, id)),
        _ => problem(404, "NOT_FOUND", "There is no such delivery.", &json!([])),
    }
}

fn faults(body: &Value) -> Vec<Value> {
    let fault = |pointer: &str, message: &str| json!({ "in": "body", "pointer": pointer, "message": message });
    let mut faults = Vec::new();
    if body["url"].as_str().is_some_and(|url| !url.starts_with("https://")) {
        faults.push(fault("/url", "leads to no public address"));
    }
    if body["events"].as_array().is_some_and(Vec::is_empty) {
        faults.push(fault("/events", "has at least 1 item"));
    }
    if body["events"][1] == "no.such" {
        faults.push(fault("/events/1", "names no kind of event"));
    }
    if body["ratePerSecond"].as_i64().is_some_and(|rate| !(1..=1000).contains(&rate)) {
        faults.push(fault("/ratePerSecond", "is from 1 to 1000"));
    }
    faults
}

fn create(webhooks: &mut Vec<Value>, body: &Value) -> Response {
    let faults = faults(body);
    if !faults.is_empty() {
        return problem(422, "INVALID", "Something is wrong.", &json!(faults));
    }
    if webhooks.len() >= 3 {
        return problem(409, "CONFLICT", "An account has at most 3 webhooks.", &json!([]));
    }
    let webhook = json!({ "id": format!("whk_{}", webhooks.len() + 1), "url": body["url"], "events": body["events"], "description": body["description"],
        "ratePerSecond": body["ratePerSecond"], "enabled": true, "disabledAt": null, "disabledCause": null, "createdAt": "2026-11-22T12:00:00.000Z", "updatedAt": "2026-11-22T12:00:00.000Z" });
    webhooks.insert(0, webhook.clone());
    let mut created = webhook;
    created["secret"] = json!(WEBHOOK_SECRET);
    json_response(201, &created)
}

fn change(webhook: &mut Value, body: &Value) -> Response {
    let faults = faults(body);
    if !faults.is_empty() {
        return problem(422, "INVALID", "Something is wrong.", &json!(faults));
    }
    for (name, value) in body.as_object().into_iter().flatten() {
        webhook[name.as_str()] = value.clone();
    }
    if let Some(enabled) = body["enabled"].as_bool() {
        webhook["disabledAt"] = if enabled { Value::Null } else { json!("2026-11-22T12:20:00.000Z") };
        webhook["disabledCause"] = if enabled { Value::Null } else { json!("owner") };
    }
    ok(webhook.clone())
}

fn rotate(id: &str, body: &Value) -> Response {
    let ends = if body["overlapSeconds"] == 0 { "2026-11-22T12:30:00.000Z" } else { "2026-11-23T12:30:00.000Z" };
    ok(json!({ "webhookId": id, "secret": WEBHOOK_SECRET, "previousExpiresAt": ends }))
}

fn replay_event(rest: &str, webhook: &str) -> Response {
    if rest == format!("events/{EVENT}/replay") {
        ok(delivery("dlv_2", webhook))
    } else {
        problem(404, "NOT_FOUND", "There is no such event.", &json!([]))
    }
}

fn health(id: &str) -> Value {
    json!({ "webhookId": id, "from": "2026-11-21T12:00:00.000Z", "to": "2026-11-22T13:00:00.000Z", "interval": "hour",
        "totals": { "delivered": 42, "failed": 3, "pending": 1 },
        "data": [{ "start": "2026-11-22T11:00:00.000Z", "delivered": 40, "failed": 0, "pending": 0 },
            { "start": "2026-11-22T12:00:00.000Z", "delivered": 2, "failed": 3, "pending": 1 }] })
}

fn deliveries(webhook: &str, query: &str) -> Response {
    if query.contains("type=Bad") {
        let fault = json!([{ "in": "query", "pointer": "/type", "message": "is no kind of event" }]);
        return problem(422, "INVALID", "1 fault in the request.", &fault);
    }
    let data = if query.contains("status=pending") {
        vec![]
    } else {
        vec![delivery("dlv_2", webhook), delivery(FAILING, webhook)]
    };
    let next = if query.contains("cursor=") || data.is_empty() { Value::Null } else { json!("older/&=") };
    ok(json!({ "data": data, "nextCursor": next }))
}

fn delivery(id: &str, webhook: &str) -> Value {
    let failing = id == FAILING;
    let (status, last) = if failing { ("failed", json!(500)) } else { ("pending", Value::Null) };
    let (kind, attempts) = if failing { ("key.revoked", 2) } else { ("webhook.test", 0) };
    json!({ "id": id, "webhookId": webhook, "eventId": format!("evt_of_{id}"), "type": kind, "sequence": if failing { json!(42) } else { Value::Null },
        "status": status, "attemptCount": attempts, "lastStatus": last, "lastFailure": null, "createdAt": "2026-11-22T12:00:00.000Z",
        "nextAttemptAt": if failing { Value::Null } else { json!("2026-11-22T12:35:00.000Z") } })
}

/// Whoever looks at a delivery finds one attempt more than there was.
fn detail(id: &str, webhook: &str) -> Value {
    let mut detail = delivery(id, webhook);
    detail["attemptCount"] = json!(detail["attemptCount"].as_i64().unwrap() + 1);
    detail["body"] = json!(r#"{"type":"key.revoked","data":{"name":"<b>&"}}"#);
    let attempt = |number: i64, status: Value, failure: Value, answer: Value| json!({ "number": number, "startedAt": format!("2026-11-22T12:00:0{number}.000Z"), "durationMs": 87, "status": status, "failure": failure, "answer": answer });
    if id == FAILING {
        let broken = json!("</code><script>alert(1)</script>");
        detail["attempts"] = json!([
            attempt(1, Value::Null, json!("timeout"), Value::Null),
            attempt(2, json!(500), Value::Null, broken)
        ]);
    } else {
        (detail["lastFailure"], detail["attempts"]) =
            (json!("connection"), json!([attempt(1, Value::Null, json!("connection"), Value::Null)]));
    }
    detail
}

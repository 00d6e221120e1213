//! The fake's keys and scopes.

use poem::http::StatusCode;
use poem::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{SECRET, Seen, json_response, ok, problem};

pub fn create(seen: &Seen, body: &Value) -> Response {
    let fault = |pointer: &str, message: &str| json!({ "in": "body", "pointer": pointer, "message": message });
    let name = body["name"].as_str().unwrap_or_default();
    let mut faults = Vec::new();
    if name.is_empty() || name.len() > 100 {
        faults.push(fault("/name", "has 1 to 100 characters"));
    }
    if body["allowedIps"][1] == "nowhere" {
        faults.push(fault("/allowedIps/1", "is no address and no network"));
    }
    if body["limits"]["perDay"] == 0 {
        faults.push(fault("/limits/perDay", "is at least 1"));
    }
    if !faults.is_empty() {
        return problem(422, "INVALID", "Something is wrong.", &json!(faults));
    }
    let mut keys = seen.keys.lock().unwrap();
    let key = new_key(keys.len() + 1, body);
    keys.insert(0, key.clone());
    json_response(201, &with_secret(key))
}

fn new_key(number: usize, body: &Value) -> Value {
    let list = |name: &str| if body[name].is_null() { json!([]) } else { body[name].clone() };
    let limits = json!({ "perMinute": body["limits"]["perMinute"], "perDay": body["limits"]["perDay"] });
    json!({ "id": format!("key_{number}"), "userId": "usr_1", "name": body["name"], "description": null, "kind": "secret", "environment": "live",
        "audience": null, "algorithm": null, "display": "gp_live_0123…6789", "scopes": list("scopes"), "status": "active",
        "createdAt": "2026-11-22T12:00:00.000Z", "expiresAt": "2027-02-20T12:00:00.000Z", "lastUsedAt": null, "revokedAt": null,
        "namespace": body["namespace"], "metadata": null, "clientName": null, "maxIdleSeconds": body["maxIdleSeconds"],
        "allowedOrigins": list("allowedOrigins"), "allowedIps": list("allowedIps"), "limits": limits, "tier": null, "parentId": null,
        "rotatedFrom": null, "rotatedTo": null })
}

fn with_secret(mut key: Value) -> Value {
    key["secret"] = json!(SECRET);
    key
}

/// As the API does it: the new key is the old one over again, and each names the other.
pub fn rotate(seen: &Seen, id: &str, body: &Value) -> Response {
    let mut keys = seen.keys.lock().unwrap();
    let id_of_new = format!("key_{}", keys.len() + 1);
    let Some(old) = keys.iter_mut().find(|key| key["id"] == id) else {
        return problem(404, "NOT_FOUND", "There is no such key.", &json!([]));
    };
    if !old["rotatedTo"].is_null() || old["status"] == "revoked" {
        return problem(409, "CONFLICT", "A key is replaced once.", &json!([]));
    }
    let mut key = old.clone();
    old["rotatedTo"] = json!(id_of_new);
    key["id"] = json!(id_of_new);
    key["rotatedFrom"] = json!(id);
    keys.insert(0, key.clone());
    let ends = match (&body["graceStarts"], &body["gracePeriodSeconds"]) {
        (starts, _) if starts == "firstUse" => Value::Null,
        (_, seconds) if *seconds == 0 => json!("2026-11-22T12:30:00.000Z"),
        _ => json!("2026-11-22T13:30:00.000Z"),
    };
    key["previousExpiresAt"] = ends;
    json_response(201, &with_secret(key))
}

pub fn one_key(seen: &Seen, method: &str, id: &str, body: &Value) -> Response {
    let mut keys = seen.keys.lock().unwrap();
    let Some(key) = keys.iter_mut().find(|key| key["id"] == id) else {
        return problem(404, "NOT_FOUND", "There is no such key.", &json!([]));
    };
    match method {
        "PATCH" => {
            for (name, value) in body.as_object().into_iter().flatten() {
                key[name.as_str()] = value.clone();
            }
            if let Some(disabled) = body["disabled"].as_bool() {
                key["status"] = json!(if disabled { "disabled" } else { "active" });
            }
        }
        "DELETE" => {
            key["status"] = json!("revoked");
            key["revokedAt"] = json!("2026-11-22T12:30:00.000Z");
            return StatusCode::NO_CONTENT.into_response();
        }
        _ => {}
    }
    ok(key.clone())
}

pub fn scopes() -> Vec<Value> {
    let scope = |name: &str, admin: bool, operations: &[&str]| json!({ "scope": name, "description": format!("About {name}."), "adminGranted": admin, "operations": operations });
    vec![
        scope("read", false, &[]),
        scope("write", false, &[]),
        scope("keys:read", false, &["listKeys"]),
        scope("keys:write", false, &["createKey"]),
        scope("read:items", false, &[]),
        scope("write:items", false, &["createItem"]),
        scope("usage:read", false, &["getUsage"]),
        scope("users:write", true, &["setUserRole"]),
        scope("webhooks", false, &[]),
    ]
}

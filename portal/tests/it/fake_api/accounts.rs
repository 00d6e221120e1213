//! The fake's accounts: signing in, refreshing, sessions, passwords, limits.

use std::sync::atomic::Ordering;

use poem::http::StatusCode;
use poem::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::{LINK, PASSWORD, Seen, json_response, ok, problem};

/// The claims of an access token: `{"sid":"ses_1"}`.
const OF_SESSION_1: &str = "eyJzaWQiOiJzZXNfMSJ9";

pub fn register(body: &Value) -> Response {
    if body["password"].as_str().unwrap_or_default().len() < 15 {
        let faults = json!([{ "in": "body", "pointer": "/password", "message": "has at least 15 characters" }]);
        return problem(422, "INVALID", "1 fault in the request.", &faults);
    }
    json_response(202, &json!({ "message": "Sign in next." }))
}

pub fn pair(seen: &Seen, seconds: i64) -> Response {
    let number = seen.refresh_token.load(Ordering::SeqCst);
    ok(
        json!({ "accessToken": format!("access-{number}.{OF_SESSION_1}.signature"), "refreshToken": format!("refresh-{number}"), "expiresIn": seconds, "tokenType": "Bearer", "userId": "usr_1" }),
    )
}

/// One link is good.
pub fn by_link(body: &Value) -> Response {
    if body["token"] == "" {
        let fault = json!([{ "in": "body", "pointer": "/token", "message": "has at least 1 character" }]);
        return problem(422, "INVALID", "1 fault in the request.", &fault);
    }
    if body["token"] != LINK {
        return problem(401, "INVALID_LINK", "The link was used.", &json!([]));
    }
    match body["password"].as_str() {
        Some(password) if password.len() < 15 => weak("/password"),
        _ => StatusCode::NO_CONTENT.into_response(),
    }
}

pub fn change_password(body: &Value) -> Response {
    if body["currentPassword"] != PASSWORD {
        let fault = json!([{ "in": "body", "pointer": "/currentPassword", "message": "is not your current password" }]);
        return problem(422, "INVALID", "1 fault in the request.", &fault);
    }
    if body["newPassword"].as_str().unwrap_or_default().len() < 15 {
        weak("/newPassword")
    } else {
        StatusCode::NO_CONTENT.into_response()
    }
}

fn weak(pointer: &str) -> Response {
    let fault = json!([{ "in": "body", "pointer": pointer, "message": "has at least 15 characters" }]);
    problem(422, "INVALID", "1 fault in the request.", &fault)
}

pub fn admin_pair() -> Response {
    ok(
        json!({ "accessToken": "access-admin", "refreshToken": "refresh-admin", "expiresIn": 86_400, "tokenType": "Bearer", "userId": "usr_9" }),
    )
}

/// Each token is good once: a second use would end a real session.
pub async fn refresh(seen: &Seen, body: &Value, seconds: i64) -> Response {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    seen.refreshes.fetch_add(1, Ordering::SeqCst);
    let current = seen.refresh_token.load(Ordering::SeqCst);
    if body["refreshToken"] != format!("refresh-{current}") {
        return problem(401, "UNAUTHENTICATED", "reuse", &json!([]));
    }
    seen.refresh_token.fetch_add(1, Ordering::SeqCst);
    pair(seen, seconds)
}

pub fn sessions(seen: &Seen) -> Value {
    let session = |id: &str, current: bool, agent: Value| {
        json!({ "id": id, "createdAt": "2026-11-20T12:00:00.000Z", "lastUsedAt": "2026-11-22T12:27:00.000Z",
        "expiresAt": "2026-12-22T12:00:00.000Z", "current": current, "clientKeyId": null, "address": "203.0.113.9", "userAgent": agent })
    };
    let firefox = json!("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 <b>");
    let mut all = vec![session("ses_1", true, firefox), session("ses_2", false, Value::Null)];
    all.retain(|session| !seen.ended.lock().unwrap().iter().any(|id| session["id"] == *id));
    json!({ "data": all, "nextCursor": null })
}

pub fn end(seen: &Seen, id: &str) -> Response {
    seen.ended.lock().unwrap().push(id.to_owned());
    StatusCode::NO_CONTENT.into_response()
}

pub fn window(name: &str, limit: i64, remaining: i64) -> Value {
    json!({ "name": name, "limit": limit, "remaining": remaining, "windowSeconds": 60, "resetSeconds": 42 })
}

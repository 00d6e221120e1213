//! Just enough of the API for the portal's own tests: it remembers what it was asked. The real one has its own tests, and the
//! browser's day runs against that.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{IntoResponse as _, Request, Response, Server};
use serde_json::{Value, json};

#[path = "fake_logs.rs"]
mod logs;

/// What the fake remembers.
#[derive(Default)]
pub struct Seen {
    pub refreshes: AtomicU32,
    pub refresh_token: AtomicU32,
    /// `X-Gatepost-Vouch`, `X-Gatepost-Visitor` and `Authorization` of each call, with its line.
    pub calls: Mutex<Vec<Call>>,
    keys: Mutex<Vec<Value>>,
    /// Sessions that were ended, by id.
    ended: Mutex<Vec<String>>,
    /// If not 0, the status that everything is answered with.
    pub trouble: AtomicU16,
    /// Whether the administrator is one no more.
    pub demoted: AtomicBool,
}

impl Seen {
    /// How often that was asked.
    pub fn asked(&self, line: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|call| call.line == line).count()
    }

    /// For a test that begins anew.
    pub fn forget_keys(&self) {
        self.keys.lock().unwrap().clear();
    }
}

#[derive(Debug, Clone)]
pub struct Call {
    pub line: String,
    pub query: String,
    pub vouch: String,
    pub visitor: String,
    pub authorization: String,
    pub agent: String,
    pub body: Value,
}

pub const SECRET: &str = "gp_live_0123456789abcdefghijABCDEFGHIJ0123456789";
/// The secret of the link that is good.
pub const LINK: &str = "gpm_Zm9yLXRlc3RzLW9ubHktbm90LWEtdG9rZW4";
/// Whose sign-in is an administrator's.
pub const ADMIN: &str = "root@example.com";
/// The claims of an access token: `{"sid":"ses_1"}`.
const OF_SESSION_1: &str = "eyJzaWQiOiJzZXNfMSJ9";
pub const PASSWORD: &str = "wear-a-blue-raincoat-today";

/// Starts it on a free port and answers where, and what it sees. Access tokens live `token_seconds`.
pub async fn start(token_seconds: i64) -> (String, Arc<Seen>) {
    let seen = Arc::new(Seen::default());
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr().remove(0);
    let shared = Arc::clone(&seen);
    let endpoint = poem::endpoint::make(move |request| {
        let seen = Arc::clone(&shared);
        async move { Ok::<_, poem::Error>(answer(&seen, token_seconds, request).await) }
    });
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    (format!("http://{}", address.as_socket_addr().unwrap()), seen)
}

async fn answer(seen: &Seen, token_seconds: i64, mut request: Request) -> Response {
    let body = request.take_body().into_bytes().await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let line = format!("{} {}", request.method(), request.uri().path());
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let call = Call {
        line: line.clone(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        vouch: header("x-gatepost-vouch"),
        visitor: header("x-gatepost-visitor"),
        authorization: header("authorization"),
        agent: header("user-agent"),
        body: body.clone(),
    };
    seen.calls.lock().unwrap().push(call);
    match seen.trouble.load(Ordering::SeqCst) {
        0 => {}
        429 => {
            return problem(429, "RATE_LIMITED", "Slow down.", &json!([]))
                .with_header("retry-after", "300")
                .into_response();
        }
        status => return problem(status, "UNAVAILABLE", "The store is away.", &json!([])),
    }
    match to_anybody(seen, token_seconds, &line, &body).await {
        Some(answer) => answer,
        None if header("authorization").starts_with("Bearer access-") => to_account(seen, &request, &line, &body),
        None => problem(401, "UNAUTHENTICATED", "no", &json!([])),
    }
}

/// What needs no token.
async fn to_anybody(seen: &Seen, token_seconds: i64, line: &str, body: &Value) -> Option<Response> {
    Some(match line {
        "POST /v1/auth/register" => register(body),
        "POST /v1/auth/login" if body["password"] == PASSWORD && body["email"] == ADMIN => admin_pair(),
        "POST /v1/auth/login" if body["password"] == PASSWORD => pair(seen, token_seconds),
        "POST /v1/auth/login" => problem(401, "INVALID_CREDENTIALS", "wrong", &json!([])),
        "POST /v1/auth/email/verify" | "POST /v1/auth/password/reset" => by_link(body),
        "POST /v1/auth/password/forgot" if body["email"] == "nobody" => {
            let fault = json!([{ "in": "body", "pointer": "/email", "message": "is no e-mail address" }]);
            problem(422, "INVALID", "1 fault in the request.", &fault)
        }
        "POST /v1/auth/password/forgot" => json_response(202, &json!({ "message": "Look into the mailbox." })),
        "POST /v1/auth/refresh" => refresh(seen, body, token_seconds).await,
        _ => return None,
    })
}

fn to_account(seen: &Seen, request: &Request, line: &str, body: &Value) -> Response {
    match line {
        "GET /v1/auth/me" if request.header("authorization") == Some("Bearer access-admin") => ok(
            json!({ "id": "usr_9", "email": ADMIN, "name": null, "role": "admin", "tier": "admin", "sessionId": "ses_9", "createdAt": "2026-11-22T12:00:00.000Z" }),
        ),
        "GET /v1/auth/me" => ok(
            json!({ "id": "usr_1", "email": "ada@example.com", "name": "Ada <b>&", "role": "authenticated", "tier": "free", "sessionId": "ses_1", "createdAt": "2026-11-22T12:00:00.000Z" }),
        ),
        "POST /v1/auth/revoke" => ok(json!({ "revoked": 1 })),
        "GET /v1/auth/sessions" => ok(sessions(seen)),
        "DELETE /v1/auth/sessions/ses_1" => end(seen, "ses_1"),
        "DELETE /v1/auth/sessions/ses_2" => end(seen, "ses_2"),
        "POST /v1/auth/password/change" => change_password(body),
        "GET /v1/rate-limit" => {
            ok(json!({ "tier": "free", "windows": [window("minute", 60, 48), window("day", 1000, 130)] }))
        }
        "GET /v1/scopes" => ok(json!({ "data": scopes(), "nextCursor": null })),
        "GET /v1/keys" => ok(json!({ "data": seen.keys.lock().unwrap().clone(), "nextCursor": null })),
        "POST /v1/keys" => create(seen, body),
        _ if line.starts_with("GET /v1/admin/") && seen.demoted.load(Ordering::SeqCst) => {
            problem(403, "FORBIDDEN", "For administrators.", &json!([]))
        }
        "GET /v1/admin/audit" => audit(request),
        "GET /v1/admin/requests" => logs::requests(request),
        "GET /v1/admin/requests/stats" => ok(logs::stats()),
        "GET /v1/admin/overview" => ok(logs::overview()),
        "GET /v1/requests" => logs::requests(request),
        "POST /v1/scopes/plan" => logs::plan(body, &seen.keys.lock().unwrap()),
        _ if line.starts_with("GET /v1/requests/") => logs::one_request(&line["GET /v1/requests/".len()..]),
        "GET /v1/usage" => ok(usage(request)),
        _ if line.starts_with("POST /v1/keys/") && line.ends_with("/rotate") => {
            rotate(seen, line["POST /v1/keys/".len()..].trim_end_matches("/rotate"), body)
        }
        _ => match line.rsplit_once("/v1/keys/") {
            Some((method, id)) => one_key(seen, method.trim(), id, body),
            None => problem(404, "NOT_FOUND", "There is nothing here.", &json!([])),
        },
    }
}

fn register(body: &Value) -> Response {
    if body["password"].as_str().unwrap_or_default().len() < 15 {
        let faults = json!([{ "in": "body", "pointer": "/password", "message": "has at least 15 characters" }]);
        return problem(422, "INVALID", "1 fault in the request.", &faults);
    }
    json_response(202, &json!({ "message": "Sign in next." }))
}

fn pair(seen: &Seen, seconds: i64) -> Response {
    let number = seen.refresh_token.load(Ordering::SeqCst);
    ok(
        json!({ "accessToken": format!("access-{number}.{OF_SESSION_1}.signature"), "refreshToken": format!("refresh-{number}"), "expiresIn": seconds, "tokenType": "Bearer", "userId": "usr_1" }),
    )
}

/// One link is good.
fn by_link(body: &Value) -> Response {
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

fn change_password(body: &Value) -> Response {
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

fn admin_pair() -> Response {
    ok(
        json!({ "accessToken": "access-admin", "refreshToken": "refresh-admin", "expiresIn": 86_400, "tokenType": "Bearer", "userId": "usr_9" }),
    )
}

/// Each token is good once: a second use would end a real session.
async fn refresh(seen: &Seen, body: &Value, seconds: i64) -> Response {
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    seen.refreshes.fetch_add(1, Ordering::SeqCst);
    let current = seen.refresh_token.load(Ordering::SeqCst);
    if body["refreshToken"] != format!("refresh-{current}") {
        return problem(401, "UNAUTHENTICATED", "reuse", &json!([]));
    }
    seen.refresh_token.fetch_add(1, Ordering::SeqCst);
    pair(seen, seconds)
}

fn create(seen: &Seen, body: &Value) -> Response {
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
fn rotate(seen: &Seen, id: &str, body: &Value) -> Response {
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

fn one_key(seen: &Seen, method: &str, id: &str, body: &Value) -> Response {
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

/// Two pages of the audit log; what was asked for stands in the first entry's target.
fn audit(request: &Request) -> Response {
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

fn sessions(seen: &Seen) -> Value {
    let session = |id: &str, current: bool, agent: Value| {
        json!({ "id": id, "createdAt": "2026-11-20T12:00:00.000Z", "lastUsedAt": "2026-11-22T12:27:00.000Z",
        "expiresAt": "2026-12-22T12:00:00.000Z", "current": current, "clientKeyId": null, "address": "203.0.113.9", "userAgent": agent })
    };
    let firefox = json!("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0 <b>");
    let mut all = vec![session("ses_1", true, firefox), session("ses_2", false, Value::Null)];
    all.retain(|session| !seen.ended.lock().unwrap().iter().any(|id| session["id"] == *id));
    json!({ "data": all, "nextCursor": null })
}

fn end(seen: &Seen, id: &str) -> Response {
    seen.ended.lock().unwrap().push(id.to_owned());
    StatusCode::NO_CONTENT.into_response()
}

fn usage(request: &Request) -> Value {
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

fn scopes() -> Vec<Value> {
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

fn window(name: &str, limit: i64, remaining: i64) -> Value {
    json!({ "name": name, "limit": limit, "remaining": remaining, "windowSeconds": 60, "resetSeconds": 42 })
}

fn ok(value: Value) -> Response {
    json_response(200, &value)
}

fn problem(status: u16, code: &str, detail: &str, errors: &Value) -> Response {
    json_response(
        status,
        &json!({ "type": "about:blank", "title": code, "status": status, "detail": detail, "code": code, "requestId": "req_1", "errors": errors }),
    )
}

fn json_response(status: u16, value: &Value) -> Response {
    Response::builder()
        .status(StatusCode::from_u16(status).unwrap())
        .content_type("application/json")
        .body(value.to_string())
}

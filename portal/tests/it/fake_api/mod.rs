//! Just enough of the API for the portal's own tests: it remembers what it was asked. The real one has its own tests, and the
//! browser's day runs against that.

use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::{IntoResponse as _, Request, Response, Server};
use serde_json::{Value, json};

mod accounts;
mod keys;
mod logs;
pub mod webhooks;

/// What the fake remembers.
#[derive(Default)]
pub struct Seen {
    pub refreshes: AtomicU32,
    pub refresh_token: AtomicU32,
    /// `X-Gatepost-Vouch`, `X-Gatepost-Visitor` and `Authorization` of each call, with its line.
    pub calls: Mutex<Vec<Call>>,
    keys: Mutex<Vec<Value>>,
    webhooks: Mutex<Vec<Value>>,
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
        "POST /v1/auth/register" => accounts::register(body),
        "POST /v1/auth/login" if body["password"] == PASSWORD && body["email"] == ADMIN => accounts::admin_pair(),
        "POST /v1/auth/login" if body["password"] == PASSWORD => accounts::pair(seen, token_seconds),
        "POST /v1/auth/login" => problem(401, "INVALID_CREDENTIALS", "wrong", &json!([])),
        "POST /v1/auth/email/verify" | "POST /v1/auth/password/reset" => accounts::by_link(body),
        "POST /v1/auth/password/forgot" if body["email"] == "nobody" => {
            let fault = json!([{ "in": "body", "pointer": "/email", "message": "is no e-mail address" }]);
            problem(422, "INVALID", "1 fault in the request.", &fault)
        }
        "POST /v1/auth/password/forgot" => json_response(202, &json!({ "message": "Look into the mailbox." })),
        "POST /v1/auth/refresh" => accounts::refresh(seen, body, token_seconds).await,
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
        "GET /v1/auth/sessions" => ok(accounts::sessions(seen)),
        "DELETE /v1/auth/sessions/ses_1" => accounts::end(seen, "ses_1"),
        "DELETE /v1/auth/sessions/ses_2" => accounts::end(seen, "ses_2"),
        "POST /v1/auth/password/change" => accounts::change_password(body),
        "GET /v1/rate-limit" => ok(
            json!({ "tier": "free", "windows": [accounts::window("minute", 60, 48), accounts::window("day", 1000, 130)] }),
        ),
        "GET /v1/scopes" => ok(json!({ "data": keys::scopes(), "nextCursor": null })),
        "GET /v1/keys" => ok(json!({ "data": seen.keys.lock().unwrap().clone(), "nextCursor": null })),
        "POST /v1/keys" => keys::create(seen, body),
        _ if line.starts_with("GET /v1/admin/") && seen.demoted.load(Ordering::SeqCst) => {
            problem(403, "FORBIDDEN", "For administrators.", &json!([]))
        }
        "GET /v1/admin/audit" => logs::audit(request),
        "GET /v1/admin/requests" => logs::requests(request),
        "GET /v1/admin/requests/stats" => ok(logs::stats()),
        "GET /v1/admin/overview" => ok(logs::overview()),
        "GET /v1/requests" => logs::requests(request),
        "POST /v1/scopes/plan" => logs::plan(body, &seen.keys.lock().unwrap()),
        _ if line.starts_with("GET /v1/requests/") => logs::one_request(&line["GET /v1/requests/".len()..]),
        "GET /v1/usage" => ok(logs::usage(request)),
        _ if line.starts_with("POST /v1/keys/") && line.ends_with("/rotate") => {
            keys::rotate(seen, line["POST /v1/keys/".len()..].trim_end_matches("/rotate"), body)
        }
        _ if line.contains(" /v1/webhooks") => webhooks::answer(seen, request, line, body),
        _ => match line.rsplit_once("/v1/keys/") {
            Some((method, id)) => keys::one_key(seen, method.trim(), id, body),
            None => problem(404, "NOT_FOUND", "There is nothing here.", &json!([])),
        },
    }
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

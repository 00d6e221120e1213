//! The layers themselves, around operations that misbehave (S121, S123, F36).

use std::sync::Arc;
use std::time::Duration;

use gatepost::domain::scopes::Scopes;
use gatepost::http::{CallerKind, Credential, ErrorForm, LimitClass, Onion, Operation, Router};
use poem::endpoint::make_sync;
use poem::http::{Method, StatusCode};
use poem::{Endpoint as _, Request, Response};
use poem_openapi::OpenApi;
use serde_json::Value;

use crate::support::{Engine, TestApp};

struct Misbehaving;

#[OpenApi]
impl Misbehaving {
    #[oai(path = "/v1/panic", method = "get")]
    async fn panic(&self) {
        std::panic::panic_any("a secret cause");
    }

    #[oai(path = "/v1/endless", method = "get")]
    async fn endless(&self) {
        std::future::pending::<()>().await;
    }
}

const fn operation(id: &'static str, path: &'static str) -> Operation {
    Operation {
        id,
        tag: "tests",
        method: Method::GET,
        path,
        credential: Credential::None,
        scopes: Scopes::NONE,
        callers: &[CallerKind::Any],
        class: LimitClass::Free,
        idempotent: false,
        success: 200,
        errors: &[],
        media_type: "application/json",
        errors_as: ErrorForm::Problem,
        cache_control: None,
        tagged: false,
    }
}

static PANIC: Operation = operation("panic", "/v1/panic");
static ENDLESS: Operation = operation("endless", "/v1/endless");

async fn call(app: &TestApp, path: &str) -> Response {
    let router = Router::new(Misbehaving, &[&PANIC, &ENDLESS]);
    let portal = make_sync(|request: Request| -> Response {
        assert_ne!(request.uri().path(), "/page-that-panics");
        StatusCode::OK.into()
    });
    let onion = Onion::new(Arc::clone(&app.app), router, portal).expect("randomness");
    let request = Request::builder().uri(path.parse().expect("a path")).header("host", "a").finish();
    onion.get_response(request).await
}

#[tokio::test]
async fn s123_a_panic_is_500_as_a_problem_and_the_process_lives() {
    let app = TestApp::sqlite().await;
    let response = call(&app, "/v1/panic").await;
    assert_eq!(response.status(), 500);
    let id = response.header("x-request-id").expect("an id").to_owned();
    let body: Value = response.into_body().into_json().await.expect("JSON");
    assert_eq!(body["code"], "INTERNAL");
    assert_eq!(body["requestId"], id.as_str());
    assert!(!body.to_string().contains("secret cause"));
    assert_eq!(call(&app, "/page-that-panics").await.status(), 500);
    assert_eq!(call(&app, "/page").await.status(), 200);
}

#[tokio::test]
async fn s121_what_takes_too_long_is_ended_with_a_problem() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("HTTP_REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let response = tokio::time::timeout(Duration::from_secs(60), call(&app, "/v1/endless")).await.expect("it ends");
    assert_eq!(response.status(), 503);
    assert!(response.header("retry-after").is_some());
    let body: Value = response.into_body().into_json().await.expect("JSON");
    assert_eq!(body["code"], "DEADLINE");
}

#[tokio::test]
async fn a_body_that_never_comes_is_the_clients_408() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let app = TestApp::with_settings(Engine::Sqlite, &[("HTTP_REQUEST_TIMEOUT_SECONDS", "1")]).await;
    let mut socket = tokio::net::TcpStream::connect(app.base.strip_prefix("http://").expect("an address"))
        .await
        .expect("it listens");
    let head =
        "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{";
    socket.write_all(head.as_bytes()).await.expect("it reads");
    let mut first = vec![0; 12];
    socket.read_exact(&mut first).await.expect("it answers");
    assert_eq!(super::status(&String::from_utf8_lossy(&first)), 408);
}

//! Bodies: 413, 415, 400 and 422, each where it belongs (H67, H70 to H72).

use reqwest::Method;
use serde_json::json;

use super::{raw, status};
use crate::support::actor::item;
use crate::support::{Actor, Answer, TestApp};

async fn post(actor: &Actor, body: impl Into<Vec<u8>>, media: &str) -> Answer {
    actor.send_raw(Method::POST, "/v1/items", Some(body.into()), &[("content-type", media)]).await
}

#[tokio::test]
async fn h67_another_type_is_415() {
    let app = TestApp::sqlite().await;
    let body = item().to_string();
    for media in [
        "text/plain",
        "application/xml",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "garbage",
        "",
    ] {
        post(&app.root(), body.clone(), media).await.refuses(415, "UNSUPPORTED_MEDIA_TYPE");
    }
    app.root()
        .send_raw(Method::POST, "/v1/items", Some(body.clone().into()), &[])
        .await
        .refuses(415, "UNSUPPORTED_MEDIA_TYPE");
    let zipped = [("content-type", "application/json"), ("content-encoding", "gzip")];
    app.root()
        .send_raw(Method::POST, "/v1/items", Some(vec![0x1f, 0x8b, 8]), &zipped)
        .await
        .refuses(415, "UNSUPPORTED_MEDIA_TYPE");
    for media in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        post(&app.root(), body.clone(), media).await.is(201);
    }
}

#[tokio::test]
async fn h70_what_is_no_json_is_400() {
    let app = TestApp::sqlite().await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    for body in [
        "",
        "{",
        "NaN",
        "{\"a\":1e400}",
        "\u{feff}{}",
        "{'a':1}",
        "{\"title\":\"\\ud800\"}",
        "nul",
        "{} {}",
        "{\"title\":\"a\",\"title\":\"b\"}",
        &deep,
    ] {
        post(&app.root(), body, "application/json").await.refuses(400, "MALFORMED");
    }
    post(&app.root(), vec![b'"', 0xff, b'"'], "application/json").await.refuses(400, "MALFORMED");
}

#[tokio::test]
async fn h71_nul_is_422_with_its_pointer() {
    let app = TestApp::sqlite().await;
    let mut body = item();
    body["description"] = json!("a\u{0}b");
    app.root().post("/v1/items", body).await.faults("/description");
}

#[tokio::test]
async fn every_fault_is_named_at_once_and_no_value_is_shown() {
    let app = TestApp::sqlite().await;
    let body =
        json!({ "title": "", "price": { "amount": -1, "currency": "hunter2" }, "condition": "hunter2", "extra/~": 1 });
    let answer = app.root().post("/v1/items", body).await.is(422);
    let mut pointers: Vec<_> = answer.body["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .filter_map(|fault| fault["pointer"].as_str())
        .collect();
    pointers.sort_unstable();
    pointers.dedup();
    assert_eq!(pointers, ["/condition", "/extra~1~0", "/price/amount", "/price/currency", "/title"]);
    assert!(!answer.body.to_string().contains("hunter2"), "{}", answer.body);
    app.root().post("/v1/items", json!({})).await.faults("/title");
    app.root().post("/v1/items", json!([])).await.faults("");
    app.root().post("/v1/items", json!(null)).await.faults("");
}

#[tokio::test]
async fn a_null_where_the_schema_has_none_is_422() {
    let app = TestApp::sqlite().await;
    let mut body = item();
    body["categoryId"] = json!(null);
    app.root().post("/v1/items", body).await.faults("/categoryId");
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_413_however_it_comes() {
    let app = TestApp::sqlite().await;
    let big = vec![b' '; 1024 * 1024 + 1];
    let fits = [vec![b' '; 1024 * 1024 - 2], b"{}".to_vec()].concat();
    post(&app.root(), fits, "application/json").await.is(422);
    let root = crate::support::ROOT_KEY;
    let head = format!(
        "POST /v1/items HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-API-Key: {root}\r\nContent-Type: application/json\r\n"
    );
    let announced = raw(&app, format!("{head}Content-Length: {}\r\n\r\n", big.len())).await;
    assert_eq!(status(&announced), 413, "{announced}");
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
    let chunked = raw(&app, format!("{head}Transfer-Encoding: chunked\r\n\r\n{}0\r\n\r\n", chunk.repeat(16))).await;
    assert_eq!(status(&chunked), 400, "sixteen chunks fit, and are no JSON: {chunked}");
}

#[tokio::test]
async fn an_endless_body_is_refused_where_it_grows_too_large() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let app = TestApp::sqlite().await;
    let root = crate::support::ROOT_KEY;
    let mut socket = tokio::net::TcpStream::connect(app.base.strip_prefix("http://").expect("an address"))
        .await
        .expect("it listens");
    let head = format!(
        "POST /v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: {root}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    socket.write_all(head.as_bytes()).await.expect("it reads");
    let chunk = format!("{:x}\r\n{}\r\n", 65_536, " ".repeat(65_536));
    let (mut read, mut write) = socket.into_split();
    let endless = tokio::spawn(async move { while write.write_all(chunk.as_bytes()).await.is_ok() {} });
    let mut first = vec![0; 12];
    read.read_exact(&mut first).await.expect("it answers");
    assert_eq!(status(&String::from_utf8_lossy(&first)), 413);
    endless.abort();
}

#[tokio::test]
async fn nobody_is_asked_for_a_credential_after_the_body_was_read() {
    let app = TestApp::sqlite().await;
    post(&app.nobody(), "{", "text/plain").await.refuses(401, "UNAUTHENTICATED");
}

/// The head of a request whose body of `length` bytes is refused unread.
fn refused_head(length: usize, more: &str) -> String {
    format!(
        "POST /v1/items HTTP/1.1\r\nHost: a\r\nX-API-Key: no-key\r\n{more}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_connection_outlives_a_refusal_that_came_before_the_body() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let app = TestApp::sqlite().await;
    let mut socket = tokio::net::TcpStream::connect(app.base.strip_prefix("http://").expect("an address"))
        .await
        .expect("it listens");
    let mut answer = vec![0; 4096];
    for _ in 0..20 {
        // The refusal is ready before the body has come.
        socket.write_all(refused_head(20_000, "").as_bytes()).await.expect("it reads");
        tokio::task::yield_now().await;
        socket.write_all(&[b' '; 20_000]).await.expect("it reads on");
        let read = socket.read(&mut answer).await.expect("it answers");
        let answer = String::from_utf8_lossy(&answer[..read]).to_lowercase();
        assert!(answer.starts_with("http/1.1 401") && !answer.contains("connection: close"), "{answer}");
    }
}

#[tokio::test]
async fn an_answer_reaches_a_client_that_still_sends() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    for _ in 0..20 {
        let answer = post(&owner, vec![b' '; 8 * 1024 * 1024], "application/json").await;
        answer.refuses(413, "TOO_LARGE");
    }
}

#[tokio::test]
async fn who_waits_to_be_asked_for_a_body_is_refused_without_it_and_the_connection_ends() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let app = TestApp::sqlite().await;
    let mut socket = tokio::net::TcpStream::connect(app.base.strip_prefix("http://").expect("an address"))
        .await
        .expect("it listens");
    socket.write_all(refused_head(20, "Expect: 100-continue\r\n").as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.expect("it answers and closes");
    assert!(answer.starts_with("HTTP/1.1 401") && answer.to_lowercase().contains("connection: close"), "{answer}");
}

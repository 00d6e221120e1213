//! Requests that mean harm, or could be read in two ways.

use std::time::Duration;

use reqwest::Method;

use super::{raw, status};
use crate::support::{Engine, TestApp};

#[tokio::test]
async fn h62_a_request_has_exactly_one_host() {
    let app = TestApp::sqlite().await;
    for (head, expected) in [
        ("GET /v1/brands HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", 400),
        ("GET /v1/brands HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        ("GET /v1/brands HTTP/1.0\r\n\r\n", 200),
        ("GET http://elsewhere/v1/brands HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n", 200),
    ] {
        let answer = raw(&app, head).await;
        assert_eq!(status(&answer), expected, "{head:?}: {answer}");
        assert!(expected == 200 || answer.contains("application/problem+json"), "{answer}");
    }
}

#[tokio::test]
async fn h61_what_could_be_smuggled_ends_with_its_connection() {
    let app = TestApp::sqlite().await;
    let smuggled = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
    for framing in
        ["Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"]
    {
        let head = format!(
            "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{framing}\r\n0\r\n\r\n{smuggled}"
        );
        let answer = raw(&app, head).await;
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
    }
    for broken in [
        "GET /health HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET /health HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n",
        "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
    ] {
        assert_eq!(status(&raw(&app, broken).await), 400, "{broken:?}");
    }
}

#[tokio::test]
async fn h68_broken_encoding_and_nul_are_400_in_path_and_query() {
    let app = TestApp::sqlite().await;
    for target in [
        "/v1/items/%00",
        "/v1/items/%zz",
        "/v1/items/a%",
        "/v1/items/%c0%af",
        "/v1/items?cursor=%00",
        "/v1/items?%zz=1",
        "/v1/items?a=%ff",
    ] {
        let answer = raw(&app, format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")).await;
        assert_eq!(status(&answer), 400, "{target}: {answer}");
        assert!(answer.contains("\"code\":\"MALFORMED\""), "{target}: {answer}");
    }
    // An encoded slash is part of an id that nothing has.
    app.nobody().get("/v1/items/a%2Fb").await.refuses(404, "NOT_FOUND");
}

#[tokio::test]
async fn h63_too_much_of_a_head_is_refused() {
    let app = TestApp::sqlite().await;
    let long = format!("GET /v1/items?a={} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "x".repeat(33_000));
    assert_eq!(status(&raw(&app, long).await), 414);
    let header = "x".repeat(200_000);
    let huge = format!("GET /v1/items HTTP/1.1\r\nHost: a\r\nX-Big: {header}\r\n\r\n");
    let address = app.base.strip_prefix("http://").expect("an address");
    let mut socket = tokio::net::TcpStream::connect(address).await.expect("it listens");
    // It may close before it has read all of it.
    let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, huge.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = tokio::io::AsyncReadExt::read_to_end(&mut socket, &mut answer).await;
    assert!(
        answer.is_empty() || status(&String::from_utf8_lossy(&answer)) == 431,
        "{}",
        String::from_utf8_lossy(&answer)
    );
    app.nobody().get("/health").await.is(200);
}

#[tokio::test]
async fn h65_doubled_credentials_are_400() {
    let app = TestApp::sqlite().await;
    for headers in ["X-API-Key: a\r\nX-API-Key: a\r\n", "Authorization: Bearer a\r\nAuthorization: Bearer a\r\n"] {
        let answer = raw(&app, format!("GET /v1/me HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{headers}\r\n")).await;
        assert_eq!(status(&answer), 400, "{answer}");
        assert!(answer.contains("error=\"invalid_request\""), "{answer}");
    }
}

#[tokio::test]
async fn s13_a_credential_in_the_query_is_no_credential() {
    let app = TestApp::sqlite().await;
    let key = crate::support::ROOT_KEY;
    for query in [format!("api_key={key}"), format!("access_token={key}"), format!("X-API-Key={key}")] {
        app.nobody().get(&format!("/v1/me?{query}")).await.refuses(401, "UNAUTHENTICATED");
    }
    let cookie = app
        .nobody()
        .send(Method::GET, "/v1/me", None, &[("cookie", &format!("api_key={key}; access_token={key}"))])
        .await;
    cookie.refuses(401, "UNAUTHENTICATED");
}

#[tokio::test]
async fn h60_a_spoofed_address_moves_no_limit() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("LIMITS_ANONYMOUS_PER_MINUTE", "2")]).await;
    for (count, expected) in [(1, 200), (2, 200), (3, 429)] {
        let spoofed = format!("198.51.100.{count}");
        let headers = [
            ("x-forwarded-for", spoofed.as_str()),
            ("forwarded", "for=198.51.100.9"),
            ("x-real-ip", spoofed.as_str()),
            ("x-gatepost-visitor", spoofed.as_str()),
            ("x-gatepost-vouch", "guess"),
        ];
        app.nobody().send(Method::GET, "/v1/brands", None, &headers).await.is(expected);
    }
}

#[tokio::test]
async fn s76_behind_a_trusted_proxy_each_visitor_has_a_limit_of_their_own() {
    let settings = [("LIMITS_ANONYMOUS_PER_MINUTE", "1"), ("TRUSTED_PROXIES", "127.0.0.1/32")];
    let app = TestApp::with_settings(Engine::Sqlite, &settings).await;
    for (visitor, expected) in [
        ("198.51.100.1", 200),
        ("198.51.100.2", 200),
        ("6.6.6.6, 198.51.100.1", 429),
        ("2001:db8::1", 200),
        ("2001:db8::2", 429),
    ] {
        app.nobody().send(Method::GET, "/v1/brands", None, &[("x-forwarded-for", visitor)]).await.is(expected);
    }
}

#[tokio::test]
async fn h66_methods_are_what_they_say() {
    let app = TestApp::sqlite().await;
    let override_headers = [("x-http-method-override", "DELETE"), ("x-method-override", "DELETE")];
    app.nobody().send(Method::GET, "/v1/brands", None, &override_headers).await.is(200);
    app.nobody().send(Method::TRACE, "/v1/brands", None, &[]).await.refuses(405, "METHOD_NOT_ALLOWED");
    let connect = raw(&app, "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nConnection: close\r\n\r\n").await;
    assert!(status(&connect) >= 400, "{connect}");
}

#[tokio::test]
async fn h69_accept_is_not_believed() {
    let app = TestApp::sqlite().await;
    for accept in ["text/html", "*/*;q=banana", ",,,;", "application/xml;q=1.0000001"] {
        app.nobody().send(Method::GET, "/v1/brands", None, &[("accept", accept)]).await.is(200);
    }
}

#[tokio::test]
async fn a_slow_head_is_cut_off_and_others_are_served_meanwhile() {
    let app = TestApp::with_settings(Engine::Sqlite, &[("HTTP_HEADER_TIMEOUT_SECONDS", "1")]).await;
    let address = app.base.strip_prefix("http://").expect("an address").to_owned();
    let mut slow = tokio::net::TcpStream::connect(&address).await.expect("it listens");
    tokio::io::AsyncWriteExt::write_all(&mut slow, b"GET /health HT").await.expect("it reads");
    app.nobody().get("/health").await.is(200);
    let mut rest = Vec::new();
    let ended =
        tokio::time::timeout(Duration::from_secs(60), tokio::io::AsyncReadExt::read_to_end(&mut slow, &mut rest)).await;
    assert!(ended.is_ok(), "the server still waits");
}

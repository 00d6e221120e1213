//! What every answer carries.

use poem::Request;
use poem::http::{Method, StatusCode};

use crate::support::{CONTRACT, Site};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; require-trusted-types-for 'script'";

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let site = Site::start().await;
    for path in [
        "/",
        "/docs",
        "/docs/limits",
        "/docs/quickstart",
        "/reference",
        "/reference/createKey",
        "/openapi.json",
        "/llms.txt",
        "/login",
        "/dashboard",
        "/no-such-page",
        "/assets/none.css",
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.header("content-security-policy"), CSP, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("referrer-policy").contains("origin"), "{path}");
        assert!(!answer.header("cache-control").is_empty(), "{path}");
        assert_eq!(answer.header("strict-transport-security"), "", "no HSTS over http: {path}");
    }
}

#[tokio::test]
async fn hsts_is_sent_where_the_world_comes_over_https() {
    let site = Site::with(CONTRACT, "https://api.example.org", 900).await;
    assert!(site.get("/").await.header("strict-transport-security").starts_with("max-age=63072000"));
}

#[tokio::test]
async fn nothing_in_a_page_is_inline_or_from_elsewhere() {
    let site = Site::start().await;
    let visitor = site.signed_in().await;
    for path in [
        "/",
        "/docs/errors",
        "/docs/quickstart?lang=python",
        "/reference/createKey",
        "/reference/schemas/Key",
        "/dashboard",
        "/dashboard/keys",
        "/dashboard/keys/new",
        "/dashboard/usage",
        "/dashboard/requests",
        "/dashboard/requests/req_7",
    ] {
        assert_nothing_inline(path, &visitor.get(path).await.body);
    }
    for path in ["/signup", "/login", "/no-such-page"] {
        assert_nothing_inline(path, &site.get(path).await.body);
    }
}

fn assert_nothing_inline(path: &str, page: &str) {
    assert!(page.contains("<h1"), "{path}");
    for bad in [" style=", "<style", "onclick=", "javascript:", "src=\"http", "url(http", "<iframe"] {
        assert!(!page.contains(bad), "{path} has {bad}");
    }
    assert_eq!(page.matches("<script").count(), page.matches("<script src=\"/assets/").count(), "{path}");
}

#[tokio::test]
async fn what_is_unchanged_is_not_sent_again() {
    let site = Site::start().await;
    for path in [
        "/",
        "/openapi.yaml",
        "/openapi.json",
        "/openapi-3.0.json",
        "/llms.txt",
        "/llms-full.txt",
        "/reference/getKey.md",
        "/sitemap.xml",
    ] {
        let first = site.get(path).await;
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
        let again = site.call(Request::builder().uri_str(path).header("if-none-match", &tag).finish()).await;
        assert_eq!((again.status, again.bytes.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        let other = site.call(Request::builder().uri_str(path).header("if-none-match", "\"other\"").finish()).await;
        assert_eq!(other.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn head_answers_as_get_without_the_body() {
    let site = Site::start().await;
    for path in ["/", "/openapi.yaml", "/reference/createKey", "/.well-known/api-catalog"] {
        let get = site.get(path).await;
        let head = site.call(Request::builder().method(Method::HEAD).uri_str(path).finish()).await;
        assert_eq!((head.status, head.bytes.len()), (StatusCode::OK, 0), "{path}");
        for name in ["etag", "content-type", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
}

#[tokio::test]
async fn public_pages_are_compressed_and_private_ones_never() {
    let site = Site::start().await;
    let zipped = |path: &'static str| Request::builder().uri_str(path).header("accept-encoding", "gzip, br").finish();
    let answer = site.call(zipped("/reference")).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.headers.get_all("vary").iter().any(|vary| vary == "Accept-Encoding"));
    assert_ne!(
        answer.header("etag"),
        site.get("/reference").await.header("etag"),
        "another representation, another tag"
    );

    let visitor = site.signed_in().await;
    let page = visitor.get("/dashboard/keys/new").await;
    assert_eq!((page.header("content-encoding"), page.header("cache-control")), ("", "no-store"));
    assert_eq!(site.call(zipped("/login")).await.header("content-encoding"), "");
}

#[tokio::test]
async fn assets_are_kept_for_good_under_a_name_with_their_hash() {
    let site = Site::start().await;
    let page = site.get("/").await.body;
    let style = page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css")).unwrap();
    let answer = site.get(style).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(answer.header("content-type").starts_with("text/css"));
    let zipped = site.call(Request::builder().uri_str(style).header("accept-encoding", "gzip").finish()).await;
    assert!(zipped.bytes.len() <= 12 * 1024, "the sheet has {} bytes", zipped.bytes.len());
}

#[tokio::test]
async fn the_contract_is_for_every_origin_and_the_pages_are_not() {
    let site = Site::start().await;
    for path in ["/openapi.yaml", "/openapi.json", "/openapi-3.0.json", "/llms.txt", "/.well-known/api-catalog"] {
        assert_eq!(site.get(path).await.header("access-control-allow-origin"), "*", "{path}");
    }
    for path in ["/", "/login", "/dashboard", "/reference"] {
        assert_eq!(site.get(path).await.header("access-control-allow-origin"), "", "{path}");
    }
}

#[tokio::test]
async fn a_wrong_method_and_a_missing_page_are_pages() {
    let site = Site::start().await;
    let missing = site.get("/no-such-page").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.body.contains("<h1>This page does not exist</h1>"));
    let request =
        Request::builder().method(Method::POST).uri_str("/reference").header("sec-fetch-site", "same-origin").finish();
    assert_eq!(site.call(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

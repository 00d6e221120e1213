//! The reference of any contract: ours, others', hostile ones.

use poem::Request;
use poem::http::StatusCode;

use crate::support::{CONTRACT, PUBLIC_URL, Site};

/// Every operation, tag and schema has a page and a twin; answers how many pages that were.
async fn assert_every_page_renders(contract: &str) -> usize {
    let site = Site::with(contract, PUBLIC_URL, 900).await;
    let map = site.get("/sitemap.xml").await.body;
    let places = map.split("<loc>").skip(1).filter_map(|part| part.split("</loc>").next());
    let pages: Vec<String> = places
        .filter_map(|place| place.strip_prefix(PUBLIC_URL))
        .filter(|path| path.starts_with("/reference/"))
        .map(str::to_owned)
        .collect();
    for path in &pages {
        let page = site.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.body.contains("<h1") && page.body.trim_end().ends_with("</html>"), "{path}");
        let twin = site.get(&format!("{path}.md")).await;
        assert_eq!(twin.header("content-type"), "text/markdown; charset=utf-8", "{path}");
        assert!(twin.body.starts_with("# "), "{path}");
    }
    assert_eq!(site.get("/").await.status, StatusCode::OK);
    assert_eq!(site.get("/reference").await.status, StatusCode::OK);
    pages.len()
}

fn corpus(name: &str) -> String {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus").join(name);
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[tokio::test]
async fn every_page_of_our_contract_renders() {
    assert!(assert_every_page_renders(CONTRACT).await > 80);
}

#[tokio::test]
async fn another_contract_gives_another_portal() {
    assert!(assert_every_page_renders(&corpus("redocly-museum-3.1.yaml")).await > 10);
    assert!(assert_every_page_renders(&corpus("resend.yaml")).await > 50);
}

#[tokio::test]
async fn an_operations_page_says_all_that_the_contract_says() {
    let site = Site::start().await;
    let page = site.get("/reference/createKey").await.body;
    for words in [
        "Make an API key",
        "/v1/keys",
        "keys:write",
        "Idempotency-Key",
        "1 to 100 characters",
        "expiresInSeconds",
        "1 to 315360000",
        "at most 32 items",
        "panel curl",
        "panel rust",
        "panel typescript",
        "panel python",
        ">409<",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("href=\"/reference/schemas/CreateKey\""));
}

#[tokio::test]
async fn markdown_comes_by_address_and_by_asking() {
    let site = Site::start().await;
    let page = site.get("/reference/createKey").await;
    assert!(page.header("link").contains("</reference/createKey.md>; rel=\"alternate\"; type=\"text/markdown\""));
    assert!(page.headers.get_all("vary").iter().any(|vary| vary.to_str().unwrap().contains("Accept")));
    let asked =
        site.call(Request::builder().uri_str("/reference/createKey").header("accept", "text/markdown").finish()).await;
    assert_eq!(asked.body, site.get("/reference/createKey.md").await.body);
    assert!(asked.body.contains("`POST /v1/keys`"));
    assert!(site.get("/docs/limits.md").await.body.starts_with("# Limits"));
}

#[tokio::test]
async fn the_contract_is_served_byte_for_byte_and_as_json() {
    let site = Site::start().await;
    assert_eq!(site.get("/openapi.yaml").await.bytes, CONTRACT.as_bytes());
    let json: serde_json::Value = serde_json::from_str(&site.get("/openapi.json").await.body).unwrap();
    assert_eq!(json["openapi"], "3.1.1");
    let lowered: serde_json::Value = serde_json::from_str(&site.get("/openapi-3.0.json").await.body).unwrap();
    assert!(lowered["openapi"].as_str().unwrap().starts_with("3.0"));
    assert_eq!(json["paths"].as_object().unwrap().len(), lowered["paths"].as_object().unwrap().len());
}

#[tokio::test]
async fn tools_that_read_the_contract_find_this_server_in_it() {
    let site = Site::with(CONTRACT, "https://api.example.com", 900).await;
    for path in ["/openapi.json", "/openapi-3.0.json"] {
        let document: serde_json::Value = serde_json::from_str(&site.get(path).await.body).unwrap();
        assert_eq!(document["servers"][0]["url"], "https://api.example.com", "{path}");
    }
    assert!(site.get("/llms.txt").await.body.contains("Base address: `https://api.example.com`"));
}

#[tokio::test]
async fn llms_txt_names_every_operation_and_its_links_lead_somewhere() {
    let site = Site::start().await;
    let index = site.get("/llms.txt").await.body;
    assert!(index.starts_with("# Gatepost\n\n> ") && index.len() <= 20 * 1024);
    let links: Vec<&str> = index
        .split("](")
        .skip(1)
        .filter_map(|part| part.split(')').next())
        .filter(|link| link.starts_with('/'))
        .collect();
    assert!(links.len() >= 25, "{}", links.len());
    for link in links {
        assert_eq!(site.get(link).await.status, StatusCode::OK, "{link}");
    }
    assert!(site.get("/llms-full.txt").await.body.contains("registerAccount"));
}

/// Lines such as `REVOKED = 401 "REVOKED" "revoked" "Credential revoked" InvalidToken;`, read as text: the portal does
/// not import the server.
const KINDS: &str = include_str!("../../../server/src/problem/kind.rs");

#[tokio::test]
async fn every_kind_of_error_that_the_server_knows_has_its_page() {
    let site = Site::start().await;
    let lines: Vec<&str> = KINDS.lines().filter(|line| line.ends_with(';') && line.matches('"').count() == 6).collect();
    assert!(lines.len() >= 30, "{}", lines.len());
    for line in lines {
        let [status, code, slug] =
            [line.split_whitespace().nth(2).unwrap(), line.split('"').nth(1).unwrap(), line.split('"').nth(3).unwrap()];
        let page = site.get(&format!("/docs/errors/{slug}")).await;
        assert_eq!(page.status, StatusCode::OK, "{slug}");
        assert!(page.body.contains("What to do") && page.body.contains(code), "{slug}");
        assert!(page.body.contains(&format!("<span class=\"status bad\">{status}</span>")), "{slug} is {status}");
    }
    assert_eq!(site.get("/docs/errors/never-heard-of").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_words_of_a_contract_stay_words() {
    let hostile = r#"<script>alert(1)</script><img src=x onerror=alert(2)>"#;
    let contract = serde_json::json!({
        "openapi": "3.1.0",
        "info": { "title": hostile, "version": hostile, "summary": hostile, "description": hostile },
        "tags": [{ "name": hostile, "description": hostile }],
        "paths": { "/a": { "post": {
            "operationId": "evil", "tags": [hostile], "summary": hostile, "description": format!("{hostile}\n\n[x](javascript:alert(3))"),
            "parameters": [{ "name": hostile, "in": "query", "description": hostile, "example": hostile, "schema": { "type": "string", "pattern": hostile, "default": hostile, "enum": [hostile] } }],
            "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Evil" }, "examples": { hostile: { "value": hostile } } } } },
            "responses": { "200": { "description": hostile, "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Evil" }, "example": hostile } } } },
        } } },
        "components": { "schemas": { "Evil": { "type": "object", "description": hostile, "properties": { hostile: { "type": "string", "description": hostile } } } } },
    });
    let site = Site::with(&contract.to_string(), PUBLIC_URL, 900).await;
    let map = site.get("/sitemap.xml").await.body;
    let mut paths = vec!["/".to_owned(), "/reference".to_owned(), "/docs".to_owned()];
    paths.extend(
        map.split(PUBLIC_URL)
            .skip(1)
            .filter_map(|part| part.split('<').next())
            .filter(|path| path.starts_with("/reference/"))
            .map(str::to_owned),
    );
    assert!(paths.len() >= 6);
    for path in paths {
        let page = site.get(&path).await.body;
        assert!(page.contains("&#60;script&#62;alert(1)") || page.contains("alert"), "{path} shows it as text");
        assert!(!page.contains("<script>") && !page.contains("<img") && !page.contains("javascript:"), "{path}");
    }
}

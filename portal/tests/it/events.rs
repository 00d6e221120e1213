//! The event catalogue, and the receivers that it shows.

use poem::http::StatusCode;

use crate::fake_api::webhooks::WEBHOOK_SECRET;
use crate::support::{CONTRACT, Site};

/// What the page shows of Rust is what is compiled and run here.
#[path = "../../content/webhooks/rust.rs"]
mod receiver;

#[tokio::test]
async fn every_kind_of_event_has_a_page_with_its_fields_and_an_example() {
    let site = Site::alone();
    let index = site.get("/docs/events").await;
    assert_eq!(index.status, StatusCode::OK);
    let api = sdk_gen::from_text("openapi.yaml", CONTRACT).unwrap().api;
    assert!(api.webhooks.len() > 20);
    let map = site.get("/sitemap.xml").await.body;
    for event in &api.webhooks {
        let address = format!("/docs/events/{}", event.name);
        assert!(index.body.contains(&format!("href=\"{address}\"")) && map.contains(&address), "{address}");
        let page = site.get(&address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        let summary = event.summary.as_deref().unwrap();
        for words in ["<code class=\"name\">data</code>", "Fields of", "timestamp", &event.name, summary, "Example"] {
            assert!(page.body.contains(words), "{address}: {words}");
        }
    }
    let twin = site.get("/docs/events.md").await;
    assert!(twin.body.contains("## key.revoked") && twin.body.contains("```json"));
    assert_eq!(site.get("/docs/events/key.eaten").await.status, StatusCode::NOT_FOUND);
    assert!(site.get("/docs").await.body.contains("href=\"/docs/events\""));
}

#[tokio::test]
async fn the_catalogue_and_the_guide_for_receivers_lead_to_each_other() {
    let site = Site::alone();
    for (path, link) in [
        ("/docs/events", "<a href=\"/docs/webhooks\">The guide for receivers</a>"),
        ("/docs/events.md", "[The guide for receivers](/docs/webhooks)"),
        ("/docs/webhooks", "<a href=\"/docs/events\">the catalogue of events</a>"),
        ("/docs/webhooks.md", "[the catalogue of events](/docs/events)"),
    ] {
        assert!(site.get(path).await.body.contains(link), "{path}");
    }
}

#[tokio::test]
async fn a_contract_without_events_has_no_catalogue() {
    let contract = "openapi: 3.1.1\ninfo: { title: Bare, version: '1' }\npaths: {}\n";
    let site = Site::with(contract, "http://127.0.0.1:3003", 900).await;
    assert_eq!(site.get("/docs/events").await.status, StatusCode::NOT_FOUND);
    for page in ["/docs", "/sitemap.xml"] {
        assert!(!site.get(page).await.body.contains("/docs/events"), "{page}");
    }
}

#[tokio::test]
async fn s84_the_rust_receiver_on_the_page_takes_what_is_signed_and_nothing_else() {
    #[expect(clippy::disallowed_methods, reason = "the verifier goes by the machine's time")]
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let body = br#"{"type":"key.revoked","timestamp":"2026-11-22T12:00:00.000Z","data":{}}"#;
    let mut headers = reqwest::header::HeaderMap::new();
    for (name, value) in [
        ("webhook-id", "evt_1".to_owned()),
        ("webhook-timestamp", now.to_string()),
        ("webhook-signature", signed(now, body)),
    ] {
        headers.insert(name, value.parse().unwrap());
    }
    let event = receiver::receive(WEBHOOK_SECRET, &headers, body).unwrap();
    assert_eq!((event.id.as_str(), event.event_type.as_str()), ("evt_1", "key.revoked"));
    assert!(receiver::receive(WEBHOOK_SECRET, &headers, b"{}").is_err());
    let shown = site_text(include_str!("../../content/webhooks/rust.rs"));
    assert!(Site::alone().get("/docs/events").await.body.contains(&shown), "the page shows it");
}

fn signed(now: u64, body: &[u8]) -> String {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let secret = STANDARD.decode(WEBHOOK_SECRET.trim_start_matches("whsec_")).unwrap();
    let content = [format!("evt_1.{now}.").as_bytes(), body].concat();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), &content);
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

/// The first line of a program that has nothing to escape or to colour.
fn site_text(program: &str) -> String {
    let line = program.lines().find(|line| line.starts_with("/// `body`")).unwrap();
    line.to_owned()
}

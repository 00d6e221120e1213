//! The pages of who is signed in, and what crawlers find.

use poem::http::StatusCode;

use crate::support::{PUBLIC_URL, Site};

#[tokio::test]
async fn the_overview_shows_keys_limits_and_calls() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "Shop"), ("scopes", "read:items")]).await;
    let page = visitor.get("/dashboard").await.body;
    assert!(page.contains("Hello, Ada &#60;b&#62;&#38;"), "a name is text");
    for words in ["48 of 60 left", "listItems", "Shop", "<svg viewBox=\"0 0 720 220\"", "12 calls, 1 errors"] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn usage_is_a_chart_with_words_a_table_and_csv() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    visitor.submit("/dashboard/keys", &[("name", "=Shop"), ("scopes", "read:items")]).await;
    for range in ["24h", "7d", "30d", "90d"] {
        let page = visitor.get(&format!("/dashboard/usage?range={range}")).await.body;
        for words in [
            "<title id=\"chart-title\">",
            "<desc id=\"chart-desc\">",
            "<details>",
            "=Shop (gp_live_0123…6789)",
            "Signed in",
            "createItem",
            "404",
        ] {
            assert!(page.contains(words), "{range}: {words}");
        }
    }
    let csv = visitor.get("/dashboard/usage.csv?range=24h").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.body.contains("operation,listItems,8,0\r\n"));
    assert!(csv.body.contains("key,'=Shop (gp_live_0123…6789),9,1\r\n"), "no formula: {}", csv.body);
    assert_eq!(csv.body.lines().filter(|line| line.starts_with("time,")).count(), 24);
}

#[tokio::test]
async fn scopes_that_only_an_administrator_grants_are_not_offered() {
    let site = Site::start().await;
    let page = site.signed_in().await.get("/dashboard/keys/new").await.body;
    assert!(page.contains("value=\"write:items\"") && page.contains("value=\"webhooks\""));
    assert!(!page.contains("users:write"));
    let (visible, folded) = page.split_once("Everything at once").unwrap();
    assert!(visible.contains("value=\"read:items\"") && visible.contains("value=\"write:items\""));
    assert!(
        folded.contains("value=\"webhooks\"") && folded.contains("value=\"read\""),
        "what is to come is folded away"
    );
    assert!(page.contains("value=\"90\" checked"), "ninety days unless asked otherwise");
}

#[tokio::test]
async fn a_key_of_somebody_else_is_a_missing_page() {
    let site = Site::start().await;
    assert_eq!(site.signed_in().await.get("/dashboard/keys/key_of_somebody").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_id_that_cannot_be_one_is_told_kindly() {
    let site = Site::start().await;
    let answer = site.signed_in().await.get("/dashboard/keys/%00").await;
    assert!(answer.status.is_client_error(), "{}", answer.status);
    assert!(answer.body.contains("<h1>"));
}

#[tokio::test]
async fn crawlers_find_every_page_and_no_private_one() {
    let site = Site::start().await;
    let map = site.get("/sitemap.xml").await.body;
    let places: Vec<&str> = map.split("<loc>").skip(1).filter_map(|part| part.split("</loc>").next()).collect();
    assert!(places.len() > 80, "{}", places.len());
    for place in &places {
        let path = place.strip_prefix(PUBLIC_URL).unwrap();
        assert!(!path.starts_with("/dashboard"));
        assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
    }
    let robots = site.get("/robots.txt").await.body;
    for private in ["/dashboard", "/verify-email/", "/reset-password/"] {
        assert!(robots.contains(&format!("Disallow: {private}\n")), "{private}");
    }
}

#[tokio::test]
async fn the_catalogue_names_the_contract_and_its_pages() {
    let site = Site::start().await;
    let catalog = site.get("/.well-known/api-catalog").await;
    assert!(catalog.header("content-type").starts_with("application/linkset+json"));
    let links: serde_json::Value = serde_json::from_str(&catalog.body).unwrap();
    let context = &links["linkset"][0];
    for relation in ["service-desc", "service-doc", "service-meta"] {
        for link in context[relation].as_array().unwrap() {
            let path = link["href"].as_str().unwrap().strip_prefix(PUBLIC_URL).unwrap();
            assert_eq!(site.get(path).await.status, StatusCode::OK, "{path}");
        }
    }
    assert!(site.get("/").await.header("link").contains("rel=\"api-catalog\""));
}

#[tokio::test]
async fn quickstarts_say_where_the_sdks_are() {
    let site = Site::start().await;
    for (language, word) in
        [("rust", "sdk-rust"), ("typescript", "sdk-js"), ("python", "sdk-python"), ("curl", "/v1/items")]
    {
        let page = site.get(&format!("/docs/quickstart?lang={language}")).await.body;
        assert!(page.contains(word) && page.contains("GATEPOST_API_KEY") && !page.contains("{{"), "{language}");
    }
}

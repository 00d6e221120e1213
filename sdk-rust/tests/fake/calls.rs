//! What goes out, and what comes back.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use gatepost_sdk::types::{ItemCondition, ItemStatus, Money, UpdateItem};
use gatepost_sdk::{Error, ErrorKind};
use serde_json::json;

use crate::support::{Fake, Reply, item};

#[tokio::test]
async fn a_call_carries_key_agent_and_body() {
    let fake = Fake::start(|_, _| Reply::json(201, &item("itm_1")).with("x-request-id", "req_7")).await;
    let price = Money::builder().amount(100).currency("EUR");
    let made = fake
        .client()
        .create_item()
        .body_map(|item| item.title("Camera").price(price).condition(ItemCondition::Good).maybe_brand_id(None::<&str>))
        .send()
        .await
        .expect("created");
    assert_eq!((made.id.as_str(), made.status(), made.request_id()), ("itm_1", 201, Some("req_7")));

    let asked = fake.asked().remove(0);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/items"));
    assert_eq!(asked.header("x-api-key"), Some("gp_test_key"));
    assert!(asked.header("user-agent").is_some_and(|agent| agent.starts_with("gatepost-sdk-rust/0.")));
    assert_eq!(
        asked.json(),
        json!({ "title": "Camera", "price": { "amount": 100, "currency": "EUR" }, "condition": "good" })
    );
}

#[tokio::test]
async fn a_form_goes_with_name_and_password_and_a_standard_refusal_is_read() {
    let refusal = json!({ "error": "invalid_scope", "error_description": "Not yours." });
    let fake = Fake::start(move |_, _| Reply::json(400, &refusal)).await;
    let client = fake.builder().api_key("gp_test_key").basic_auth("key_1", "gp_test_secret").build().expect("a client");
    let call = client.issue_token().body_map(|body| body.grant_type("client_credentials").scope("a b&c"));
    let error = call.send().await.expect_err("refused");
    assert_eq!((error.kind(), error.code()), (ErrorKind::Malformed, Some("invalid_scope")));
    assert!(error.to_string().contains("Not yours."), "{error}");

    let asked = fake.asked().remove(0);
    assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
    assert_eq!(String::from_utf8_lossy(&asked.body), "grant_type=client_credentials&scope=a+b%26c");
    let basic = format!("Basic {}", STANDARD.encode("key_1:gp_test_secret"));
    assert_eq!((asked.header("authorization"), asked.header("x-api-key")), (Some(basic.as_str()), None));

    client.get_current_user().send().await.expect_err("refused");
    assert_eq!(fake.asked()[1].header("authorization"), None, "the password goes nowhere else");
}

#[tokio::test]
async fn absent_null_and_empty_are_three_things_in_a_patch() {
    let fake = Fake::start(|_, _| Reply::json(200, &item("itm_1"))).await;
    let client = fake.client();
    let update = || client.update_item().item_id("itm_1");
    update().body_map(|body| body.title("New")).send().await.expect("changed");
    update().body_map(|body| body.clear_category_id().brand_id("brd_1")).send().await.expect("changed");
    let whole = UpdateItem { category_id: Some(None), description: Some(String::new()), ..UpdateItem::default() };
    update().body(whole).send().await.expect("changed");

    let bodies: Vec<_> = fake.asked().iter().map(crate::support::Asked::json).collect();
    assert_eq!(bodies[0], json!({ "title": "New" }));
    assert_eq!(bodies[1], json!({ "categoryId": null, "brandId": "brd_1" }));
    assert_eq!(bodies[2], json!({ "categoryId": null, "description": "" }));
}

#[tokio::test]
async fn an_empty_list_is_sent_and_an_absent_one_is_not() {
    let fake = Fake::start(|_, _| Reply::problem(409, "CONFLICT")).await;
    let client = fake.client();
    client.update_key().key_id("key_1").body_map(|body| body.scopes([] as [&str; 0])).send().await.expect_err("409");
    client.update_key().key_id("key_1").body_map(|body| body.disabled(true)).send().await.expect_err("409");
    assert_eq!(fake.asked()[0].json(), json!({ "scopes": [] }));
    assert_eq!(fake.asked()[1].json(), json!({ "disabled": true }));
}

#[tokio::test]
async fn values_of_a_later_version_survive() {
    let mut later = item("itm_1");
    later["condition"] = json!("refurbished");
    later["warranty"] = json!({ "months": 12 });
    let body = later.clone();
    let fake = Fake::start(move |_, _| Reply::json(200, &body)).await;
    let item = fake.client().get_item().item_id("itm_1").send().await.expect("read").into_inner();
    assert_eq!(item.condition, ItemCondition::Unknown("refurbished".into()));
    assert_eq!(item.status, ItemStatus::Active);
    assert_eq!(item.extra["warranty"]["months"], 12);
    assert_eq!(serde_json::to_value(&item).expect("written")["condition"], "refurbished");
}

#[tokio::test]
async fn a_refusal_says_everything_that_the_api_said() {
    let body = json!({
        "type": "https://example.com/problems/forbidden", "title": "Forbidden", "status": 403, "code": "INSUFFICIENT_SCOPE",
        "detail": "A scope is missing.", "requestId": "req_9", "errors": [{ "pointer": "/scopes/0", "message": "not yours" }],
        "requiredScopes": ["write:items"], "grantedScopes": ["read:items"],
    });
    let fake = Fake::start(move |_, _| Reply::json(403, &body)).await;
    let error = fake.client().delete_item().item_id("itm_1").send().await.expect_err("refused");
    assert_eq!(
        (error.kind(), error.status(), error.code()),
        (ErrorKind::Forbidden, Some(403), Some("INSUFFICIENT_SCOPE"))
    );
    assert!(error.is_forbidden());
    assert_eq!(error.request_id(), Some("req_9"));
    let Error::Api(api) = &error else { panic!("another error: {error}") };
    assert_eq!(
        (api.required_scopes.as_slice(), api.granted_scopes.as_slice()),
        (["write:items".to_owned()].as_slice(), ["read:items".to_owned()].as_slice())
    );
    assert_eq!((api.errors[0].pointer.as_str(), api.errors[0].message.as_str()), ("/scopes/0", "not yours"));
    let text = error.to_string();
    for word in ["deleteItem", "403", "INSUFFICIENT_SCOPE", "A scope is missing.", "write:items", "req_9"] {
        assert!(text.contains(word), "{word} in {text}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_problem_document_is_an_error_all_the_same() {
    let fake = Fake::start(|_, _| Reply::Says(404, vec![], "<h1>Not here</h1>".into())).await;
    let error = fake.client().get_item().item_id("itm_1").send().await.expect_err("refused");
    assert!(error.is_not_found());
    assert_eq!(error.api().map(|api| api.body.as_ref()), Some(b"<h1>Not here</h1>".as_slice()));
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_names_itself() {
    let fake = Fake::start(|_, _| Reply::json(200, &json!({ "id": 1 })).with("x-request-id", "req_8")).await;
    let error = fake.client().get_item().item_id("itm_1").send().await.expect_err("not an item");
    assert_eq!((error.kind(), error.status(), error.request_id()), (ErrorKind::Decode, Some(200), Some("req_8")));
}

#[tokio::test]
async fn a_missing_value_is_named_and_nothing_is_sent() {
    let fake = Fake::start(|_, _| Reply::json(200, &item("itm_1"))).await;
    let client = fake.client();
    let error = client.create_item().body_map(|item| item.title("x")).send().await.expect_err("no price");
    assert!(error.to_string().contains("price is missing"), "{error}");
    for id in ["", ".", ".."] {
        let error = client.get_item().item_id(id).send().await.expect_err("another path");
        assert_eq!(error.kind(), ErrorKind::Local);
    }
    assert!(fake.asked().is_empty());
}

#[tokio::test]
async fn the_raw_answer_is_there_for_who_wants_it() {
    let fake = Fake::start(|_, _| Reply::json(200, &item("itm_1")).with("etag", "\"7\"")).await;
    let raw = fake.client().get_item().item_id("itm/1 ?").send_raw().await.expect("found");
    assert_eq!(raw.headers()["etag"], "\"7\"");
    assert!(raw.text().await.expect("text").contains("itm_1"));
    assert_eq!(fake.asked()[0].path, "/v1/items/itm%2F1%20%3F");
}

#[tokio::test]
async fn clones_differ_in_one_thing_and_share_the_rest() {
    let fake = Fake::start(|_, _| Reply::json(200, &json!({ "data": [], "nextCursor": null }))).await;
    let base = fake.client().with_header("x-vouch", "token").expect("a header");
    base.list_items().send().await.expect("listed");
    base.with_access_token("abc").expect("a token").list_items().send().await.expect("listed");
    base.with_api_key("gp_test_other").expect("a key").list_items().send().await.expect("listed");
    let asked = fake.asked();
    let sent = |at: usize, name: &str| asked[at].header(name).map(str::to_owned);
    assert!(asked.iter().all(|asked| asked.header("x-vouch") == Some("token")));
    assert_eq!((sent(0, "x-api-key"), sent(0, "authorization")), (Some("gp_test_key".into()), None));
    assert_eq!(
        (sent(1, "x-api-key"), sent(1, "authorization")),
        (None, Some("Bearer abc".into())),
        "a token goes alone"
    );
    assert_eq!((sent(2, "x-api-key"), sent(2, "authorization")), (Some("gp_test_other".into()), None));
}

#[tokio::test]
async fn what_is_left_of_the_limit_is_remembered() {
    let fake = Fake::start(|_, _| {
        Reply::json(200, &json!({ "data": [], "nextCursor": null }))
            .with("x-ratelimit-limit", "60")
            .with("x-ratelimit-remaining", "41")
            .with("x-ratelimit-reset", "9")
    })
    .await;
    let client = fake.client();
    assert_eq!(client.rate_limit(), None);
    client.list_items().send().await.expect("listed");
    let left = client.rate_limit().expect("said");
    assert_eq!((left.limit, left.remaining, left.reset), (Some(60), Some(41), Some(Duration::from_secs(9))));
}

#[tokio::test]
async fn each_answer_and_each_error_has_its_own_limits() {
    let fake = Fake::start(|number, _| {
        let reply = match number {
            0 => Reply::json(200, &item("itm_1")).with("ratelimit", "\"minute\";r=1;t=12"),
            1 => Reply::problem(429, "RATE_LIMITED").with("ratelimit", "\"minute\";r=0;t=12").with("retry-after", "90"),
            _ => return Reply::json(200, &item("itm_1")),
        };
        reply.with("ratelimit-policy", "\"minute\";q=2;w=60")
    })
    .await;
    let client = fake.client();
    let first = client.get_item().item_id("itm_1").send().await.expect("found").rate_limit().expect("said");
    assert_eq!((first.limit, first.remaining, first.window), (Some(2), Some(1), Some(Duration::from_secs(60))));
    assert_eq!(client.rate_limit(), Some(first));

    let error = client.get_item().item_id("itm_1").send().await.expect_err("limited");
    let full = error.rate_limit().expect("said");
    assert_eq!((full.policy.as_deref(), full.remaining, full.windows.len()), (Some("minute"), Some(0), 1));
    assert_eq!((error.retry_after(), client.rate_limit().as_ref()), (Some(Duration::from_secs(90)), Some(full)));

    let silent = client.get_item().item_id("itm_1").send().await.expect("found");
    assert_eq!(silent.rate_limit(), None);
    assert_eq!(client.rate_limit().and_then(|last| last.remaining), Some(0), "the last that was said stays");
}

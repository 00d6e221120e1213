//! Trying again.

use std::time::Duration;

use gatepost_sdk::types::{CreateItem, ItemCondition, Money};
use gatepost_sdk::{Error, ErrorKind};
use serde_json::json;

use crate::support::{Fake, Reply, item};

fn camera() -> CreateItem {
    let price = Money { amount: 100, currency: "EUR".into() };
    CreateItem::builder().title("Camera").price(price).condition(ItemCondition::Good).try_into().expect("complete")
}

/// The reply of the n-th try, the last for all after.
fn script(replies: Vec<Reply>) -> impl Fn(usize, &crate::support::Asked) -> Reply {
    move |number, _| replies[number.min(replies.len() - 1)].clone()
}

#[tokio::test]
async fn each_passing_trouble_is_tried_again() {
    for trouble in [
        Reply::problem(408, "X"),
        Reply::problem(425, "X"),
        Reply::problem(429, "X"),
        Reply::problem(503, "X"),
        Reply::Drops,
        Reply::BreaksOff,
    ] {
        let fake = Fake::start(script(vec![trouble.clone(), Reply::json(200, &item("itm_1"))])).await;
        fake.client().get_item().item_id("itm_1").send().await.unwrap_or_else(|error| panic!("{trouble:?}: {error}"));
        assert_eq!(fake.asked().len(), 2, "{trouble:?}");
    }
}

#[tokio::test]
async fn two_retries_and_then_the_error() {
    let fake = Fake::start(script(vec![Reply::problem(500, "BROKEN")])).await;
    let error = fake.client().get_item().item_id("itm_1").send().await.expect_err("broken");
    assert_eq!((error.kind(), fake.asked().len()), (ErrorKind::Server, 3));

    let fake = Fake::start(script(vec![Reply::problem(500, "BROKEN")])).await;
    let client = fake.builder().max_retries(0).build().expect("a client");
    client.get_item().item_id("itm_1").send().await.expect_err("broken");
    assert_eq!(fake.asked().len(), 1);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again() {
    for status in [400, 401, 403, 404, 409, 422, 501] {
        let fake = Fake::start(script(vec![Reply::problem(status, "X")])).await;
        fake.client().get_item().item_id("itm_1").send().await.expect_err("refused");
        assert_eq!(fake.asked().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_creation_carries_one_key_over_all_its_tries() {
    let fake =
        Fake::start(script(vec![Reply::Drops, Reply::problem(502, "X"), Reply::json(201, &item("itm_1"))])).await;
    let client = fake.client();
    client.create_item().body(camera()).send().await.expect("created in the end");
    client.create_item().body(camera()).send().await.expect("created");
    client.create_item().body(camera()).idempotency_key("mine").send().await.expect("created");
    let keys: Vec<_> =
        fake.asked().iter().map(|asked| asked.header("idempotency-key").expect("a key").to_owned()).collect();
    assert_eq!(keys.len(), 5);
    assert!(keys[0] == keys[1] && keys[1] == keys[2], "one key a call: {keys:?}");
    assert_ne!(keys[2], keys[3], "another call, another key");
    assert!(keys[0].len() >= 22);
    assert_eq!(keys[4], "mine");
}

#[tokio::test]
async fn a_post_without_a_key_is_not_repeated_when_it_may_have_happened() {
    for trouble in [Reply::Drops, Reply::BreaksOff, Reply::problem(502, "X")] {
        let fake = Fake::start(script(vec![trouble.clone()])).await;
        fake.client().verify_key().body_map(|body| body.key("gp_live_x")).send().await.expect_err("lost");
        assert_eq!(fake.asked().len(), 1, "{trouble:?}");
    }
    let fake = Fake::start(script(vec![Reply::problem(429, "X")])).await;
    fake.client().verify_key().body_map(|body| body.key("gp_live_x")).send().await.expect_err("limited");
    assert_eq!(fake.asked().len(), 3, "a refused call did not happen");
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_obeyed_up_to_a_minute() {
    let limited = |seconds: &str| Reply::problem(429, "RATE_LIMITED").with("retry-after", seconds);
    let fake = Fake::start(script(vec![limited("7"), Reply::json(200, &item("itm_1"))])).await;
    let begun = tokio::time::Instant::now();
    fake.client().get_item().item_id("itm_1").send().await.expect("after the wait");
    let waited = begun.elapsed();
    assert!(waited >= Duration::from_secs(7), "it waited {waited:?} of the paused clock");

    let fake = Fake::start(script(vec![limited("900")])).await;
    let error = fake.client().get_item().item_id("itm_1").send().await.expect_err("too long to wait");
    assert!(error.is_rate_limited());
    assert_eq!((error.retry_after(), fake.asked().len()), (Some(Duration::from_secs(900)), 1));
}

#[tokio::test]
async fn nobody_there_is_a_connection_error() {
    let client =
        gatepost_sdk::Client::builder().base_url("http://127.0.0.1:1").max_retries(0).build().expect("a client");
    let error = client.get_health().send().await.expect_err("nobody there");
    assert_eq!(error.kind(), ErrorKind::Connection);
    assert!(matches!(error, Error::Connection(_)));
}

#[tokio::test]
async fn no_answer_in_time_is_a_timeout() {
    let fake = Fake::start(script(vec![Reply::Hangs])).await;
    let client = fake.client().with_timeout(Duration::from_millis(50)).with_max_retries(1);
    let error = client.get_item().item_id("itm_1").send().await.expect_err("nothing came");
    assert_eq!((error.kind(), fake.asked().len()), (ErrorKind::Timeout, 2));
    let error = client.verify_key().body_map(|body| body.key("x")).send().await.expect_err("nothing came");
    assert_eq!((error.kind(), fake.asked().len()), (ErrorKind::Timeout, 3), "it may have happened");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let fake =
        Fake::start(|_, _| Reply::Says(302, vec![("location", "/elsewhere".into())], json!({}).to_string())).await;
    let error = fake.client().get_item().item_id("itm_1").send().await.expect_err("the key stays here");
    assert_eq!((error.status(), fake.asked().len()), (Some(302), 1));
}

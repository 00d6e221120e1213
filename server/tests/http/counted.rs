//! What is counted besides calls of operations, and what every answer tells of it.

use reqwest::Method;

use crate::support::{Actor, Answer, TestApp};

fn left(answer: &Answer) -> Option<&str> {
    answer.header("x-ratelimit-remaining")
}

/// Every header of DESIGN.md, section 3.
fn tells_of_limits(answer: &Answer) -> bool {
    ["ratelimit-policy", "ratelimit", "x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"]
        .iter()
        .all(|name| answer.header(name).is_some())
}

async fn put(actor: &Actor, path: &str) -> Answer {
    actor.send(Method::PUT, path, None, &[]).await
}

#[tokio::test]
async fn what_leads_nowhere_is_counted_and_says_what_is_left() {
    let app = TestApp::with_limits_of(3, "read").await;
    let nobody = app.nobody();
    let first = nobody.get("/v1/no-such-thing").await.is(404);
    assert!(tells_of_limits(&first));
    assert_eq!(left(&first), Some("2"));
    assert_eq!(left(&put(&nobody, "/v1/brands").await.is(405)), Some("1"));
    assert_eq!(left(&nobody.get("/v1/brands").await.is(200)), Some("0"));
    let refused = nobody.get("/v1/no-such-thing").await.is(429);
    assert!(tells_of_limits(&refused) && refused.header("retry-after").is_some());
    put(&nobody, "/v1/brands").await.is(429);
}

#[tokio::test]
async fn what_leads_nowhere_is_counted_to_whoever_asks() {
    let app = TestApp::with_limits_of(3, "read").await;
    let owner = app.owner().await;
    assert_eq!(left(&owner.get("/v1/no-such-thing").await.is(404)), Some("2"));
    assert_eq!(left(&owner.get("/v1/me").await.is(200)), Some("1"));
    assert_eq!(left(&app.nobody().get("/v1/brands").await.is(200)), Some("2"), "not to the address");
    assert_eq!(left(&app.nobody().with_key("gp_live_junk").get("/v1/no-such-thing").await.is(404)), Some("1"));
}

#[tokio::test]
async fn asking_for_the_limits_tells_them_in_headers_too_and_counts_nothing() {
    let app = TestApp::with_limits_of(3, "read").await;
    let owner = app.owner().await;
    for _ in 0..5 {
        let answer = owner.get("/v1/rate-limit").await.is(200);
        assert!(tells_of_limits(&answer));
        assert_eq!(left(&answer), Some("3"));
    }
    assert_eq!(left(&owner.get("/v1/me").await.is(200)), Some("2"));
    assert_eq!(left(&owner.get("/v1/rate-limit").await.is(200)), Some("2"));
}

#[tokio::test]
async fn health_and_preflights_are_not_counted_and_tell_nothing() {
    let app = TestApp::with_limits_of(1, "read").await;
    for _ in 0..3 {
        assert!(left(&app.nobody().get("/health").await.is(200)).is_none());
        let answer = app.nobody().send(Method::OPTIONS, "/v1/brands", None, &[]).await.is(204);
        assert!(left(&answer).is_none());
    }
    app.nobody().get("/v1/brands").await.is(200);
}

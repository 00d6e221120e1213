//! What was sent to an endpoint: the log, tests, and sending again.

use super::*;

#[tokio::test]
async fn the_log_is_filtered_and_turned_by_pages() {
    let site = Site::start().await;
    let visitor = one_endpoint(&site).await;
    let page = visitor.get(&format!("{ONE}?status=failed&type=key.*&range=7d")).await.body;
    let query = asked(&site, "GET /v1/webhooks/whk_1/deliveries").remove(0);
    assert!(query.contains("status=failed") && query.contains("type=key.*"), "{query}");
    for words in [
        "href=\"/dashboard/webhooks/whk_1/deliveries/dlv_1\">key.revoked",
        "status bad\">failed",
        "<code class=\"fine\">500</code>",
        "<option value=\"failed\" selected>",
        "value=\"key.*\"",
        "Show all",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let older = page
        .split("href=\"")
        .map(|rest| rest.split('"').next().unwrap())
        .find(|href| href.contains("cursor="))
        .unwrap();
    assert!(
        older.contains("status=failed") && older.contains("range=7d") && older.contains("cursor=older%2F%26%3D"),
        "{older}"
    );
    let last = visitor.get(&older.replace("&#38;", "&").replace("#deliveries", "")).await.body;
    assert!(asked(&site, "GET /v1/webhooks/whk_1/deliveries")[1].contains("cursor=older%2F%26%3D"));
    assert!(!last.contains(">Older<") && last.contains(">Newest<"));
    assert!(visitor.get(&format!("{ONE}?status=pending")).await.body.contains("No delivery is like that."));
    for (query, field) in [("status=lost", "status"), ("type=Bad", "type")] {
        let wrong = visitor.get(&format!("{ONE}?{query}")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains(&format!("id=\"{field}-fault\"")) && !wrong.body.contains("dlv_1"), "{query}");
    }
}

#[tokio::test]
async fn a_test_leads_to_its_delivery_with_why_it_failed_and_what_to_do() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let answer = visitor.submit(&format!("{ONE}/test"), &[]).await;
    let delivery = "/dashboard/webhooks/whk_1/deliveries/dlv_2";
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, delivery));
    assert_eq!(site.api.asked("GET /v1/webhooks/whk_1/deliveries/dlv_2"), 1, "it waited for the first attempt");
    let page = visitor.get(delivery).await.body;
    for words in [
        "status late\">pending",
        "There was no connection to the receiver",
        "Check that the receiver listens",
        "in 5 minutes",
    ] {
        assert!(page.contains(words), "{words}");
    }
    site.advance_ms(295_000);
    for path in [delivery, ONE] {
        assert!(visitor.get(path).await.body.contains(">in 5 seconds<"), "{path}");
    }
}

#[tokio::test]
async fn a_delivery_shows_each_attempt_and_nothing_of_a_receiver_gets_through() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let path = format!("{ONE}/deliveries/dlv_1");
    let page = visitor.get(&path).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>&"));
    for words in [
        "Attempt 1",
        "did not answer in time",
        "Attempt 2",
        "status bad\">500",
        "The receiver broke on it.",
        "&#60;script&#62;",
        "took 87 ms",
        "22 Nov 2026, 12:00:01 UTC",
        "href=\"/docs/events/key.revoked\"",
        "evt_of_dlv_1",
        "none: it was given up",
        "Replay it now",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let answer = visitor.submit(&format!("{path}/replay"), &[]).await;
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, path.as_str()));
    assert_eq!(site.api.asked("POST /v1/webhooks/whk_1/deliveries/dlv_1/replay"), 1);
    assert_eq!(visitor.get(&format!("{ONE}/deliveries/dlv_9")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(visitor.submit(&format!("{ONE}/deliveries/dlv_9/replay"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn all_that_failed_since_a_time_is_sent_again() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    assert!(visitor.get(ONE).await.body.contains("type=\"datetime-local\" value=\"2026-11-21T12:30\""), "a day ago");
    let answer = visitor.submit(&format!("{ONE}/replay-failed"), &[("since", "2026-11-20T08:00")]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/dashboard/webhooks/whk_1?replayed=2")
    );
    let since = sent(&site, "POST /v1/webhooks/whk_1/deliveries/replay-failed")["since"].clone();
    assert!(since.as_str().unwrap().starts_with("2026-11-20T08:00:00"), "{since}");
    assert!(visitor.get(&format!("{ONE}?replayed=2")).await.body.contains("2 deliveries are sent again."));
    let wrong = visitor.submit(&format!("{ONE}/replay-failed"), &[("since", "yesterday")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.body.contains("id=\"since-fault\">is a time such as")
            && wrong.body.contains("type=\"text\" value=\"yesterday\"")
    );
    assert_eq!(site.api.asked("POST /v1/webhooks/whk_1/deliveries/replay-failed"), 1);
}

#[tokio::test]
async fn any_event_is_sent_again_by_its_id() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    assert!(visitor.get(ONE).await.body.contains("name=\"eventId\" type=\"text\" value=\"\""));
    let answer = visitor.submit(&format!("{ONE}/replay-event"), &[("eventId", EVENT)]).await;
    let delivery = "/dashboard/webhooks/whk_1/deliveries/dlv_2";
    assert_eq!((answer.status, answer.header("location")), (StatusCode::SEE_OTHER, delivery));
    assert_eq!(site.api.asked(&format!("POST /v1/webhooks/whk_1/events/{EVENT}/replay")), 1);
    assert_eq!(site.api.asked("GET /v1/webhooks/whk_1/deliveries/dlv_2"), 1, "it waited for the first attempt");
}

#[tokio::test]
async fn an_event_that_is_not_there_is_refused_at_its_field_with_what_was_typed() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let malformed = "is evt_ and then letters and digits";
    for (event, message) in [
        ("", malformed),
        ("evt_", malformed),
        ("dlv_1", malformed),
        ("evt_1/../../whk_2", malformed),
        ("evt_unknown", "is no event of yours, or one that is kept no more"),
    ] {
        let page = visitor.submit(&format!("{ONE}/replay-event"), &[("eventId", event)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{event}");
        assert!(page.body.contains(&format!("id=\"eventId-fault\">{message}<")), "{event}");
        assert!(page.body.contains(&format!("name=\"eventId\" type=\"text\" value=\"{event}\"")), "{event}");
    }
    let calls = site.api.calls.lock().unwrap();
    let lines = calls.iter().map(|call| call.line.as_str());
    let asked: Vec<&str> = lines.filter(|line| line.contains("/events/")).collect();
    assert_eq!(asked, ["POST /v1/webhooks/whk_1/events/evt_unknown/replay"], "what can be no id is not asked for");
}

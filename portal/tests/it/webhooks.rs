//! Webhooks: the endpoints and their forms.

mod deliveries;

use std::sync::atomic::Ordering;

use poem::http::StatusCode;
use serde_json::{Value, json};

use crate::fake_api::webhooks::{EVENT, WEBHOOK_SECRET};
use crate::support::{Site, Visitor};

const ONE: &str = "/dashboard/webhooks/whk_1";
const FORM: [(&str, &str); 5] = [
    ("url", "https://hooks.example.com/in?token=abc"),
    ("events", "key.*"),
    ("events", "webhook.disabled"),
    ("patterns", "order.*"),
    ("description", "Tells <b>the channel"),
];

async fn one_endpoint(site: &Site) -> Visitor<'_> {
    let mut visitor = site.signed_in().await;
    let made = visitor.submit("/dashboard/webhooks", &FORM).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    visitor
}

/// The body that was sent last with that line.
fn sent(site: &Site, line: &str) -> Value {
    let calls = site.api.calls.lock().unwrap();
    calls.iter().rev().find(|call| call.line == line).unwrap().body.clone()
}

/// The queries of all calls with that line.
fn asked(site: &Site, line: &str) -> Vec<String> {
    let calls = site.api.calls.lock().unwrap();
    calls.iter().filter(|call| call.line == line).map(|call| call.query.clone()).collect()
}

#[tokio::test]
async fn an_endpoint_is_registered_and_its_secret_shown_once_beside_receivers() {
    let site = Site::start().await;
    assert_eq!(site.get("/webhooks").await.header("location"), "/dashboard/webhooks");
    assert_eq!(site.get("/dashboard/webhooks").await.header("location"), "/login?next=/dashboard/webhooks");
    let mut visitor = site.signed_in().await;
    assert!(visitor.get("/dashboard/webhooks").await.body.contains("No endpoints yet"));
    let form = visitor.get("/dashboard/webhooks/new").await.body;
    for words in
        ["value=\"*\"", "value=\"key.*\"", "value=\"key.revoked\"", "name=\"idempotency_key\"", "href=\"/docs/events\""]
    {
        assert!(form.contains(words), "{words}");
    }
    let made = visitor.submit("/dashboard/webhooks", &FORM).await;
    assert_eq!((made.status, made.header("cache-control")), (StatusCode::OK, "no-store"));
    let events = json!(["key.*", "webhook.disabled", "order.*"]);
    let wanted = json!({ "url": "https://hooks.example.com/in?token=abc", "events": events, "description": "Tells <b>the channel" });
    assert_eq!(sent(&site, "POST /v1/webhooks"), wanted);
    for words in [
        WEBHOOK_SECRET,
        "GATEPOST_WEBHOOK_SECRET=",
        "verifyWebhook",
        "WebhookVerifier",
        "standardwebhooks",
        "panel python",
    ] {
        assert!(made.body.contains(words), "{words}");
    }
    for path in ["/dashboard/webhooks", ONE, "/dashboard/webhooks/whk_1/edit"] {
        assert!(!visitor.get(path).await.body.contains(WEBHOOK_SECRET), "{path}");
    }
}

#[tokio::test]
async fn the_list_shows_each_endpoint_with_its_state_and_its_health() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let list = visitor.get("/dashboard/webhooks").await.body;
    for words in [
        "href=\"/dashboard/webhooks/whk_1\">hooks.example.com/in<",
        "state enabled",
        "<code>key.*</code>",
        "Tells &#60;b&#62;the channel",
        "class=\"spark\"",
        "aria-label=\"The last 24 hours: 46 deliveries, 3 failed, 1 waiting\"",
        "42 delivered, 3 failed, 1 waiting",
    ] {
        assert!(list.contains(words), "{words}");
    }
    assert!(!list.contains("token=abc"), "what may be a secret is not in the list");
    visitor.submit(&format!("{ONE}/enabled"), &[("enabled", "false")]).await;
    let list = visitor.get("/dashboard/webhooks").await.body;
    assert!(list.contains("state disabled") && list.contains("You disabled it."));
}

#[tokio::test]
async fn faults_of_an_endpoint_stand_at_their_fields_and_what_was_typed_stays() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let fields =
        [("url", "http://127.0.0.1/in"), ("events", "key.*"), ("patterns", "no.such"), ("description", "Mine")];
    let page = visitor.submit("/dashboard/webhooks", &fields).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in [
        "id=\"url-fault\">leads to no public address<",
        "value=\"http://127.0.0.1/in\"",
        "id=\"events-fault\">names no kind of event<",
        "value=\"key.*\" checked",
        ">no.such</textarea>",
        ">Mine</textarea>",
    ] {
        assert!(page.body.contains(words), "{words}");
    }
    let nothing = visitor.submit("/dashboard/webhooks", &[("url", "https://a.example")]).await;
    assert!(nothing.body.contains("id=\"events-fault\">has at least 1 item<"));
    for _ in 0..3 {
        visitor.submit("/dashboard/webhooks", &FORM).await;
    }
    let many = visitor.submit("/dashboard/webhooks", &FORM).await;
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(many.body.contains("An account has at most 3 webhooks."));
}

#[tokio::test]
async fn an_endpoint_is_edited_with_its_patterns_as_they_were() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    let fields = [("url", "https://a.example/in"), ("events", "key.*"), ("patterns", "practice.completed.*")];
    visitor.submit("/dashboard/webhooks", &fields).await;
    let page = visitor.get(&format!("{ONE}/edit")).await.body;
    assert!(page.contains("value=\"https://a.example/in\"") && page.contains("value=\"key.*\" checked"));
    assert!(page.contains(">practice.completed.*</textarea>") && !page.contains("value=\"*\" checked"));
    let answer = visitor.submit(&format!("{ONE}/edit"), &[("url", "https://b.example/in"), ("events", "*")]).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::SEE_OTHER, "/dashboard/webhooks/whk_1?changed")
    );
    let wanted = json!({ "url": "https://b.example/in", "events": ["*"], "description": null, "ratePerSecond": null });
    assert_eq!(sent(&site, "PATCH /v1/webhooks/whk_1"), wanted);
    let page = visitor.get(&format!("{ONE}?changed")).await.body;
    assert!(page.contains("The endpoint is changed.") && page.contains("https://b.example/in"));
    let wrong = visitor.submit(&format!("{ONE}/edit"), &[("url", "ftp://c"), ("events", "item.sold")]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.body.contains("id=\"url-fault\"") && wrong.body.contains("value=\"ftp://c\""));
    assert!(wrong.body.contains("value=\"item.sold\" checked") && !wrong.body.contains("value=\"*\" checked"));
}

/// The field for deliveries a second, with that in it.
fn rate_field(rate: &str) -> String {
    format!("name=\"ratePerSecond\" type=\"text\" inputmode=\"numeric\" value=\"{rate}\"")
}

fn with_rate(rate: &str) -> [(&str, &str); 3] {
    [("url", "https://a.example/in"), ("events", "key.*"), ("ratePerSecond", rate)]
}

#[tokio::test]
async fn deliveries_a_second_are_bounded_and_the_bound_is_changed_and_lifted() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    assert!(visitor.get("/dashboard/webhooks/new").await.body.contains(&rate_field("")));
    visitor.submit("/dashboard/webhooks", &with_rate(" 25 ")).await;
    assert_eq!(sent(&site, "POST /v1/webhooks")["ratePerSecond"], json!(25));
    assert!(visitor.get(ONE).await.body.contains("<dd>25 a second at most</dd>"));
    let edit = format!("{ONE}/edit");
    assert!(visitor.get(&edit).await.body.contains(&rate_field("25")));
    // Left out, it would stay as it was.
    for (rate, wanted) in [("10", json!(10)), ("", Value::Null)] {
        let answer = visitor.submit(&edit, &with_rate(rate)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        assert_eq!(sent(&site, "PATCH /v1/webhooks/whk_1").get("ratePerSecond"), Some(&wanted));
        assert!(visitor.get(&edit).await.body.contains(&rate_field(rate)), "{rate}");
    }
    assert!(!visitor.get(ONE).await.body.contains("a second at most"));
}

#[tokio::test]
async fn a_refused_bound_of_deliveries_a_second_stays_as_it_was_typed() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    for form in ["/dashboard/webhooks", "/dashboard/webhooks/whk_1/edit"] {
        for (rate, message) in [("many", "is a whole number, from 1 to 1000"), ("1001", "is from 1 to 1000")] {
            let page = visitor.submit(form, &with_rate(rate)).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}: {rate}");
            let (fault, field) = (format!("id=\"ratePerSecond-fault\">{message}<"), rate_field(rate));
            for words in [fault.as_str(), field.as_str(), "value=\"key.*\" checked"] {
                assert!(page.body.contains(words), "{form}: {words}");
            }
        }
    }
    assert_eq!(site.api.asked("POST /v1/webhooks"), 2, "what cannot be read is not sent");
    assert_eq!(site.api.asked("PATCH /v1/webhooks/whk_1"), 1);
}

#[tokio::test]
async fn an_endpoints_page_has_its_health_as_a_chart_and_as_a_table() {
    let site = Site::start().await;
    let visitor = one_endpoint(&site).await;
    let page = visitor.get(&format!("{ONE}?range=7d")).await.body;
    assert!(asked(&site, "GET /v1/webhooks/whk_1/health")[0].contains("interval=hour"));
    for words in [
        "<desc id=\"chart-desc\">46 deliveries, 3 failed, 1 waiting.",
        "rect class=\"waiting\"",
        "The same as a table",
        "href=\"/dashboard/webhooks/whk_1?range=7d\" aria-current=\"page\"",
        "token=abc",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let (_, table) = page.split_once("<th scope=\"col\" class=\"num\">Waiting</th>").unwrap();
    let cells: String = table.split("</tbody>").next().unwrap().replace(char::is_whitespace, "");
    for row in [["40", "0", "0"], ["2", "3", "1"]] {
        let row = row.map(|cell| format!("<tdclass=\"num\">{cell}</td>")).concat();
        assert!(cells.contains(&row), "{row} in {cells}");
    }
    visitor.get(&format!("{ONE}?range=30d")).await;
    assert!(asked(&site, "GET /v1/webhooks/whk_1/health").iter().any(|query| query.contains("interval=day")));
    for range in ["90d", "1y"] {
        let wrong = visitor.get(&format!("{ONE}?range={range}")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains(&format!("“{range}” is none of these")), "{range}");
    }
}

#[tokio::test]
async fn a_disabled_endpoint_is_told_nothing_until_it_is_enabled() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    for fields in [&[][..], &[("enabled", "")], &[("enabled", "perhaps")]] {
        assert_eq!(
            visitor.submit(&format!("{ONE}/enabled"), fields).await.status,
            StatusCode::BAD_REQUEST,
            "{fields:?}"
        );
    }
    visitor.submit(&format!("{ONE}/enabled"), &[("enabled", "false")]).await;
    let page = visitor.get(ONE).await.body;
    assert!(page.contains("state disabled") && !page.contains("Send a test"));
    for form in ["test", "replay-failed", "replay-event", "deliveries/dlv_1/replay"] {
        let fields = [("since", "2026-11-20T08:00"), ("eventId", EVENT)];
        let refused = visitor.submit(&format!("{ONE}/{form}"), &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.body.contains("The webhook is disabled."), "{form}");
    }
    visitor.submit(&format!("{ONE}/enabled"), &[("enabled", "true")]).await;
    assert!(visitor.get(ONE).await.body.contains("state enabled"));
}

#[tokio::test]
async fn a_new_secret_is_shown_once_with_the_end_of_the_old_one() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    assert!(visitor.get(&format!("{ONE}/rotate")).await.body.contains("value=\"86400\" checked"));
    for (seconds, told) in [
        ("0", "signs nothing more"),
        ("3600", "signs along until <time"),
        ("86400", "signs along"),
        ("604800", "signs along"),
    ] {
        let page = visitor.submit(&format!("{ONE}/rotate"), &[("overlapSeconds", seconds)]).await;
        assert_eq!((page.status, page.header("cache-control")), (StatusCode::OK, "no-store"));
        assert!(page.body.contains(WEBHOOK_SECRET) && page.body.contains(told), "{seconds}");
        let wanted = json!({ "overlapSeconds": seconds.parse::<i64>().unwrap() });
        assert_eq!(sent(&site, "POST /v1/webhooks/whk_1/rotate-secret"), wanted);
    }
    for seconds in ["", "5", "soon"] {
        let page = visitor.submit(&format!("{ONE}/rotate"), &[("overlapSeconds", seconds)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{seconds}");
        assert!(page.body.contains("id=\"overlapSeconds-fault\">is none of these<"), "{seconds}");
    }
    assert_eq!(site.api.asked("POST /v1/webhooks/whk_1/rotate-secret"), 4);
}

#[tokio::test]
async fn an_endpoint_is_deleted_after_the_page_that_names_it_asked() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    assert!(visitor.get(&format!("{ONE}/delete")).await.body.contains("Delete hooks.example.com/in?"));
    assert_eq!(site.api.asked("DELETE /v1/webhooks/whk_1"), 0);
    let answer = visitor.submit(&format!("{ONE}/delete"), &[]).await;
    assert_eq!(answer.header("location"), "/dashboard/webhooks?deleted");
    assert!(visitor.get("/dashboard/webhooks?deleted").await.body.contains("No endpoints yet"));
}

#[tokio::test]
async fn what_is_another_ones_or_nobodys_is_not_there() {
    let site = Site::start().await;
    let mut visitor = site.signed_in().await;
    for path in ["", "/edit", "/rotate", "/delete", "/deliveries/dlv_1"] {
        assert_eq!(visitor.get(&format!("{ONE}{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
        let back = site.get(&format!("{ONE}{path}")).await;
        assert_eq!(back.header("location"), format!("/login?next={ONE}{path}"));
    }
    for form in
        ["edit", "enabled", "rotate", "delete", "test", "replay-failed", "replay-event", "deliveries/dlv_1/replay"]
    {
        let fields = [("overlapSeconds", "0"), ("enabled", "true"), ("since", "2026-11-20T08:00"), ("eventId", EVENT)];
        assert_eq!(visitor.submit(&format!("{ONE}/{form}"), &fields).await.status, StatusCode::NOT_FOUND, "{form}");
    }
}

#[tokio::test]
async fn forms_about_an_endpoint_need_the_sessions_token() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let foreign = site.signed_in().await.csrf().await;
    let asked = site.api.calls.lock().unwrap().len();
    for form in [
        "",
        "/whk_1/edit",
        "/whk_1/enabled",
        "/whk_1/rotate",
        "/whk_1/delete",
        "/whk_1/test",
        "/whk_1/replay-failed",
        "/whk_1/replay-event",
        "/whk_1/deliveries/dlv_1/replay",
    ] {
        let form = format!("/dashboard/webhooks{form}");
        let fields =
            [("overlapSeconds", "0"), ("enabled", "true"), ("since", "2026-11-20T08:00"), ("url", "https://x.example")];
        assert_eq!(visitor.send(&form, &fields).await.status, StatusCode::FORBIDDEN, "{form}");
        let fields =
            [("csrf", foreign.as_str()), ("overlapSeconds", "0"), ("enabled", "true"), ("since", "2026-11-20T08:00")];
        assert_eq!(visitor.send(&form, &fields).await.status, StatusCode::FORBIDDEN, "{form}");
    }
    assert_eq!(site.api.calls.lock().unwrap().len(), asked, "nobody was asked");
}

#[tokio::test]
async fn while_the_api_is_away_or_refuses_webhooks_say_so() {
    let site = Site::start().await;
    let mut visitor = one_endpoint(&site).await;
    let csrf = visitor.csrf().await;
    for (trouble, status) in [(503, StatusCode::SERVICE_UNAVAILABLE), (429, StatusCode::TOO_MANY_REQUESTS)] {
        site.api.trouble.store(trouble, Ordering::SeqCst);
        for path in
            ["/dashboard/webhooks", ONE, "/dashboard/webhooks/whk_1/edit", "/dashboard/webhooks/whk_1/deliveries/dlv_1"]
        {
            assert_eq!(visitor.get(path).await.status, status, "{path}");
        }
        for form in
            ["/dashboard/webhooks/whk_1/test", "/dashboard/webhooks/whk_1/delete", "/dashboard/webhooks/whk_1/rotate"]
        {
            let answer = visitor.send(form, &[("csrf", &csrf), ("overlapSeconds", "0")]).await;
            assert_eq!(answer.status, status, "{form}");
        }
    }
}

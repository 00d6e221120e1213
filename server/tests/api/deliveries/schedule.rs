use std::time::Duration;

use gatepost::domain::webhooks::Cause;
use gatepost::webhooks::disable;
use serde_json::{Value, json};

use super::{NEAR, id, owner, register, seconds_to_next, seen, test, tried, wait_for_next};
use crate::support::mailbox::Mailbox;
use crate::support::receiver::{Receiver, Reply};
use crate::support::{Account, Engine};

const WAITS: [f64; 9] = [5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0];

fn failing() -> Reply {
    Reply::Status(500, "", "broken")
}

both_engines! {
    with NEAR;
    async fn s88_a_delivery_is_tried_ten_times_as_the_schedule_says(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        receiver.answers(vec![failing(); 10]);
        let delivery = test(&owner, &webhook).await;
        let mut last = None;
        for (number, wait) in (1..).zip(WAITS) {
            let came = receiver.next().await;
            assert_eq!(came.header("webhook-id"), delivery["eventId"].as_str().expect("an id"));
            // S85: fresh for each attempt.
            assert_ne!(last.replace(came.header("webhook-timestamp").to_owned()).as_deref(), Some(came.header("webhook-timestamp")));
            let now = tried(&owner, &delivery, number).await;
            let seconds = seconds_to_next(&app, &now);
            assert!((0.799 * wait..=1.201 * wait).contains(&seconds), "after {number}: {seconds}");
            wait_for_next(&app, &now);
        }
        receiver.next().await;
        let failed = tried(&owner, &delivery, 10).await;
        assert_eq!((&failed["status"], &failed["nextAttemptAt"], &failed["lastStatus"]), (&json!("failed"), &Value::Null, &json!(500)));
        let attempts = failed["attempts"].as_array().expect("attempts");
        assert_eq!(attempts.iter().map(|one| one["number"].as_i64()).collect::<Vec<_>>(), (1..=10).map(Some).collect::<Vec<_>>());
        assert!(attempts.iter().all(|one| one["answer"] == "broken"));
    }

    async fn s88_retry_after_is_kept_to_up_to_twice_the_wait(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        for (header, bounds) in [("retry-after: 8\r\n", 8.0..=8.0), ("retry-after: 999999999\r\n", 10.0..=10.0), ("retry-after: 1\r\n", 3.9..=6.1), ("retry-after: soon\r\n", 3.9..=6.1)] {
            receiver.answers([Reply::Status(429, header, "")]);
            let delivery = test(&owner, &webhook).await;
            receiver.next().await;
            let seconds = seconds_to_next(&app, &tried(&owner, &delivery, 1).await);
            assert!(bounds.contains(&seconds), "{header}: {seconds}");
        }
    }

    async fn s88_gone_disables_the_endpoint_and_its_owner_is_told(app) {
        let (owner, mut gone, mut other) = (owner(&app).await, Receiver::start().await, Receiver::start().await);
        let webhook = register(&owner, &gone, &["*"]).await;
        register(&owner, &other, &["webhook.disabled"]).await;
        gone.answers([Reply::Status(410, "", "")]);
        let delivery = test(&owner, &webhook).await;
        gone.next().await;

        let told = other.next().await.json();
        assert_eq!(told["data"], json!({ "webhookId": webhook["id"], "url": gone.url, "cause": "gone" }));
        let now = owner.get(&format!("/v1/webhooks/{}", id(&webhook))).await.is(200).body;
        assert_eq!((&now["enabled"], &now["disabledCause"]), (&json!(false), &json!("gone")));
        assert_eq!(tried(&owner, &delivery, 1).await["status"], "failed");
        assert_eq!(app.audit_of(id(&webhook)).await.last().expect("an entry").0, "webhook.disabled");
        owner.post_nothing(&format!("/v1/webhooks/{}/test", id(&webhook))).await.refuses(409, "CONFLICT");
    }

    async fn s89_five_days_of_failures_disable_and_one_success_starts_anew(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let path = format!("/v1/webhooks/{}", id(&webhook));
        let five_days = Duration::from_secs(120 * 3_600);
        // It fails, and five days later takes the same.
        receiver.answers([failing()]);
        let first = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &first, 1).await;
        app.clock.advance(five_days);
        receiver.next().await;
        assert_eq!(tried(&owner, &first, 2).await["status"], "delivered");
        // It fails, and five days later still.
        receiver.answers([failing(), failing()]);
        let second = test(&owner, &webhook).await;
        receiver.next().await;
        tried(&owner, &second, 1).await;
        assert_eq!(owner.get(&path).await.is(200).body["enabled"], true);
        app.clock.advance(five_days);
        receiver.next().await;
        let off = seen(async || Some(owner.get(&path).await.is(200).body).filter(|now| now["enabled"] == false)).await;
        assert_eq!(off["disabledCause"], "failing");
        // What waited is given up; enabled again, it is another chance.
        assert_eq!(tried(&owner, &second, 2).await["status"], "failed");
        owner.patch(&path, json!({ "enabled": true })).await.is(200);
        test(&owner, &webhook).await;
        receiver.next().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s89_the_owner_of_an_endpoint_that_is_given_up_has_a_mail() {
    let (mut mailbox, app) = Mailbox::with_app(Engine::Sqlite).await;
    let account = Account { email: "ada@example.com".to_owned(), password: "a walk along the quay at dawn".to_owned() };
    let body = json!({ "email": account.email, "password": account.password });
    app.nobody().post("/v1/auth/register", body).await.is(202);
    let secret = mailbox.next().await.secret();
    app.nobody().post("/v1/auth/email/verify", json!({ "token": secret })).await.is(204);
    let owner = app.sign_in(account).await;
    let body = json!({ "url": "https://hooks.example.com/in?token=only-ours-to-know", "events": ["*"] });
    let webhook = owner.post("/v1/webhooks", body).await.is(201).body;

    for _ in 0..2 {
        disable(&app.app, &id(&webhook).parse().expect("an id"), Cause::Failing).await.expect("it is disabled");
    }
    let mail = mailbox.next().await;
    assert_eq!((mail.to.as_str(), mail.subject()), ("ada@example.com", "A webhook was disabled"));
    assert!(
        mail.text.contains("https://hooks.example.com/in,") || mail.text.contains("https://hooks.example.com/in is"),
        "{}",
        mail.text
    );
    assert!(!mail.text.contains("only-ours"));
    // It is told once.
    assert_eq!(
        app.events_of(&owner.account_id()).await.iter().filter(|(kind, _)| kind == "webhook.disabled").count(),
        1
    );
}

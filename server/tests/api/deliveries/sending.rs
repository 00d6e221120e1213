use std::time::{Duration, SystemTime};

use gatepost_sdk::webhooks::WebhookVerifier;
use serde_json::{Value, json};

use super::{NEAR, id, look, owner, register, seen, test, tried};
use crate::support::TestApp;
use crate::support::receiver::{Came, Receiver, Reply};

/// Whether a receiver that knows this secret believes what came.
fn believes(app: &TestApp, secret: &str, came: &Came) -> bool {
    let verifier = WebhookVerifier::new(secret).expect("a secret");
    let now = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(app.clock.now().ms()).expect("after 1970"));
    let [id, at, signature] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map(|name| came.header(name));
    verifier.verify_parts(id, at, signature, &came.body, now).is_ok()
}

fn secret(body: &Value) -> &str {
    body["secret"].as_str().expect("a secret")
}

both_engines! {
    with NEAR;
    async fn s84_s85_what_happens_arrives_signed_over_its_bytes(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["key.*"]).await;
        let key = owner.create_key(&["read"]).await;

        let came = receiver.next().await;
        assert_eq!((&came.json()["type"], &came.json()["data"]["keyId"]), (&json!("key.created"), &key["id"]));
        assert_eq!((came.header("content-type"), came.header("webhook-sequence")), ("application/json", "1"));
        let event = owner.get(&format!("/v1/events/{}", came.header("webhook-id"))).await.is(200).body;
        assert_eq!((&event["type"], &event["timestamp"], &event["data"]), (&came.json()["type"], &came.json()["timestamp"], &came.json()["data"]));
        assert!(believes(&app, secret(&webhook), &came));
        let mut changed = came.clone();
        changed.body[0] ^= 1;
        assert!(!believes(&app, secret(&webhook), &changed));

        let list = format!("/v1/webhooks/{}/deliveries", id(&webhook));
        let listed = seen(async || Some(owner.get(&list).await.is(200).body["data"][0].clone()).filter(|one| one["status"] == "delivered")).await;
        assert_eq!((&listed["eventId"], &listed["lastStatus"], &listed["nextAttemptAt"]), (&event["id"], &json!(204), &Value::Null));
        assert_eq!(look(&owner, &listed).await["body"].as_str().map(str::as_bytes), Some(&came.body[..]));
    }

    async fn s86_while_a_secret_is_rotated_either_is_believed(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let rotate = format!("/v1/webhooks/{}/rotate-secret", id(&webhook));
        let rotated = owner.post(&rotate, json!({ "overlapSeconds": 60 })).await.is(200).body;
        test(&owner, &webhook).await;
        let both = receiver.next().await;
        assert!(believes(&app, secret(&webhook), &both) && believes(&app, secret(&rotated), &both));

        app.clock.advance(Duration::from_secs(60));
        test(&owner, &webhook).await;
        let one = receiver.next().await;
        assert!(!believes(&app, secret(&webhook), &one) && believes(&app, secret(&rotated), &one));
    }

    async fn s96_a_redirect_is_not_followed(app) {
        let (owner, mut receiver, elsewhere) = (owner(&app).await, Receiver::start().await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let location: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url).into_boxed_str());
        for status in [301, 307, 308] {
            receiver.answers([Reply::Status(status, location, "")]);
            let delivery = test(&owner, &webhook).await;
            receiver.next().await;
            let failed = tried(&owner, &delivery, 1).await;
            assert_eq!((&failed["lastStatus"], &failed["status"]), (&json!(status), &json!("pending")));
        }
        assert!(elsewhere.is_empty());
    }

    async fn s90_a_receiver_that_hangs_keeps_nobody_else_waiting(app) {
        let (owner, other) = (owner(&app).await, owner(&app).await);
        let (hanging, mut well) = (Receiver::start().await, Receiver::start().await);
        hanging.answers(vec![Reply::Hang; 100]);
        let dead = register(&owner, &hanging, &["*"]).await;
        let alive = register(&other, &well, &["*"]).await;
        let mut first = Value::Null;
        for _ in 0..30 {
            first = test(&owner, &dead).await;
        }
        for _ in 0..10 {
            test(&other, &alive).await;
            well.next().await;
        }
        assert_eq!(look(&owner, &first).await["status"], "pending", "it hangs still, or waits");
    }

    async fn s96_whatever_is_answered_little_of_it_is_kept(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        receiver.answers([Reply::Endless, Reply::Trickle, Reply::Status(200, "", "<b>\u{e9}\u{0}</b>")]);
        for (status, answer) in [("delivered", "x".repeat(4_096)), ("delivered", String::new()), ("delivered", "<b>\u{e9}\u{fffd}</b>".to_owned())] {
            let delivery = test(&owner, &webhook).await;
            receiver.next().await;
            let done = tried(&owner, &delivery, 1).await;
            assert_eq!((&done["status"], &done["lastStatus"]), (&json!(status), &json!(200)));
            let kept = done["attempts"][0]["answer"].as_str().unwrap_or_default();
            assert!(kept.starts_with(&answer) && kept.len() <= 4_096, "{kept}");
        }
    }

    async fn s97_what_did_not_answer_is_told_without_a_map_of_the_network(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        receiver.answers([Reply::Close, Reply::Hang]);
        for failure in ["connection", "timeout"] {
            let delivery = test(&owner, &webhook).await;
            receiver.next().await;
            let done = tried(&owner, &delivery, 1).await;
            assert_eq!((&done["lastFailure"], &done["lastStatus"], &done["status"]), (&json!(failure), &Value::Null, &json!("pending")));
            assert_eq!(done["attempts"][0]["failure"], json!(failure));
        }
    }
}

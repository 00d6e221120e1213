use std::collections::BTreeSet;
use std::time::Duration;

use gatepost::store::webhooks::secrets;
use reqwest::Method;
use serde_json::{Value, json};

use super::{path, register};
use crate::support::TestApp;

const DAY: Duration = Duration::from_secs(86_400);

/// What signs for an endpoint now, newest first, as its owner saw it.
async fn signing(app: &TestApp, webhook: &Value) -> Vec<String> {
    let id = webhook["id"].as_str().expect("an id").parse().expect("an id");
    let mut connection = app.app.db.read().await.expect("a connection");
    let kept = secrets::signing(&mut connection, &BTreeSet::from([id]), app.clock.now()).await.expect("secrets");
    kept.iter().map(|one| app.app.webhooks.open(one).expect("it opens").show_once()).collect()
}

fn secret(body: &Value) -> String {
    body["secret"].as_str().expect("a secret").to_owned()
}

both_engines! {
    async fn s86_both_sign_for_a_day_and_then_the_new_one_alone(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let rotated = owner.post(&format!("{}/rotate-secret", path(&made)), json!({})).await.is(200).body;
        assert_eq!(rotated["webhookId"], made["id"]);
        assert_eq!(rotated["previousExpiresAt"], json!(app.clock.now().plus(DAY).to_rfc3339()));
        assert_eq!(signing(&app, &made).await, [secret(&rotated), secret(&made)]);

        app.clock.advance(DAY - Duration::from_millis(1));
        assert_eq!(signing(&app, &made).await.len(), 2);
        app.clock.advance(Duration::from_millis(1));
        assert_eq!(signing(&app, &made).await, [secret(&rotated)]);
        gatepost::jobs::clean(&app.app).await;
        assert_eq!(crate::support::rows(&app.app, "webhook_secrets").await, 1, "what ended is forgotten");
    }

    async fn s86_no_overlap_ends_every_earlier_secret_at_once(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let rotate = format!("{}/rotate-secret", path(&made));
        owner.post(&rotate, json!({ "overlapSeconds": 604_800 })).await.is(200);
        let last = owner.post(&rotate, json!({ "overlapSeconds": 0 })).await.is(200).body;
        assert_eq!(signing(&app, &made).await, [secret(&last)]);
    }

    async fn s86_an_earlier_secret_never_lives_longer_by_a_rotation(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let rotate = format!("{}/rotate-secret", path(&made));
        owner.post(&rotate, json!({ "overlapSeconds": 60 })).await.is(200);
        owner.post(&rotate, json!({ "overlapSeconds": 604_800 })).await.is(200);
        assert_eq!(signing(&app, &made).await.len(), 3);
        app.clock.advance(Duration::from_secs(60));
        assert_eq!(signing(&app, &made).await.len(), 2);
    }

    async fn s86_ten_earlier_secrets_are_the_most(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let rotate = format!("{}/rotate-secret", path(&made));
        for _ in 0..10 {
            owner.post(&rotate, json!({})).await.is(200);
        }
        owner.post(&rotate, json!({})).await.refuses(409, "CONFLICT");
        assert_eq!(signing(&app, &made).await.len(), 11);
        owner.post(&rotate, json!({ "overlapSeconds": 0 })).await.is(200);
        assert_eq!(signing(&app, &made).await.len(), 1);
    }

    async fn a_lost_answer_is_asked_for_again_and_rotates_once(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let (rotate, again) = (format!("{}/rotate-secret", path(&made)), [("idempotency-key", "rotate-1")]);
        let first = owner.send(Method::POST, &rotate, Some(json!({})), &again).await.is(200).body;
        let second = owner.send(Method::POST, &rotate, Some(json!({})), &again).await.is(200).body;
        assert_eq!(first, second);
        assert_eq!(signing(&app, &made).await.len(), 2);
    }

    async fn an_overlap_of_more_than_a_week_is_refused(app) {
        let owner = app.owner().await;
        let rotate = format!("{}/rotate-secret", path(&register(&owner).await));
        owner.post(&rotate, json!({ "overlapSeconds": 604_801 })).await.faults("/overlapSeconds");
        owner.post(&rotate, json!({ "overlapSeconds": -1 })).await.faults("/overlapSeconds");
    }
}

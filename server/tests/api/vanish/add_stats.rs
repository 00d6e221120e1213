use futures_util::StreamExt as _;
use futures_util::stream;
use reqwest::Method;
use serde_json::json;

use super::{CHANNEL, GUILD, path, put, service};
use crate::support::Actor;

/// Counts one message; a server that is too busy is asked again, as the SDKs do.
async fn count_one(service: &Actor) {
    let path = format!("{}/stats", path(CHANNEL));
    while service.post(&path, json!({ "messagesDeleted": 1 })).await.status == 503 {
        tokio::task::yield_now().await;
    }
}

both_engines! {
    async fn a_thousand_increments_at_once_add_up(app) {
        let service = service(&app).await;
        put(&service, CHANNEL, GUILD, 60).await;
        stream::iter(0..1_000).map(|_| count_one(&service)).buffer_unordered(100).collect::<Vec<()>>().await;
        assert_eq!(service.get(&path(CHANNEL)).await.is(200).body["messagesDeleted"], 1_000);
    }

    async fn it_adds_to_the_count_and_says_when(app) {
        let service = service(&app).await;
        put(&service, CHANNEL, GUILD, 60).await;
        app.clock.advance(std::time::Duration::from_secs(90));
        service.post(&format!("{}/stats", path(CHANNEL)), json!({ "messagesDeleted": 12 })).await.is(200);
        let counted = service.post(&format!("{}/stats", path(CHANNEL)), json!({ "messagesDeleted": 30 })).await.is(200).body;

        assert_eq!((&counted["messagesDeleted"], &counted["lastVanishedAt"]), (&json!(42), &json!(app.clock.now().to_rfc3339())));
        assert_ne!(counted["updatedAt"], counted["lastVanishedAt"]);
        assert_eq!(service.get(&path(CHANNEL)).await.is(200).body, counted);
    }

    async fn a_call_that_is_repeated_with_its_idempotency_key_adds_once(app) {
        let service = service(&app).await;
        put(&service, CHANNEL, GUILD, 60).await;
        for _ in 0..2 {
            let (path, key) = (format!("{}/stats", path(CHANNEL)), ("Idempotency-Key", "sweep-1"));
            let counted = service.send(Method::POST, &path, Some(json!({ "messagesDeleted": 5 })), &[key]).await.is(200);
            assert_eq!(counted.body["messagesDeleted"], 5);
        }
    }

    async fn a_channel_that_is_no_vanishing_one_is_404(app) {
        let service = service(&app).await;
        service.post(&format!("{}/stats", path(CHANNEL)), json!({ "messagesDeleted": 1 })).await.refuses(404, "NOT_FOUND");
    }
}

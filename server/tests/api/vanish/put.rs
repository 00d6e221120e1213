use std::time::Duration;

use serde_json::json;

use super::{CHANNEL, GUILD, path, put, service};

both_engines! {
    async fn it_says_how_long_messages_stay_and_keeps_the_counts(app) {
        let service = service(&app).await;
        let first = put(&service, CHANNEL, GUILD, 60).await;
        assert_eq!(first, json!({ "channelId": CHANNEL, "guildId": GUILD, "durationSeconds": 60, "messagesDeleted": 0, "lastVanishedAt": null, "createdAt": app.clock.now().to_rfc3339(), "updatedAt": app.clock.now().to_rfc3339() }));
        let counted = service.post(&format!("{}/stats", path(CHANNEL)), json!({ "messagesDeleted": 7 })).await.is(200).body;
        app.clock.advance(Duration::from_secs(1));

        let second = put(&service, CHANNEL, GUILD, 86_400).await;
        assert_eq!((&second["durationSeconds"], &second["messagesDeleted"]), (&json!(86_400), &json!(7)));
        assert_eq!((&second["createdAt"], &second["lastVanishedAt"]), (&first["createdAt"], &counted["lastVanishedAt"]));
        assert_eq!(second["updatedAt"], json!(app.clock.now().to_rfc3339()));
    }

    async fn a_channel_stays_in_its_guild(app) {
        let service = service(&app).await;
        let there = put(&service, CHANNEL, GUILD, 60).await;
        let elsewhere = json!({ "guildId": "700000000000000001", "durationSeconds": 90 });
        service.put(&path(CHANNEL), elsewhere.clone()).await.refuses(409, "CONFLICT");
        assert_eq!(service.get(&path(CHANNEL)).await.is(200).body, there);
        service.delete(&path(CHANNEL)).await.is(204);
        service.put(&path(CHANNEL), elsewhere).await.is(200);
    }

    async fn what_is_no_discord_id_is_refused(app) {
        let service = service(&app).await;
        for bad in ["1234567890123456", "123456789012345678901", "10432109876543210a"] {
            service.put(&path(CHANNEL), json!({ "guildId": bad, "durationSeconds": 60 })).await.faults("/guildId");
            service.put(&path(bad), json!({ "guildId": GUILD, "durationSeconds": 60 })).await.faults("/channelId");
            service.get(&path(bad)).await.refuses(404, "NOT_FOUND");
        }
    }

    async fn the_channels_are_the_collectives_whichever_service_puts_them(app) {
        let (one, other) = (service(&app).await, service(&app).await);
        let made = put(&one, CHANNEL, GUILD, 60).await;
        assert_eq!(other.get(&path(CHANNEL)).await.is(200).body, made);
        assert_eq!(put(&other, CHANNEL, GUILD, 90).await["durationSeconds"], 90);
    }

    async fn neither_members_nor_keys_that_anybody_makes_reach_them(app) {
        let body = json!({ "guildId": GUILD, "durationSeconds": 60 });
        app.member().await.put(&path(CHANNEL), body.clone()).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.owner().await.keyed(&["read", "write"]).await.put(&path(CHANNEL), body.clone()).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.trusted(&["discord:read"]).await.put(&path(CHANNEL), body).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.owner().await.post("/v1/keys", json!({ "name": "bot", "scopes": ["discord:read"] })).await.refuses(403, "INSUFFICIENT_SCOPE");
    }
}

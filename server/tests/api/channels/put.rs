use std::time::Duration;

use serde_json::json;

use super::{CHANNEL, GUILD, path, put, service};

both_engines! {
    async fn a_key_names_one_channel_and_the_last_one_counts(app) {
        let service = service(&app).await;
        let first = put(&service, GUILD, "practice").await;
        let now = app.clock.now().to_rfc3339();
        assert_eq!(first, json!({ "guildId": GUILD, "key": "practice", "channelId": CHANNEL, "createdAt": now, "updatedAt": now }));
        app.clock.advance(Duration::from_secs(1));
        let other = json!({ "channelId": "1043210987654321099" });
        let second = service.put(&path(GUILD, "practice"), other).await.is(200).body;

        assert_eq!((&second["channelId"], &second["createdAt"]), (&json!("1043210987654321099"), &first["createdAt"]));
        assert_eq!(second["updatedAt"], json!(app.clock.now().to_rfc3339()));
        assert_eq!(service.get(&path(GUILD, "practice")).await.is(200).body, second);
    }

    async fn guilds_and_keys_do_not_meet(app) {
        let service = service(&app).await;
        put(&service, GUILD, "practice").await;
        service.get(&path(GUILD, "Practice")).await.refuses(404, "NOT_FOUND");
        service.get(&path("613425648685547542", "practice")).await.refuses(404, "NOT_FOUND");
    }

    async fn what_is_no_id_or_key_is_refused(app) {
        let service = service(&app).await;
        service.put(&path(GUILD, "practice"), json!({ "channelId": "general" })).await.faults("/channelId");
        for bad in [path(GUILD, ".hidden"), path(GUILD, &"x".repeat(65)), path(GUILD, "a%20b"), path("1", "practice")] {
            service.put(&bad, json!({ "channelId": CHANNEL })).await.is(422);
            service.get(&bad).await.refuses(404, "NOT_FOUND");
        }
    }

    async fn nobody_but_a_service_that_an_administrator_trusts_reaches_them(app) {
        put(&service(&app).await, GUILD, "practice").await;
        app.member().await.get(&path(GUILD, "practice")).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.trusted(&["discord:read"]).await.delete(&path(GUILD, "practice")).await.refuses(403, "INSUFFICIENT_SCOPE");
        app.trusted(&["discord:read"]).await.get(&path(GUILD, "practice")).await.is(200);
    }
}

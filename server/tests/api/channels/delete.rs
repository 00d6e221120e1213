use serde_json::json;

use super::{GUILD, path, put, service};

both_engines! {
    async fn one_setting_goes_and_the_others_stay(app) {
        let service = service(&app).await;
        put(&service, GUILD, "practice").await;
        put(&service, GUILD, "welcome").await;
        service.delete(&path(GUILD, "practice")).await.is(204);
        service.delete(&path(GUILD, "practice")).await.refuses(404, "NOT_FOUND");
        service.get(&path(GUILD, "welcome")).await.is(200);
    }

    async fn a_guild_goes_with_all_of_its_settings_and_no_others(app) {
        let service = service(&app).await;
        for key in ["practice", "welcome", "log"] {
            put(&service, GUILD, key).await;
        }
        put(&service, "613425648685547542", "practice").await;
        let whole = format!("/v1/discord/channels/{GUILD}");
        assert_eq!(service.delete(&whole).await.is(200).body, json!({ "deleted": 3 }));
        assert_eq!(service.delete(&whole).await.is(200).body, json!({ "deleted": 0 }));
        service.get(&path("613425648685547542", "practice")).await.is(200);
    }
}

use super::{GUILD, put, service};

both_engines! {
    async fn a_guild_lists_its_own_settings_once_each_whatever_the_page(app) {
        let service = service(&app).await;
        for key in ["welcome", "Arrivals", "log-2", "log.1", "practice"] {
            put(&service, GUILD, key).await;
        }
        put(&service, "613425648685547542", "elsewhere").await;
        for limit in [1, 2, 100] {
            let (mut keys, mut next) = (Vec::new(), String::new());
            loop {
                let page = service.get(&format!("/v1/discord/channels/{GUILD}?limit={limit}{next}")).await.is(200).body;
                keys.extend(page["data"].as_array().expect("data").iter().map(|one| one["key"].as_str().expect("a key").to_owned()));
                let Some(cursor) = page["nextCursor"].as_str() else { break };
                next = format!("&cursor={cursor}");
            }
            assert_eq!(keys, ["Arrivals", "log-2", "log.1", "practice", "welcome"]);
        }
        let none = service.get("/v1/discord/channels/613425648685547543").await.is(200).body;
        assert_eq!(none, serde_json::json!({ "data": [], "nextCursor": null }));
    }
}

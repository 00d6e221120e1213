use std::time::Duration;

use reqwest::Method;
use serde_json::json;

both_engines! {
    async fn each_place_is_shown_newest_first_with_what_it_called_itself(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        let keyed = owner.keyed(&["read"]).await;
        app.clock.advance(Duration::from_secs(60));
        let body = json!({ "email": account.email, "password": account.password });
        let agent = [("user-agent", "Quay/1.0 (a browser)")];
        keyed.send(Method::POST, "/v1/auth/login", Some(body), &agent).await.is(200);

        let listed = owner.get("/v1/auth/sessions").await.is(200);
        let [newer, older] = listed.body["data"].as_array().expect("a list").as_slice() else { panic!("{}", listed.body) };
        assert_eq!(older["current"], true);
        assert_eq!(newer["current"], false);
        assert_eq!(newer["userAgent"], "Quay/1.0 (a browser)");
        assert_eq!(newer["address"], "127.0.0.1");
        assert!(newer["clientKeyId"].as_str().is_some_and(|key| key.starts_with("key_")), "{newer}");
        assert_eq!(older["clientKeyId"], json!(null));
        assert!(newer["createdAt"].as_str() > older["createdAt"].as_str());
    }

    async fn pages_follow_one_another_and_show_nobody_elses(app) {
        let owner = app.owner().await;
        let account = owner.account.clone().expect("an account");
        app.sign_in(account.clone()).await;
        app.sign_in(account).await;
        app.stranger().await;

        let mut seen = Vec::new();
        let mut next = "/v1/auth/sessions?limit=2".to_owned();
        while !next.is_empty() {
            let page = owner.get(&next).await.is(200);
            seen.extend(page.body["data"].as_array().expect("a list").iter().map(|session| session["id"].to_string()));
            next = page.body["nextCursor"].as_str().map(|cursor| format!("/v1/auth/sessions?limit=2&cursor={cursor}")).unwrap_or_default();
        }
        assert_eq!(seen.len(), 3);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 3);
    }

    async fn a_use_and_a_refresh_are_seen_and_what_has_ended_is_not_shown(app) {
        let owner = app.owner().await;
        let idle = app.sign_in(owner.account.clone().expect("an account")).await;
        app.clock.advance(Duration::from_secs(600));
        owner.get("/v1/auth/me").await.is(200);
        app.app.auth.flush().await.expect("written");
        let listed = owner.get("/v1/auth/sessions").await.is(200).body;
        let current = listed["data"].as_array().expect("a list").iter().find(|s| s["current"] == true).expect("it").clone();
        assert!(current["lastUsedAt"].as_str() > current["createdAt"].as_str(), "{current}");

        app.clock.advance(Duration::from_secs(29 * 24 * 3600));
        let body = json!({ "refreshToken": owner.refresh_token });
        let pair = app.nobody().post("/v1/auth/refresh", body).await.is(200);
        let owner = owner.with(crate::support::Credential::Token(pair.text("accessToken")));
        app.clock.advance(Duration::from_secs(24 * 3600 - 601));
        let pair = app.nobody().post("/v1/auth/refresh", json!({ "refreshToken": pair.text("refreshToken") })).await.is(200);
        let owner = owner.with(crate::support::Credential::Token(pair.text("accessToken")));
        assert_eq!(owner.get("/v1/auth/sessions").await.is(200).body["data"].as_array().map(Vec::len), Some(2));
        app.clock.advance(Duration::from_secs(1));
        assert_eq!(owner.get("/v1/auth/sessions").await.is(200).body["data"].as_array().map(Vec::len), Some(1));
        let token = json!({ "refreshToken": idle.refresh_token });
        app.nobody().post("/v1/auth/refresh", token).await.refuses(401, "INVALID_REFRESH_TOKEN");
    }
}

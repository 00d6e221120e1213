use serde_json::json;

use super::{hand_in, path, service};

both_engines! {
    async fn it_is_found_by_its_id_its_number_and_its_message(app) {
        let service = service(&app).await;
        hand_in(&service).await;
        let body = json!({ "name": "Ada", "statement": "Looms.", "messageId": "104 3/21?é" });
        let made = service.post("/v1/applications", body).await.is(201).body;
        for path in [path(&made), "/v1/applications/by-number/2".to_owned(), "/v1/applications/by-message/104%203%2F21%3F%C3%A9".to_owned()] {
            assert_eq!(service.get(&path).await.is(200).body, made, "{path}");
        }
    }

    async fn what_is_not_there_is_404_however_it_is_named(app) {
        let service = service(&app).await;
        hand_in(&service).await;
        for path in ["by-number/2", "by-number/1000000000", "by-number/0", "by-number/-1", "by-number/1000000001", "by-number/abc", "by-message/m", "app_01k9z3v8q2m4n6p8r0s2t4v6w8", "by-number"] {
            service.get(&format!("/v1/applications/{path}")).await.refuses(404, "NOT_FOUND");
        }
    }

    async fn members_see_applications_and_nobody_else_learns_of_one(app) {
        let made = hand_in(&service(&app).await).await;
        assert_eq!(app.member().await.get(&path(&made)).await.is(200).body, made);
        let stranger = app.stranger().await;
        let missing = stranger.get("/v1/applications/app_01k9z3v8q2m4n6p8r0s2t4v6w8").await.refuses(403, "INSUFFICIENT_SCOPE");
        let there = stranger.get(&path(&made)).await.refuses(403, "INSUFFICIENT_SCOPE");
        assert_eq!(there.body["detail"], missing.body["detail"]);
        app.nobody().get(&path(&made)).await.is(401);
    }

    async fn s111_a_key_does_not_keep_what_its_maker_has_by_being_a_member(app) {
        let member = app.member().await;
        let wanted = json!({ "name": "bot", "scopes": ["applications:read"] });
        member.post("/v1/keys", wanted).await.refuses(403, "INSUFFICIENT_SCOPE");
        let key = member.create_key(&["read"]).await;
        let path = format!("/v1/keys/{}", key["id"].as_str().expect("an id"));
        member.patch(&path, json!({ "scopes": ["applications:write"] })).await.refuses(403, "INSUFFICIENT_SCOPE");
    }
}

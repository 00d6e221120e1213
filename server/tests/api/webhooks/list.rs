use std::time::Duration;

use serde_json::{Value, json};

use super::{path, register};

both_engines! {
    async fn the_own_ones_newest_first_and_page_by_page(app) {
        let owner = app.owner().await;
        let mut made = Vec::new();
        for _ in 0..5 {
            made.push(register(&owner).await["id"].clone());
            app.clock.advance(Duration::from_millis(1));
        }
        register(&app.stranger().await).await;

        let (mut found, mut next) = (Vec::new(), String::new());
        loop {
            let page = owner.get(&format!("/v1/webhooks?limit=2{next}")).await.is(200).body;
            found.extend(page["data"].as_array().expect("a list").iter().map(|one| one["id"].clone()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        made.reverse();
        assert_eq!(found, made);
    }

    async fn s84_no_answer_but_the_first_holds_a_secret(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        let listed = owner.get("/v1/webhooks").await.is(200).body["data"][0].clone();
        assert_eq!(listed, owner.get(&path(&made)).await.is(200).body);
        assert_eq!(listed.get("secret"), None);
    }

    async fn s105_anothers_is_like_one_that_is_not_there(app) {
        let made = register(&app.owner().await).await;
        let stranger = app.stranger().await;
        let missing = stranger.get("/v1/webhooks/whk_01k9z3v8q2m4n6p8r0s2t4v6w8").await.refuses(404, "NOT_FOUND");
        let anothers = stranger.get(&path(&made)).await.refuses(404, "NOT_FOUND");
        assert_eq!(missing.body["detail"], anothers.body["detail"]);
        stranger.patch(&path(&made), json!({ "enabled": false })).await.refuses(404, "NOT_FOUND");
        stranger.delete(&path(&made)).await.refuses(404, "NOT_FOUND");
        stranger.post(&format!("{}/rotate-secret", path(&made)), json!({})).await.refuses(404, "NOT_FOUND");
        // Nor is it the administrator's.
        app.admin().get(&path(&made)).await.refuses(404, "NOT_FOUND");
        assert_eq!(stranger.get("/v1/webhooks").await.is(200).body, json!({ "data": [], "nextCursor": Value::Null }));
    }
}

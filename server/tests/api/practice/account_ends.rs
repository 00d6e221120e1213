use std::time::Duration;

use serde_json::json;

use super::{practise, service, start, stop};

both_engines! {
    async fn two_accounts_that_both_practise_become_one_that_practises_once(app) {
        let (service, source, target) = (service(&app).await, app.owner().await, app.owner().await);
        practise(&app, &service, &source, 60).await;
        start(&service, json!({ "userId": source.account_id(), "notes": "Scales." })).await;
        app.clock.advance(Duration::from_secs(100));
        let goes_on = start(&service, json!({ "userId": target.account_id() })).await;
        app.clock.advance(Duration::from_secs(10));

        let body = json!({ "sourceId": source.account_id(), "targetId": target.account_id() });
        let moved = app.admin().post("/v1/admin/users/merge", body).await.is(200).body;
        assert_eq!(moved["practice"], 2);
        let all = service.get("/v1/practice/total-hours").await.is(200).body;
        assert_eq!((&all["seconds"], &all["sessions"], &all["users"]), (&json!(170), &json!(3), &json!(1)));
        assert_eq!(stop(&service, json!({ "userId": target.account_id() })).await["id"], goes_on["id"]);
    }

    async fn practice_goes_with_its_account(app) {
        let (service, owner) = (service(&app).await, app.owner().await);
        practise(&app, &service, &owner, 60).await;
        start(&service, json!({ "userId": owner.account_id() })).await;
        let gone = app.admin().delete(&format!("/v1/users/{}", owner.account_id())).await.is(200).body;
        assert_eq!(gone["practice"], 2);
        assert_eq!(service.get("/v1/practice/leaderboard").await.is(200).body["leaders"], json!([]));
    }
}

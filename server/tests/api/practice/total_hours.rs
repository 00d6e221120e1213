use std::time::Duration;

use serde_json::json;

use super::{practise, service, start};

both_engines! {
    async fn everybodys_practice_adds_up(app) {
        let (service, ada, bob) = (service(&app).await, app.owner().await, app.owner().await);
        let none = service.get("/v1/practice/total-hours").await.is(200).body;
        assert_eq!((&none["seconds"], &none["sessions"], &none["users"], &none["hours"]), (&json!(0), &json!(0), &json!(0), &json!(0.0)));
        for (who, seconds) in [(&ada, 1_800), (&bob, 2_700), (&ada, 60)] {
            practise(&app, &service, who, seconds).await;
        }
        start(&service, json!({ "userId": bob.account_id() })).await;
        app.clock.advance(Duration::from_secs(40));
        let all = service.get("/v1/practice/total-hours").await.is(200).body;
        assert_eq!((&all["seconds"], &all["sessions"], &all["users"], &all["hours"]), (&json!(4_600), &json!(4), &json!(2), &json!(1.28)));

        app.clock.advance(Duration::from_secs(400 * 86_400));
        let later = service.get("/v1/practice/total-hours?range=day").await.is(200).body;
        assert_eq!((&later["sessions"], &later["users"]), (&json!(1), &json!(1)));
        assert_eq!(later["seconds"], json!(app.clock.now().seconds() % 86_400));
    }
}

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{on_discord, service, start, stop};

both_engines! {
    async fn what_is_under_way_ends_and_the_account_may_start_again(app) {
        let owner = app.owner().await;
        let began = start(&owner, json!({ "notes": "Scales." })).await;
        app.clock.advance(Duration::from_secs(600));
        let ended = stop(&owner, json!({})).await;
        assert_eq!((&ended["id"], &ended["seconds"], &ended["notes"]), (&began["id"], &json!(600), &json!("Scales.")));
        owner.post("/v1/practice/stop", json!({})).await.refuses(409, "CONFLICT");
        assert_ne!(start(&owner, json!({})).await["id"], began["id"]);
    }

    async fn notes_of_the_end_replace_those_of_the_start(app) {
        let owner = app.owner().await;
        start(&owner, json!({ "notes": "Scales." })).await;
        assert_eq!(stop(&owner, json!({ "notes": "Two pages by heart." })).await["notes"], "Two pages by heart.");
    }

    async fn a_service_stops_for_others_and_nobody_else_does(app) {
        let (service, owner) = (service(&app).await, app.owner().await);
        on_discord(&app, &owner, "80351110224678912").await;
        start(&owner, json!({})).await;
        app.stranger().await.post("/v1/practice/stop", json!({ "userId": owner.account_id() })).await.refuses(403, "FORBIDDEN");
        assert_eq!(stop(&service, json!({ "discordId": "80351110224678912" })).await["userId"], json!(owner.account_id()));
    }

    async fn many_stops_at_once_end_it_once_and_tell_once(app) {
        let owner = app.owner().await;
        let began = start(&owner, json!({})).await;
        app.clock.advance(Duration::from_secs(60));
        let stops = join_all((0..20).map(|_| owner.post("/v1/practice/stop", json!({})))).await;
        assert_eq!(stops.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(stops.iter().all(|answer| matches!(answer.status, 200 | 409 | 503)));
        let told: Vec<_> = app.events_of(&owner.account_id()).await.into_iter().filter(|(kind, _)| kind == "practice.completed").collect();
        let ended = stops.iter().find(|answer| answer.status == 200).expect("one that ended it");
        let what = json!({ "practiceId": began["id"], "userId": owner.account_id(), "startedAt": began["startedAt"], "endedAt": ended.body["endedAt"], "seconds": 60 });
        assert_eq!(told, [("practice.completed".to_owned(), what)]);
    }
}

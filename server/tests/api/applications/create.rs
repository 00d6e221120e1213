use std::collections::BTreeSet;

use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use serde_json::{Value, json};

use super::{application, hand_in, path, service};
use crate::support::Actor;

/// The number of a new application; a server that is too busy is asked again, as the SDKs do.
async fn number(service: &Actor) -> i64 {
    loop {
        let answer = service.post("/v1/applications", application()).await;
        match answer.status {
            503 => tokio::task::yield_now().await,
            _ => return answer.is(201).body["number"].as_i64().expect("a number"),
        }
    }
}

both_engines! {
    async fn an_application_waits_under_the_first_number(app) {
        let (service, applicant) = (service(&app).await, app.owner().await);
        let body = json!({ "name": "Ada", "statement": "Looms.", "userId": applicant.account_id(), "discordId": "80351110224678912", "messageId": "m-1" });
        let made = service.post("/v1/applications", body).await.is(201).body;

        assert_eq!((&made["number"], &made["status"]), (&json!(1), &json!("pending")));
        assert_eq!(made["votes"], json!({ "approve": 0, "reject": 0, "abstain": 0 }));
        assert_eq!((&made["userId"], &made["messageId"]), (&json!(applicant.account_id()), &json!("m-1")));
        assert_eq!(service.get(&path(&made)).await.is(200).body, made);
    }

    async fn a_thousand_at_once_have_the_numbers_from_1_to_1000(app) {
        let service = service(&app).await;
        let made = stream::iter(0..1_000).map(|_| number(&service)).buffer_unordered(100).collect::<Vec<_>>().await;
        assert_eq!(made.len(), 1_000);
        assert_eq!(made.into_iter().collect::<BTreeSet<_>>(), (1..=1_000).collect());
    }

    async fn one_that_is_refused_leaves_no_gap(app) {
        let service = service(&app).await;
        let carried = json!({ "name": "Ada", "statement": "Looms.", "messageId": "m-1" });
        service.post("/v1/applications", carried.clone()).await.is(201);
        service.post("/v1/applications", carried).await.refuses(409, "CONFLICT");
        assert_eq!(hand_in(&service).await["number"], 2);
    }

    async fn a_message_carries_one_application_also_when_many_come_at_once(app) {
        let service = service(&app).await;
        let tries = join_all((0..10).map(|_| service.post("/v1/applications", json!({ "name": "Ada", "statement": "Looms.", "messageId": "m-1" })))).await;
        let mut statuses: Vec<_> = tries.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [&[201][..], &[409; 9]].concat());
    }

    async fn an_applicant_who_is_no_account_is_refused(app) {
        let service = service(&app).await;
        for nobody in ["usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            let body = json!({ "name": "Ada", "statement": "Looms.", "userId": nobody });
            service.post("/v1/applications", body).await.faults("/userId");
        }
        for bad in ["", "12a", "-1", "123456789012345678901"] {
            let body = json!({ "name": "Ada", "statement": "Looms.", "discordId": bad });
            service.post("/v1/applications", body).await.faults("/discordId");
        }
        assert_eq!(hand_in(&service).await["number"], 1);
    }

    async fn the_service_and_the_applicant_are_told(app) {
        let (service, applicant) = (service(&app).await, app.owner().await);
        let body = json!({ "name": "Ada", "statement": "Looms.", "userId": applicant.account_id() });
        let made = service.post("/v1/applications", body).await.is(201).body;
        let told = json!({ "applicationId": made["id"], "number": 1, "name": "Ada" });
        for account in [service.account_id(), applicant.account_id()] {
            let events: Vec<(String, Value)> = app.events_of(&account).await;
            assert!(events.contains(&("application.created".to_owned(), told.clone())), "{events:?}");
        }
    }

    async fn a_member_hands_none_in(app) {
        app.member().await.post("/v1/applications", application()).await.refuses(403, "FORBIDDEN");
    }
}

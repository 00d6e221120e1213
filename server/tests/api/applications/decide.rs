use futures_util::future::join_all;
use serde_json::json;

use super::{decide, hand_in, path, service, votes_path};

both_engines! {
    async fn a_member_decides_and_everybody_concerned_is_told(app) {
        let (service, member, applicant) = (service(&app).await, app.member().await, app.owner().await);
        let body = json!({ "name": "Ada", "statement": "Looms.", "userId": applicant.account_id() });
        let made = service.post("/v1/applications", body).await.is(201).body;
        let body = json!({ "decision": "rejected", "reason": "Not now." });
        let decided = member.post(&format!("{}/decision", path(&made)), body).await.is(200).body;

        assert_eq!((&decided["status"], &decided["reason"]), (&json!("rejected"), &json!("Not now.")));
        assert_eq!(decided["decidedBy"], json!(member.account_id()));
        assert_eq!(decided["decidedAt"], json!(app.clock.now().to_rfc3339()));
        assert_eq!(service.get(&path(&made)).await.is(200).body, decided);
        let told = json!({ "applicationId": made["id"], "number": 1, "decidedBy": member.account_id() });
        for account in [service.account_id(), applicant.account_id()] {
            let events = app.events_of(&account).await;
            assert!(events.contains(&("application.rejected".to_owned(), told.clone())), "{events:?}");
        }
    }

    async fn what_was_decided_stays_so(app) {
        let service = service(&app).await;
        let made = hand_in(&service).await;
        let approved = decide(&service, &made, "approved").await;
        for again in ["approved", "rejected"] {
            service.post(&format!("{}/decision", path(&made)), json!({ "decision": again })).await.refuses(409, "CONFLICT");
        }
        service.put(&votes_path(&made), json!({ "vote": "reject" })).await.refuses(409, "CONFLICT");
        assert_eq!(service.get(&path(&made)).await.is(200).body, approved);
    }

    async fn of_many_decisions_at_once_one_counts_and_is_told_once(app) {
        let service = service(&app).await;
        let made = hand_in(&service).await;
        let tries = (0..10).map(|number| {
            let decision = if number % 2 == 0 { "approved" } else { "rejected" };
            let (service, path) = (&service, path(&made));
            async move { service.post(&format!("{path}/decision"), json!({ "decision": decision })).await }
        });
        let answers = join_all(tries).await;
        let won: Vec<_> = answers.iter().filter(|answer| answer.status == 200).collect();
        assert_eq!((won.len(), answers.iter().filter(|answer| answer.status == 409).count()), (1, 9));
        let kept = service.get(&path(&made)).await.is(200).body;
        assert_eq!(kept["status"], won[0].body["status"]);
        let told = app.events_of(&service.account_id()).await;
        assert_eq!(told.iter().filter(|(kind, _)| kind != "application.created" && kind.starts_with("application.")).count(), 1);
    }

    async fn approving_makes_nobody_a_member(app) {
        let (service, applicant) = (service(&app).await, app.owner().await);
        let body = json!({ "name": "Ada", "statement": "Looms.", "userId": applicant.account_id() });
        let made = service.post("/v1/applications", body).await.is(201).body;
        decide(&service, &made, "approved").await;
        assert_eq!(applicant.get("/v1/me").await.is(200).body["role"], "authenticated");
    }
}

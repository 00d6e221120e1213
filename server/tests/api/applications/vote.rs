use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{hand_in, path, service, votes_path};

both_engines! {
    async fn an_account_has_one_vote_and_the_last_one_counts(app) {
        let (service, member) = (service(&app).await, app.member().await);
        let made = hand_in(&service).await;
        let first = member.put(&votes_path(&made), json!({ "vote": "reject" })).await.is(200).body;
        app.clock.advance(Duration::from_secs(1));
        let second = member.put(&votes_path(&made), json!({ "vote": "approve" })).await.is(200).body;

        assert_eq!(second["createdAt"], first["createdAt"]);
        assert_ne!(second["updatedAt"], first["updatedAt"]);
        assert_eq!(service.get(&votes_path(&made)).await.is(200).body, json!({ "data": [second], "nextCursor": null }));
        assert_eq!(service.get(&path(&made)).await.is(200).body["votes"], json!({ "approve": 1, "reject": 0, "abstain": 0 }));
    }

    async fn a_hundred_votes_of_one_account_at_once_leave_one(app) {
        let (service, member) = (service(&app).await, app.member().await);
        let made = hand_in(&service).await;
        let path = votes_path(&made);
        let votes = join_all((0..100).map(|number| {
            let (member, path, vote) = (&member, &path, ["approve", "reject", "abstain"][number % 3]);
            async move { member.put(path, json!({ "vote": vote })).await.status }
        }))
        .await;
        assert!(votes.iter().filter(|status| **status == 200).count() > 0);
        assert!(votes.iter().all(|status| matches!(status, 200 | 503)), "{votes:?}");
        let kept = service.get(&path).await.is(200).body;
        assert_eq!(kept["data"].as_array().map(Vec::len), Some(1));
        let votes = service.get(&super::path(&made)).await.is(200).body["votes"].clone();
        assert_eq!(votes.as_object().expect("votes").values().filter_map(serde_json::Value::as_i64).sum::<i64>(), 1);
        assert_eq!(votes[kept["data"][0]["vote"].as_str().expect("a vote")], 1);
    }

    async fn a_service_brings_the_votes_of_others_and_a_member_his_own_alone(app) {
        let (service, member, other) = (service(&app).await, app.member().await, app.owner().await);
        let path = votes_path(&hand_in(&service).await);
        let for_other = json!({ "vote": "approve", "userId": other.account_id() });
        assert_eq!(service.put(&path, for_other.clone()).await.is(200).body["userId"], json!(other.account_id()));
        member.put(&path, for_other).await.refuses(403, "FORBIDDEN");
        member.put(&path, json!({ "vote": "approve", "userId": member.account_id() })).await.is(200);
        assert_eq!(service.put(&path, json!({ "vote": "approve" })).await.is(200).body["userId"], json!(service.account_id()));
        for nobody in ["usr_01k9z3v8q2m4n6p8r0s2t4v6w8", "nonsense"] {
            service.put(&path, json!({ "vote": "approve", "userId": nobody })).await.faults("/userId");
        }
    }

    async fn who_is_no_member_has_no_vote(app) {
        let path = votes_path(&hand_in(&service(&app).await).await);
        app.stranger().await.put(&path, json!({ "vote": "approve" })).await.refuses(403, "INSUFFICIENT_SCOPE");
    }

    async fn the_list_has_every_vote_once_whatever_the_page(app) {
        let service = service(&app).await;
        let path = votes_path(&hand_in(&service).await);
        let mut voters = Vec::new();
        for number in 0..5 {
            let member = app.member().await;
            member.put(&path, json!({ "vote": "approve" })).await.is(200);
            voters.push(member.account_id());
            // Two of them vote in one millisecond.
            app.clock.advance(Duration::from_millis(number % 2));
        }
        for limit in [1, 2, 5] {
            let (mut seen, mut next) = (Vec::new(), String::new());
            loop {
                let page = service.get(&format!("{path}?limit={limit}{next}")).await.is(200).body;
                seen.extend(page["data"].as_array().expect("data").iter().map(|vote| vote["userId"].as_str().expect("an id").to_owned()));
                let Some(cursor) = page["nextCursor"].as_str() else { break };
                next = format!("&cursor={cursor}");
            }
            seen.sort_unstable();
            let mut all = voters.clone();
            all.sort_unstable();
            assert_eq!(seen, all);
        }
    }
}

use serde_json::{Value, json};

use super::{decide, hand_in, service, votes_path};
use crate::support::Actor;

/// The numbers that a list shows, whatever the page.
async fn numbers(actor: &Actor, path: &str) -> Vec<i64> {
    let (mut numbers, mut next) = (Vec::new(), String::new());
    loop {
        let page = actor.get(&format!("{path}{next}")).await.is(200).body;
        numbers.extend(page["data"].as_array().expect("data").iter().filter_map(|one| one["number"].as_i64()));
        match page["nextCursor"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return numbers,
        }
    }
}

both_engines! {
    async fn newest_first_those_that_wait_oldest_first_and_each_once(app) {
        let service = service(&app).await;
        let mut made: Vec<Value> = Vec::new();
        for _ in 0..5 {
            made.push(hand_in(&service).await);
        }
        decide(&service, &made[1], "approved").await;
        decide(&service, &made[3], "rejected").await;
        for limit in [1, 2, 100] {
            let of = async |path: &str| numbers(&service, &format!("/v1/applications{path}limit={limit}")).await;
            assert_eq!(of("?").await, [5, 4, 3, 2, 1]);
            assert_eq!(of("?status=pending&").await, [5, 3, 1]);
            assert_eq!(of("?status=approved&").await, [2]);
            assert_eq!(of("?status=rejected&").await, [4]);
            assert_eq!(of("/pending?").await, [1, 3, 5]);
        }
    }

    async fn a_page_goes_on_where_it_ended_while_applications_come_and_go(app) {
        let service = service(&app).await;
        for _ in 0..4 {
            hand_in(&service).await;
        }
        let first = service.get("/v1/applications/pending?limit=2").await.is(200).body;
        decide(&service, &first["data"][1], "approved").await;
        hand_in(&service).await;
        let rest = format!("/v1/applications/pending?limit=100&cursor={}", first["nextCursor"].as_str().expect("a cursor"));
        assert_eq!(numbers(&service, &rest).await, [3, 4, 5]);
    }

    async fn each_shows_how_its_own_votes_stand(app) {
        let service = service(&app).await;
        let [one, other] = [hand_in(&service).await, hand_in(&service).await];
        for (application, votes) in [(&one, ["approve", "reject", "approve"]), (&other, ["abstain", "abstain", "reject"])] {
            for vote in votes {
                app.member().await.put(&votes_path(application), json!({ "vote": vote })).await.is(200);
            }
        }
        let page = service.get("/v1/applications").await.is(200).body;
        assert_eq!(page["data"][1]["votes"], json!({ "approve": 2, "reject": 1, "abstain": 0 }));
        assert_eq!(page["data"][0]["votes"], json!({ "approve": 0, "reject": 1, "abstain": 2 }));
    }
}

use std::time::Duration;

use serde_json::{Value, json};

use super::{practise, service, start};

fn leaders(board: &Value) -> Vec<(i64, String, i64, i64)> {
    let leader = |one: &Value| {
        let number = |name: &str| one[name].as_i64().expect("a number");
        (number("rank"), one["userId"].as_str().expect("an id").to_owned(), number("seconds"), number("sessions"))
    };
    board["leaders"].as_array().expect("leaders").iter().map(leader).collect()
}

both_engines! {
    async fn who_practised_most_comes_first_and_equal_ones_share_a_rank(app) {
        let service = service(&app).await;
        let (ada, bob, eve) = (app.owner().await, app.owner().await, app.owner().await);
        for (who, seconds) in [(&ada, 100), (&bob, 300), (&eve, 50), (&eve, 50)] {
            practise(&app, &service, who, seconds).await;
        }
        let board = service.get("/v1/practice/leaderboard").await.is(200).body;
        let mut equal = [(ada.account_id(), 1), (eve.account_id(), 2)];
        equal.sort();
        let expected = [(1, bob.account_id(), 300, 1), (2, equal[0].0.clone(), 100, equal[0].1), (2, equal[1].0.clone(), 100, equal[1].1)];
        assert_eq!(leaders(&board), expected);
        assert_eq!((&board["range"], &board["from"], &board["timeZone"]), (&json!("all"), &json!(null), &json!("UTC")));
        assert_eq!(leaders(&service.get("/v1/practice/leaderboard?limit=1").await.is(200).body), expected[..1]);
    }

    async fn a_range_counts_what_lies_in_it_and_what_is_under_way_up_to_now(app) {
        let (service, ada, bob) = (service(&app).await, app.owner().await, app.owner().await);
        practise(&app, &service, &ada, 500).await;
        app.clock.advance(Duration::from_secs(400 * 86_400));
        // Up to ten minutes before midnight.
        let until_midnight = 86_400 - app.clock.now().seconds() % 86_400;
        app.clock.advance(Duration::from_secs((until_midnight + 86_400 - 600).unsigned_abs()));
        start(&service, json!({ "userId": bob.account_id() })).await;
        app.clock.advance(Duration::from_secs(1_500));

        let of = async |range: &str| leaders(&service.get(&format!("/v1/practice/leaderboard?range={range}")).await.is(200).body);
        assert_eq!(of("day").await, [(1, bob.account_id(), 900, 1)]);
        assert_eq!(of("all").await, [(1, bob.account_id(), 1_500, 1), (2, ada.account_id(), 500, 1)]);
    }

    async fn it_shows_names_and_nobody_without_the_scope_sees_it(app) {
        let service = service(&app).await;
        let admin = app.trusted(&["users:write", "identities:write"]).await;
        let body = json!({ "platform": "discord", "identity": "80351110224678912", "name": "Ada" });
        admin.put("/v1/users", body).await.is(200);
        start(&service, json!({ "discordId": "80351110224678912" })).await;
        let board = service.get("/v1/practice/leaderboard").await.is(200).body;
        assert_eq!((&board["leaders"][0]["name"], &board["leaders"][0]["seconds"]), (&json!("Ada"), &json!(0)));
        app.nobody().get("/v1/practice/leaderboard").await.is(401);
        app.trusted(&["discord:read"]).await.get("/v1/practice/leaderboard").await.refuses(403, "INSUFFICIENT_SCOPE");
        assert_eq!(app.owner().await.get("/v1/practice/leaderboard").await.is(200).body, board);
    }
}

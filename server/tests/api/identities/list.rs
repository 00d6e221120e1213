use serde_json::Value;

use super::{on_discord, path, service};

both_engines! {
    async fn the_own_and_a_services_view_are_the_same_and_each_is_there_once(app) {
        let (owner, service) = (app.owner().await, service(&app).await);
        for number in 1..=5 {
            service.post(&path(&owner), on_discord(&number.to_string())).await.is(201);
        }
        let whole = owner.get("/v1/users/me/identities").await.is(200).body["data"].clone();
        assert_eq!(whole.as_array().map(Vec::len), Some(5));
        assert_eq!(whole.as_array().expect("data").iter().filter(|one| one["isPrimary"] == true).count(), 1);
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = service.get(&format!("{}?limit=2{next}", path(&owner))).await.is(200).body;
            seen.extend(page["data"].as_array().expect("data").clone());
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(Value::Array(seen), whole);
    }

    async fn s105_anothers_are_those_of_a_missing_account(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let there = stranger.get(&path(&owner)).await.refuses(404, "NOT_FOUND");
        let missing = stranger.get("/v1/users/usr_01k9z3v8q2m4n6p8r0s2t4v6w8/identities").await.refuses(404, "NOT_FOUND");
        assert_eq!(there.body["detail"], missing.body["detail"]);
        stranger.keyed(&["read"]).await.get(&path(&owner)).await.refuses(404, "NOT_FOUND");
        owner.keyed(&["read"]).await.get(&path(&owner)).await.refuses(403, "INSUFFICIENT_SCOPE");
    }
}

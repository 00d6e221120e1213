use serde_json::json;

both_engines! {
    async fn the_calls_of_one_key_are_counted_also_after_its_end(app) {
        let owner = app.owner().await;
        let [one, other] = [owner.create_key(&["read"]).await, owner.create_key(&["read"]).await];
        let secret = |key: &serde_json::Value| key["secret"].as_str().expect("a secret").to_owned();
        let path = format!("/v1/keys/{}", one["id"].as_str().expect("an id"));
        let by_one = owner.with_key(&secret(&one));
        by_one.get("/v1/me").await.is(200);
        by_one.get("/v1/items/itm_x").await.is(404);
        owner.with_key(&secret(&other)).get("/v1/me").await.is(200);
        owner.get("/v1/me").await.is(200);

        let usage = owner.get(&format!("{path}/usage?groupBy=operation")).await.is(200).body;
        let operations: Vec<_> = usage["data"].as_array().expect("buckets").iter().map(|one| &one["operation"]).collect();
        assert_eq!(operations, ["getCurrentUser", "getItem"]);
        assert_eq!((&usage["totals"]["count"], &usage["totals"]["errors"]), (&json!(2), &json!(1)));

        owner.delete(&path).await.is(204);
        assert_eq!(owner.get(&format!("{path}/usage")).await.is(200).body["totals"]["count"], 2);
    }

    async fn anothers_key_has_no_usage_to_see(app) {
        let path = format!("/v1/keys/{}/usage", app.owner().await.create_key(&["read"]).await["id"].as_str().expect("an id"));
        app.stranger().await.get(&path).await.is(404);
        app.owner().await.get("/v1/keys/key_x/usage").await.is(404);
    }

    async fn a_span_that_cannot_be_is_refused(app) {
        let owner = app.owner().await;
        let path = format!("/v1/keys/{}/usage", owner.create_key(&["read"]).await["id"].as_str().expect("an id"));
        owner.get(&format!("{path}?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z")).await.faults("/from");
        owner.get(&format!("{path}?interval=week")).await.faults("/interval");
    }
}

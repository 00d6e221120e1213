use std::time::Duration;

both_engines! {
    async fn a_table_has_a_row_for_each_bucket_that_get_usage_tells(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        for _ in 0..2 {
            keyed.get("/v1/items/itm_missing").await.is(404);
            app.clock.advance(Duration::from_secs(60));
        }
        keyed.get("/v1/me").await.is(200);

        let id = key["id"].as_str().expect("an id");
        let to = app.clock.now().plus(Duration::from_secs(60)).to_rfc3339();
        app.clock.advance(Duration::from_secs(120));
        for group in ["key", "operation", "status"] {
            let query = format!("keyId={id}&groupBy={group}&interval=minute&to={to}");
            let table = owner.get(&format!("/v1/usage/export?{query}")).await.is(200);
            assert_eq!(table.header("content-type"), Some("text/csv"));
            let mut wanted = String::from("start,keyId,operation,status,count,errors,latencyMsP50,latencyMsP95\r\n");
            let usage = owner.get(&format!("/v1/usage?{query}")).await.is(200).body;
            for bucket in usage["data"].as_array().expect("buckets") {
                let cell = |name: &str| match &bucket[name] {
                    serde_json::Value::Null => String::new(),
                    serde_json::Value::String(text) => text.clone(),
                    number => number.as_f64().expect("a number").to_string(),
                };
                let names = ["start", "keyId", "operation", "status", "count", "errors", "latencyMsP50", "latencyMsP95"];
                wanted.push_str(&format!("{}\r\n", names.map(cell).join(",")));
            }
            assert_eq!(table.body, wanted.as_str());
            assert_eq!(wanted.lines().count(), 4, "{wanted}");
        }
    }

    async fn what_get_usage_refuses_is_refused_as_a_problem(app) {
        let owner = app.owner().await;
        owner.get("/v1/usage/export?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z").await.faults("/from");
        owner.get("/v1/usage/export?interval=week").await.faults("/interval");
    }
}

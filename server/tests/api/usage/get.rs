use std::time::Duration;

use serde_json::{Value, json};

fn summary(usage: &Value, name: &str) -> Vec<(Value, i64, i64)> {
    let number = |bucket: &Value, name: &str| bucket[name].as_i64().expect("a number");
    let buckets = usage["data"].as_array().expect("buckets").iter();
    buckets.map(|bucket| (bucket[name].clone(), number(bucket, "count"), number(bucket, "errors"))).collect()
}

both_engines! {
    async fn a_call_shows_up_at_once_by_key_operation_and_status(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read", "write"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        keyed.create_item().await;
        keyed.get("/v1/items/itm_x").await.is(404);
        keyed.get("/v1/me").await.is(200);

        let id = key["id"].as_str().expect("an id");
        let by = async |group: &str| keyed.get(&format!("/v1/usage?keyId={id}&groupBy={group}")).await.is(200).body;
        let operations = by("operation").await;
        assert_eq!(
            summary(&operations, "operation"),
            [(json!("createItem"), 1, 0), (json!("getCurrentUser"), 1, 0), (json!("getItem"), 1, 1)]
        );
        assert!(operations["totals"]["latencyMsP50"].as_f64() <= operations["totals"]["latencyMsP95"].as_f64());
        assert_eq!(summary(&by("key").await, "keyId"), [(key["id"].clone(), 4, 1)]);
        assert_eq!(summary(&by("status").await, "status"), [(json!(200), 3, 0), (json!(201), 1, 0), (json!(404), 1, 1)]);
    }

    async fn calls_of_sessions_have_no_key(app) {
        let owner = app.owner().await;
        owner.get("/v1/me").await.is(200);

        assert_eq!(summary(&owner.get("/v1/usage?groupBy=key").await.is(200).body, "keyId"), [(Value::Null, 1, 0)]);
    }

    async fn nobody_sees_another_accounts_calls(app) {
        let owner = app.owner().await;
        owner.get("/v1/me").await.is(200);
        app.nobody().get("/v1/items").await.is(200);

        let usage = app.stranger().await.get("/v1/usage").await.is(200).body;
        assert_eq!((&usage["totals"]["count"], &usage["totals"]["latencyMsP50"]), (&json!(0), &Value::Null));
    }

    async fn buckets_are_whole_intervals_in_the_order_of_time(app) {
        let begin = app.clock.now().ms();
        app.clock.advance(Duration::from_millis((3_600_000 - begin.rem_euclid(3_600_000)) as u64));
        for _ in 0..3 {
            app.root().get("/v1/rate-limit").await.is(200);
            app.root().get("/v1/me").await.is(200);
            app.clock.advance(Duration::from_secs(60));
        }
        let minutes = app.root().get("/v1/usage?interval=minute").await.is(200).body;
        let starts: Vec<&str> = minutes["data"].as_array().expect("buckets").iter().filter_map(|b| b["start"].as_str()).collect();
        assert!(starts.len() == 3 && starts.is_sorted() && starts.iter().all(|start| start.ends_with(":00.000Z")), "{starts:?}");
        let hours = app.root().get("/v1/usage").await.is(200).body;
        assert_eq!(hours["interval"], "hour");
        assert!(hours["from"].as_str().is_some_and(|from| from.ends_with(":00:00.000Z")), "{hours}");
        assert_eq!(hours["totals"]["count"].as_i64().map(|count| count - 1), minutes["totals"]["count"].as_i64());
    }

    async fn s108_a_span_has_1440_intervals_at_most_and_runs_forward(app) {
        let owner = app.owner().await;
        owner.get("/v1/usage?interval=minute&from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:00Z").await.is(200);
        owner.get("/v1/usage?interval=minute&from=2026-11-21T00:00:00Z&to=2026-11-22T00:00:01Z").await.faults("/from");
        owner.get("/v1/usage?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z").await.faults("/from");
        owner.get("/v1/usage?from=0001-01-01T00:00:00Z&to=9999-12-31T23:59:59Z").await.faults("/from");
        for bad in ["yesterday", "2026-02-30T00:00:00Z", "1763800000000"] {
            owner.get(&format!("/v1/usage?from={bad}")).await.faults("/from");
        }
    }

    async fn a_span_of_more_than_90_days_is_answered_from_the_sums_of_days(app) {
        let begin = app.clock.now();
        app.root().get("/v1/me").await.is(200);
        let count = async |interval: &str, end: gatepost::domain::time::Time| {
            let span = format!("from={}&to={}", begin.to_rfc3339(), end.to_rfc3339());
            let usage = app.root().get(&format!("/v1/usage?groupBy=operation&interval={interval}&{span}")).await.is(200).body;
            summary(&usage, "operation").iter().find(|(operation, ..)| operation == "getCurrentUser").map_or(0, |(_, count, _)| *count)
        };
        assert_eq!(count("hour", begin.plus(Duration::from_secs(60))).await, 1);
        for _ in 0..2 {
            app.clock.advance(Duration::from_secs(50 * 86_400));
            gatepost::jobs::clean(&app.app).await;
            gatepost::jobs::clean(&app.app).await;
        }
        assert_eq!(count("day", app.clock.now()).await, 1);
        assert_eq!(count("hour", begin.plus(Duration::from_secs(60))).await, 0, "hours are kept for 90 days");
    }

    async fn hours_and_days_stay_after_their_minutes_were_forgotten(app) {
        for _ in 0..3 {
            app.root().get("/v1/me").await.is(200);
        }
        let count = async |query: &str| {
            let usage = app.root().get(&format!("/v1/usage?groupBy=operation&{query}")).await.is(200).body;
            summary(&usage, "operation").iter().find(|(operation, ..)| operation == "getCurrentUser").map_or(0, |(_, count, _)| *count)
        };
        let begin = app.clock.now();
        let span = |interval: &str| format!("interval={interval}&from={}&to={}", begin.to_rfc3339(), begin.plus(Duration::from_secs(60)).to_rfc3339());
        for (days, minutes) in [(0, 3), (1, 3), (8, 0)] {
            app.clock.advance(Duration::from_secs(days * 86_400));
            gatepost::jobs::clean(&app.app).await;
            gatepost::jobs::clean(&app.app).await;
            assert_eq!(count(&span("minute")).await, minutes, "after {days} days");
            assert_eq!((count(&span("hour")).await, count(&span("day")).await), (3, 3), "after {days} days");
        }
    }
}

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::TestApp;

async fn told(app: &TestApp, query: &str) -> Vec<(String, i64, Value)> {
    let page = app.admin().get(&format!("/v1/admin/requests?limit=100&{query}")).await.is(200).body;
    let row = |row: &Value| {
        let operation = row["operationId"].as_str().expect("an id").to_owned();
        (operation, row["status"].as_i64().expect("a status"), row["userId"].clone())
    };
    page["data"].as_array().expect("requests").iter().map(row).collect()
}

both_engines! {
    async fn administrators_see_everybodys_requests_and_nobodys(app) {
        let (one, other) = (app.owner().await, app.owner().await);
        one.get("/v1/me").await.is(200);
        other.get("/v1/me").await.is(200);
        app.nobody().get("/v1/items").await.is(200);
        app.nobody().get("/v1/me").await.is(401);

        let of = |actor: &crate::support::Actor| json!(actor.account_id());
        let call = |status: i64, who: Value| ("getCurrentUser".to_owned(), status, who);
        assert_eq!(told(&app, "operationId=getCurrentUser").await, [call(401, Value::Null), call(200, of(&other)), call(200, of(&one))]);
        assert_eq!(told(&app, &format!("userId={}", one.account_id())).await, [call(200, of(&one))]);
        assert_eq!(told(&app, "operationId=listItems&address=127.0.0.1").await.len(), 1);
        assert_eq!(told(&app, "address=203.0.113.7").await, []);
        assert_eq!(told(&app, "address=nowhere").await, []);
        one.get("/v1/admin/requests").await.is(403);
    }

    async fn a_clean_up_deletes_what_is_old_enough_and_is_audited_and_a_dry_run_only_counts(app) {
        let owner = app.owner().await;
        for _ in 0..3 {
            owner.get("/v1/me").await.is(200);
        }
        app.clock.advance(Duration::from_secs(100));
        let begin = app.clock.now().to_rfc3339();
        let clean = async |seconds: u64, dry: bool| {
            let body = json!({ "olderThanSeconds": seconds, "dryRun": dry });
            app.admin().post("/v1/admin/requests/cleanup", body).await.is(200).body
        };
        // Registering, signing in, and three more.
        assert_eq!(clean(60, true).await, json!({ "deleted": 5, "dryRun": true }));
        assert_eq!(clean(101, false).await, json!({ "deleted": 0, "dryRun": false }));
        assert_eq!(clean(60, false).await, json!({ "deleted": 5, "dryRun": false }));
        assert_eq!(told(&app, &format!("to={begin}")).await, []);
        assert_eq!(owner.get("/v1/usage").await.is(200).body["totals"]["count"], 3);

        let audit = app.admin().get("/v1/admin/audit?action=requests.deleted").await.is(200).body;
        let entries = audit["data"].as_array().expect("entries");
        assert_eq!(entries.len(), 1, "{audit}");
        assert_eq!((&entries[0]["after"]["deleted"], &entries[0]["credential"]), (&json!(5), &json!("rootKey")));
    }

    async fn the_sums_are_those_of_everybodys_calls(app) {
        let owner = app.owner().await;
        let key = owner.create_key(&["read"]).await;
        let keyed = owner.with_key(key["secret"].as_str().expect("a secret"));
        for _ in 0..3 {
            keyed.get("/v1/items/itm_missing").await.is(404);
        }
        for _ in 0..5 {
            keyed.get("/v1/items").await.is(200);
        }
        app.nobody().get("/v1/items").await.is(200);

        let stats = app.admin().get("/v1/admin/requests/stats").await.is(200).body;
        // Registering (202), signing in, and making the key (201) besides.
        assert_eq!((&stats["totals"]["count"], &stats["totals"]["errors"], &stats["totals"]["errorRate"]), (&json!(12), &json!(3), &json!(0.25)));
        assert_eq!(stats["statuses"], json!([{ "status": 200, "count": 7 }, { "status": 201, "count": 1 }, { "status": 202, "count": 1 }, { "status": 404, "count": 3 }]));
        assert_eq!(stats["operations"][0], json!({ "operationId": "listItems", "count": 6, "errors": 0 }));
        assert_eq!(stats["operations"][1], json!({ "operationId": "getItem", "count": 3, "errors": 3 }));
        assert_eq!(stats["keys"], json!([{ "keyId": key["id"], "count": 8, "errors": 3 }]));
        assert_eq!(stats["owners"], json!([{ "userId": owner.account_id(), "count": 9, "errors": 3 }]));
        let [low, high] = ["latencyMsP50", "latencyMsP99"].map(|name| stats["totals"][name].as_f64().expect("a time"));
        assert!(low <= high);
    }

    async fn the_sums_of_a_span_are_its_own_also_when_minutes_and_hours_are_gone(app) {
        let admin = app.admin();
        let begin = app.clock.now();
        admin.get("/v1/items").await.is(200);
        let end = begin.plus(Duration::from_secs(1)).to_rfc3339();
        let count = async |from: &str, to: &str| admin.get(&format!("/v1/admin/requests/stats?from={from}&to={to}")).await.is(200).body["totals"]["count"].clone();
        for days in [0, 8, 90] {
            app.clock.advance(Duration::from_secs(days * 86_400));
            gatepost::jobs::clean(&app.app).await;
            gatepost::jobs::clean(&app.app).await;
            let told = count(&begin.to_rfc3339(), &end).await;
            assert!(told.as_i64().is_some_and(|count| count >= 1), "after {days} days more: {told}");
            assert_eq!(count("2001-01-01T00:00:00Z", "2001-01-02T00:00:00Z").await, 0);
        }
        admin.get("/v1/admin/requests/stats?from=2026-11-22T00:00:00Z&to=2026-11-21T00:00:00Z").await.faults("/from");
        admin.get("/v1/admin/requests/stats?from=2001-01-01T00:00:00Z").await.faults("/from");
    }
}

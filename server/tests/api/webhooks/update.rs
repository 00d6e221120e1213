use std::time::Duration;

use serde_json::{Value, json};

use super::{path, register};

both_engines! {
    async fn what_is_left_out_stays_and_null_clears(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        app.clock.advance(Duration::from_secs(1));
        let described = owner.patch(&path(&made), json!({ "description": "Ours." })).await.is(200).body;
        assert_eq!((&described["description"], &described["url"], &described["events"]), (&json!("Ours."), &made["url"], &made["events"]));
        assert!(described["updatedAt"].as_str() > made["updatedAt"].as_str());

        let moved = owner.patch(&path(&made), json!({ "url": "https://elsewhere.example.com/", "events": ["*"], "description": null })).await.is(200).body;
        assert_eq!((&moved["url"], &moved["events"], &moved["description"]), (&json!("https://elsewhere.example.com/"), &json!(["*"]), &Value::Null));
        assert_eq!(owner.get(&path(&made)).await.is(200).body, moved);
    }

    async fn it_is_disabled_and_enabled_by_its_owner(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        app.clock.advance(Duration::from_secs(1));
        let off = owner.patch(&path(&made), json!({ "enabled": false })).await.is(200).body;
        assert_eq!((&off["enabled"], &off["disabledCause"]), (&json!(false), &json!("owner")));
        assert_eq!(off["disabledAt"], json!(app.clock.now().to_rfc3339()));
        let on = owner.patch(&path(&made), json!({ "enabled": true })).await.is(200).body;
        assert_eq!((&on["enabled"], &on["disabledAt"], &on["disabledCause"]), (&json!(true), &Value::Null, &Value::Null));
    }

    async fn what_may_not_be_registered_may_not_be_changed_to_either(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        owner.patch(&path(&made), json!({ "url": "https://10.0.0.1/" })).await.faults("/url");
        owner.patch(&path(&made), json!({ "events": ["nothing.*"] })).await.faults("/events/0");
        owner.patch(&path(&made), json!({ "secret": "whsec_AAAA" })).await.faults("/secret");
        assert_eq!(owner.get(&path(&made)).await.is(200).body["url"], made["url"]);
    }
}

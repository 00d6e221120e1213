use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use super::{put, service, value};

both_engines! {
    async fn what_is_put_reads_back_to_the_letter(app) {
        let service = service(&app).await;
        for text in ["x", "sk_live_4f8K-of-a-payment-provider", "-----BEGIN KEY-----\nÜmlaut \u{1f511}\n", &"é".repeat(16_384)] {
            put(&service, "stripe", text).await;
            assert_eq!(value(&service, "stripe").await, text);
        }
    }

    async fn another_value_takes_the_place_of_the_first(app) {
        let service = service(&app).await;
        let path = "/v1/vault/shop/stripe";
        let first = service.put(path, json!({ "value": "the-first-value-of-it", "description": "old" })).await.is(200).body;
        app.clock.advance(Duration::from_secs(1));
        let second = service.put(path, json!({ "value": "the-second-value-of-it" })).await.is(200).body;

        assert_eq!((&first["created"], &first["version"]), (&json!(true), &json!(1)));
        assert_eq!((&second["created"], &second["version"]), (&json!(false), &json!(2)));
        assert_eq!(second["createdAt"], first["createdAt"]);
        assert_ne!(second["updatedAt"], first["updatedAt"]);
        assert_eq!(second["description"], json!(null));
        assert_eq!(value(&service, "stripe").await, "the-second-value-of-it");
    }

    async fn the_answer_does_not_repeat_the_value(app) {
        let service = service(&app).await;
        let answer = service.put("/v1/vault/shop/stripe", json!({ "value": "a-value-that-is-long" })).await.is(200);
        assert!(!answer.body.to_string().contains("a-value-that-is-long"));
    }

    async fn a_value_is_bounded_in_bytes(app) {
        let service = service(&app).await;
        for long in ["x".repeat(32_769), "é".repeat(16_385)] {
            service.put("/v1/vault/shop/stripe", json!({ "value": long })).await.faults("/value");
        }
        service.get("/v1/vault/shop/stripe").await.is(404);
    }

    async fn a_name_that_is_none_is_refused(app) {
        let service = service(&app).await;
        for (path, pointer) in [
            ("/v1/vault/sh%20op/stripe", "/namespace"),
            ("/v1/vault/shop/str%C3%A9", "/name"),
            ("/v1/vault/...../stripe", "/namespace"),
            (&format!("/v1/vault/shop/{}", "x".repeat(65)), "/name"),
        ] {
            service.put(path, json!({ "value": "x" })).await.faults(pointer);
        }
        service.put("/v1/vault/.shop/stripe_live-2.0", json!({ "value": "x" })).await.is(200);
    }

    async fn values_that_are_put_at_once_come_one_after_another(app) {
        let service = service(&app).await;
        let puts = (0..20).map(|number| {
            let service = service.clone();
            async move {
                let body = json!({ "value": format!("the value of number {number}") });
                let answer = service.put("/v1/vault/shop/stripe", body).await.is(200).body;
                (answer["version"].as_i64().expect("a version"), answer["created"] == true)
            }
        });
        let mut answers = join_all(puts).await;
        answers.sort_unstable();

        assert_eq!(answers.iter().map(|(version, _)| *version).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
        assert_eq!(answers.iter().filter(|(_, created)| *created).count(), 1);
        assert!(value(&service, "stripe").await.starts_with("the value of number "));
    }

    async fn it_is_audited_without_the_value(app) {
        let service = service(&app).await;
        put(&service, "stripe", "a-value-that-is-long").await;
        put(&service, "stripe", "another-value-that-is-long").await;

        let log = app.admin().get("/v1/admin/audit?action=secret.put").await.is(200).body;
        assert_eq!(log["data"][0]["target"], "vault/shop/stripe");
        assert_eq!(log["data"][0]["actorId"], json!(service.user_id));
        assert_eq!((&log["data"][0]["before"]["version"], &log["data"][0]["after"]["version"]), (&json!(1), &json!(2)));
        assert_eq!(log["data"].as_array().map(Vec::len), Some(2));
        assert!(!log.to_string().contains("value-that"));
    }
}

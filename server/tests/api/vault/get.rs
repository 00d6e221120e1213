use serde_json::json;

use super::{put, service, value};
use crate::support::sql;

both_engines! {
    async fn s104_reading_is_audited_and_must_not_be_cached(app) {
        let service = service(&app).await;
        put(&service, "stripe", "a-value-that-is-long").await;

        let answer = service.get("/v1/vault/shop/stripe").await.is(200);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let log = app.admin().get("/v1/admin/audit?action=secret.read").await.is(200).body;
        assert_eq!(log["data"].as_array().map(Vec::len), Some(1));
        assert_eq!(log["data"][0]["target"], "vault/shop/stripe");
        assert_eq!(log["data"][0]["actorId"], json!(service.user_id));
        assert!(!log.to_string().contains("a-value-that-is-long"));
    }

    async fn a_person_who_is_signed_in_is_no_service(app) {
        let owner = app.owner().await;
        put(&owner.keyed(&["vault:write"]).await, "stripe", "a-value-that-is-long").await;

        owner.get("/v1/vault/shop/stripe").await.refuses(403, "FORBIDDEN");
    }

    async fn s104_to_write_is_not_to_read(app) {
        let owner = app.owner().await;
        let (writer, reader) = (owner.keyed(&["vault:write"]).await, owner.keyed(&["vault:read"]).await);
        put(&writer, "stripe", "a-value-that-is-long").await;

        writer.get("/v1/vault/shop/stripe").await.refuses(403, "INSUFFICIENT_SCOPE");
        writer.get("/v1/vault/shop").await.refuses(403, "INSUFFICIENT_SCOPE");
        reader.put("/v1/vault/shop/stripe", json!({ "value": "x" })).await.refuses(403, "INSUFFICIENT_SCOPE");
        reader.delete("/v1/vault/shop/stripe").await.refuses(403, "INSUFFICIENT_SCOPE");
        assert_eq!(value(&reader, "stripe").await, "a-value-that-is-long");
    }

    async fn two_accounts_use_one_name_and_never_meet(app) {
        let (ada, bob) = (service(&app).await, service(&app).await);
        put(&ada, "stripe", "the-value-of-ada-here").await;
        bob.get("/v1/vault/shop/stripe").await.is(404);
        put(&bob, "stripe", "the-value-of-bob-here").await;

        assert_eq!(value(&ada, "stripe").await, "the-value-of-ada-here");
        assert_eq!(value(&bob, "stripe").await, "the-value-of-bob-here");
        app.admin().get("/v1/vault/shop/stripe").await.is(404);
    }

    async fn s102_a_row_that_is_moved_to_another_name_does_not_open(app) {
        let service = service(&app).await;
        put(&service, "one", "the-value-of-the-first").await;
        put(&service, "two", "the-value-of-the-second").await;

        sql::run(&app, "UPDATE vault SET name = 'moved' WHERE name = 'two'").await;
        service.get("/v1/vault/shop/moved").await.refuses(500, "INTERNAL");
        sql::run(&app, "UPDATE vault SET name = 'two', namespace = 'other' WHERE name = 'moved'").await;
        service.get("/v1/vault/other/two").await.refuses(500, "INTERNAL");
        sql::run(&app, "UPDATE vault SET namespace = 'shop', version = 2 WHERE name = 'two'").await;
        service.get("/v1/vault/shop/two").await.refuses(500, "INTERNAL");
        sql::run(&app, "UPDATE vault SET version = 1 WHERE name = 'two'").await;
        assert_eq!(value(&service, "two").await, "the-value-of-the-second");

        for columns in [
            "sealed = (SELECT v.sealed FROM vault v WHERE v.name = 'one')",
            "data_key = (SELECT v.data_key FROM vault v WHERE v.name = 'one')",
        ] {
            sql::run(&app, &format!("UPDATE vault SET {columns} WHERE name = 'two'")).await;
            let refused = service.get("/v1/vault/shop/two").await.refuses(500, "INTERNAL");
            assert!(!refused.body.to_string().contains("the-value"));
        }
    }

    async fn s102_a_row_that_is_moved_to_another_owner_does_not_open(app) {
        let (ada, bob) = (service(&app).await, service(&app).await);
        put(&ada, "stripe", "the-value-of-ada-here").await;
        let bob_id = bob.user_id.clone().expect("an account");
        sql::run(&app, &format!("UPDATE vault SET owner = '{bob_id}'")).await;

        let refused = bob.get("/v1/vault/shop/stripe").await.refuses(500, "INTERNAL");
        assert!(!refused.body.to_string().contains("the-value"));
        ada.get("/v1/vault/shop/stripe").await.is(404);
    }

    async fn s103_without_the_key_that_sealed_it_it_stays_shut_and_says_nothing(app) {
        let service = service(&app).await;
        put(&service, "stripe", "a-value-that-is-long").await;
        sql::run(&app, "UPDATE vault SET key_id = 'AAAAAAAAAAAA'").await;

        let refused = service.get("/v1/vault/shop/stripe").await.refuses(500, "INTERNAL");
        assert!(!refused.body.to_string().contains("AAAAAAAAAAAA"));
        // The vault is not broken for others.
        put(&service, "stripe", "a-value-that-is-new").await;
        assert_eq!(value(&service, "stripe").await, "a-value-that-is-new");
    }
}

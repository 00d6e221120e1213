use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use gatepost::domain::ids::DispatcherId;
use gatepost::random::Random;
use gatepost::store::{dispatchers, webhooks};
use gatepost::webhooks::dispatcher;
use serde_json::json;
use tokio::sync::watch;

use super::{NEAR, id, owner, register, test, tried};
use crate::support::receiver::Receiver;
use crate::support::{rows, seen, sql};

both_engines! {
    with NEAR;
    async fn an_endpoint_is_told_of_its_owners_things_and_of_its_kinds_alone(app) {
        let (owner, stranger) = (owner(&app).await, owner(&app).await);
        let (mut keys, others) = (Receiver::start().await, Receiver::start().await);
        register(&owner, &keys, &["key.revoked"]).await;
        register(&owner, &others, &["application.*"]).await;
        register(&stranger, &others, &["*"]).await;
        let key = owner.create_key(&["read"]).await;
        owner.delete(&format!("/v1/keys/{}", id(&key))).await.is(204);

        assert_eq!(keys.next().await.json()["type"], "key.revoked");
        assert!(others.is_empty());
        assert_eq!(rows(&app.app, "deliveries").await, 1);
    }

    async fn s87_what_is_not_done_is_not_told(app) {
        let (owner, receiver) = (owner(&app).await, Receiver::start().await);
        register(&owner, &receiver, &["*"]).await;
        // The audit log takes no entry, so the key is not made.
        sql::run(&app, "UPDATE audit_head SET position = position - 1").await;
        owner.post("/v1/keys", json!({ "name": "x" })).await.refuses(500, "INTERNAL");
        sql::run(&app, "UPDATE audit_head SET position = position + 1").await;
        assert_eq!(rows(&app.app, "deliveries").await, 0);
    }

    async fn s91_numbers_rise_with_what_happens_and_are_the_same_for_every_endpoint(app) {
        let (owner, mut one, mut two) = (owner(&app).await, Receiver::start().await, Receiver::start().await);
        register(&owner, &one, &["*"]).await;
        register(&owner, &two, &["key.*"]).await;
        let mut told = Vec::new();
        for _ in 0..3 {
            told.push(owner.create_key(&["read"]).await["id"].clone());
        }
        for receiver in [&mut one, &mut two] {
            for _ in 0..3 {
                let came = receiver.next().await;
                let number: usize = came.header("webhook-sequence").parse().expect("a number");
                assert_eq!(came.json()["data"]["keyId"], told[number - 1]);
            }
        }
    }

    async fn s90_several_dispatchers_share_the_work_and_none_does_anothers(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let (stop, stopped) = watch::channel(false);
        // A file is one process's.
        let others = if app.app.db.is_embedded() { 0 } else { 3 };
        let more: Vec<_> = (0..others).map(|_| tokio::spawn(dispatcher::run(Arc::clone(&app.app), stopped.clone(), Duration::from_secs(10)))).collect();
        let mut told = BTreeSet::new();
        for _ in 0..60 {
            told.insert(test(&owner, &webhook).await["eventId"].as_str().expect("an id").to_owned());
        }
        let mut came = BTreeSet::new();
        for _ in 0..60 {
            assert!(came.insert(receiver.next().await.header("webhook-id").to_owned()), "it came twice");
        }
        assert_eq!(came, told);
        stop.send_replace(true);
        for dispatcher in more {
            dispatcher.await.expect("it stops");
        }
        assert!(receiver.is_empty());
    }

    async fn s90_what_a_dead_process_held_is_taken_over(app) {
        let (owner, mut receiver) = (owner(&app).await, Receiver::start().await);
        let webhook = register(&owner, &receiver, &["*"]).await;
        let other = DispatcherId::new(app.clock.now(), &Random::default()).expect("an id");
        let mut tx = app.app.db.write().await.expect("a transaction");
        let until = app.clock.now().plus(Duration::from_secs(15));
        dispatchers::lives(&mut tx, &other, until).await.expect("it lives");
        webhooks::sending::hold(&mut tx, &[id(&webhook).parse().expect("an id")], Some(&other)).await.expect("it holds");
        tx.commit().await.expect("kept");

        let delivery = test(&owner, &webhook).await;
        assert!(receiver.next_within(Duration::from_millis(500)).await.is_none(), "another sends to it, as far as one knows");
        app.clock.advance(Duration::from_secs(15));
        assert_eq!(receiver.next().await.header("webhook-id"), delivery["eventId"]);
        assert_eq!(tried(&owner, &delivery, 1).await["status"], "delivered");
        if app.app.db.is_embedded() {
            // Where there can be no others, nobody says whose it is.
            return;
        }
        // Who has nothing more to send to it does not keep it from others.
        seen(async || (rows(&app.app, "webhooks WHERE dispatcher IS NOT NULL").await == 0).then_some(())).await;
    }
}

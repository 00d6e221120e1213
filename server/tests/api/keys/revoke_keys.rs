use std::time::Duration;

use gatepost::domain::ids::UserId;
use gatepost::domain::keys::{Bounds, End, Environment, Key, Labels, NewKey};
use gatepost::domain::scopes::Scopes;
use serde_json::{Value, json};

use crate::support::{Actor, TestApp};

async fn revoke(actor: &Actor, body: Value) -> Value {
    actor.post("/v1/keys/revoke", body).await.is(200).body["revoked"].clone()
}

async fn make(owner: &Actor, more: Value) -> String {
    let mut body = json!({ "name": "x" });
    body.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    owner.post("/v1/keys", body).await.is(201).text("id")
}

async fn state(owner: &Actor, id: &str) -> String {
    owner.get(&format!("/v1/keys/{id}")).await.is(200).text("status")
}

both_engines! {
    async fn each_filter_narrows_and_a_dry_run_counts_the_same_and_changes_nothing(app) {
        let owner = app.owner().await;
        let early = make(&owner, json!({ "namespace": "a", "scopes": ["read"] })).await;
        let watermark = app.clock.now().plus(Duration::from_secs(1)).to_rfc3339();
        app.clock.advance(Duration::from_secs(1));
        let late = make(&owner, json!({ "namespace": "a", "scopes": ["write:items"] })).await;
        let other = make(&owner, json!({ "namespace": "b" })).await;

        for (filter, count) in [
            (json!({ "namespace": "a" }), 2),
            (json!({ "namespace": "a", "createdBefore": watermark }), 1),
            (json!({ "createdAfter": watermark }), 2),
            (json!({ "scope": "read:items" }), 1),
            (json!({ "scope": "write:items", "namespace": "b" }), 0),
        ] {
            let mut dry = filter.clone();
            dry["dryRun"] = json!(true);
            assert_eq!(revoke(&owner, dry).await, count, "{filter}");
        }
        for id in [&early, &late, &other] {
            assert_eq!(state(&owner, id).await, "active");
        }
        assert_eq!(revoke(&owner, json!({ "namespace": "a", "createdBefore": watermark })).await, 1);
        assert_eq!((state(&owner, &early).await, state(&owner, &late).await), ("revoked".to_owned(), "active".to_owned()));
        assert_eq!(revoke(&owner, json!({ "namespace": "a" })).await, 1);
        assert_eq!(revoke(&owner, json!({ "namespace": "a" })).await, 0);
        assert_eq!(state(&owner, &other).await, "active");
    }

    async fn children_go_with_their_parents_and_are_counted(app) {
        let owner = app.owner().await;
        let parent = make(&owner, json!({ "namespace": "a" })).await;
        let child = make(&owner, json!({ "parentId": parent })).await;
        assert_eq!(revoke(&owner, json!({ "namespace": "a" })).await, 2);
        assert_eq!(state(&owner, &child).await, "revoked");
    }

    async fn only_an_administrator_revokes_the_keys_of_another_account(app) {
        let (owner, stranger) = (app.owner().await, app.stranger().await);
        let (mine, anothers) = (make(&owner, json!({ "namespace": "a" })).await, make(&stranger, json!({ "namespace": "a" })).await);
        owner.post("/v1/keys/revoke", json!({ "userId": stranger.user_id })).await.refuses(403, "FORBIDDEN");
        assert_eq!(revoke(&owner, json!({ "namespace": "a" })).await, 1);
        assert_eq!((state(&owner, &mine).await, state(&stranger, &anothers).await), ("revoked".to_owned(), "active".to_owned()));
        assert_eq!(revoke(&app.admin(), json!({ "userId": stranger.user_id })).await, 1);
        assert_eq!(state(&stranger, &anothers).await, "revoked");

        let log = app.audit_of(&stranger.account_id()).await;
        assert_eq!(log.iter().filter(|(action, _, after)| action == "keys.revoked" && after["revoked"] == 1).count(), 1);
    }

    /// S59: a thousand keys, and others that are made meanwhile: none that was made before the moment stays alive.
    async fn s59_no_key_that_is_made_meanwhile_slips_through_and_the_count_is_exact(app) {
        let owner = app.owner().await;
        let id: UserId = owner.account_id().parse().expect("an id");
        let mut tx = app.app.db.write().await.expect("a transaction");
        for number in 0..990 {
            let new = NewKey {
                owner: id, name: number.to_string(), description: None, environment: Environment::Live, scopes: Scopes::NONE, tier: None,
                ends: End::Never, labels: Labels::default(), bounds: Bounds::default(), parent: None,
            };
            let (key, _) = Key::make(new, app.clock.now(), &app.app.random).expect("a key");
            gatepost::store::keys::insert(&mut tx, &key).await.expect("kept");
        }
        tx.commit().await.expect("kept");

        let makers: Vec<_> = (0..4).map(|_| {
            let (owner, clock) = (owner.clone(), app.clock.clone());
            tokio::spawn(async move {
                for _ in 0..10 {
                    clock.advance(Duration::from_millis(1));
                    make(&owner, json!({})).await;
                }
            })
        }).collect();
        app.clock.advance(Duration::from_millis(20));
        let until = app.clock.now();
        let revoked = revoke(&owner, json!({ "createdBefore": until.to_rfc3339() })).await;
        for maker in makers {
            maker.await.expect("it made its keys");
        }

        let mut counts = (0, 0);
        let mut next = String::new();
        loop {
            let page = owner.get(&format!("/v1/keys?limit=100{next}")).await.is(200).body;
            for key in page["data"].as_array().expect("data") {
                let dead = key["status"] == "revoked";
                let before = key["createdAt"].as_str().expect("a time") < until.to_rfc3339().as_str();
                assert_eq!(dead, before, "{key}");
                counts = (counts.0 + 1, counts.1 + i64::from(dead));
            }
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!((counts.0, json!(counts.1)), (1_030, revoked));
        assert!(counts.1 >= 990);
    }
}

#[tokio::test]
async fn without_a_filter_it_is_refused_and_means_nothing() {
    let app = TestApp::sqlite().await;
    let owner = app.owner().await;
    let id = make(&owner, json!({})).await;
    for body in [json!({}), json!({ "dryRun": true }), json!({ "dryRun": false })] {
        owner.post("/v1/keys/revoke", body).await.is(422);
    }
    assert_eq!(state(&owner, &id).await, "active");
}

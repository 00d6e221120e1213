//! After a rotation of `SECRET_KEY` (S103).

use std::collections::BTreeSet;

use gatepost::random::Random;
use gatepost::seal::{Resealed, Sealer};
use gatepost::store::webhooks::secrets;
use gatepost::webhooks::{Webhooks, reseal, secret_sealer, to_reseal};
use serde_json::json;

use super::{path, register};
use crate::support::TestApp;

const OLD: &str = "a-secret-key-for-tests-of-40-characters!";
const NEW: &str = "another-secret-key-for-tests-of-45-characters";

fn sealer(keys: &[&str]) -> Sealer {
    secret_sealer(&keys.iter().map(|key| (*key).into()).collect::<Vec<_>>())
}

/// How many of all secrets this key alone opens.
async fn opened(app: &TestApp, key: &str) -> usize {
    let webhooks = Webhooks::new(app.app.webhooks.guard.clone(), &app.app.config.webhooks, &[key.into()]).expect("TLS");
    let all = secrets::list(&mut app.app.db.read().await.expect("a connection"), None, 1_000).await.expect("secrets");
    all.iter().filter(|kept| webhooks.open(kept).is_ok()).count()
}

async fn left(app: &TestApp, keys: &[&str]) -> usize {
    to_reseal(&mut app.app.db.read().await.expect("a connection"), &sealer(keys)).await.expect("a count")
}

both_engines! {
    async fn s103_afterwards_the_old_key_opens_no_secret_and_the_new_one_all(app) {
        let owner = app.owner().await;
        let made = register(&owner).await;
        owner.post(&format!("{}/rotate-secret", path(&made)), json!({})).await.is(200);
        let (db, random) = (&app.app.db, Random::default());
        assert_eq!((opened(&app, OLD).await, left(&app, &[NEW, OLD]).await), (2, 2));

        assert_eq!(reseal(db, &sealer(&[NEW]), &random).await.expect("nothing breaks"), Resealed { done: 0, left: 2 });
        assert_eq!(reseal(db, &sealer(&[NEW, OLD]), &random).await.expect("resealed"), Resealed { done: 2, left: 0 });
        assert_eq!(reseal(db, &sealer(&[NEW, OLD]), &random).await.expect("resealed"), Resealed::default());
        assert_eq!((opened(&app, OLD).await, opened(&app, NEW).await, left(&app, &[NEW, OLD]).await), (0, 2, 0));
    }

    async fn s102_a_secret_opens_for_its_endpoint_alone(app) {
        let owner = app.owner().await;
        let (one, two) = (register(&owner).await, register(&owner).await);
        let ids = [&one, &two].map(|made| made["id"].as_str().expect("an id").parse().expect("an id"));
        let mut connection = app.app.db.read().await.expect("a connection");
        let kept = secrets::signing(&mut connection, &BTreeSet::from(ids), app.clock.now()).await.expect("secrets");
        let mut moved = kept[0].clone();
        moved.webhook = kept[1].webhook;
        assert!(app.app.webhooks.open(&kept[0]).is_ok() && app.app.webhooks.open(&moved).is_err());
    }
}
